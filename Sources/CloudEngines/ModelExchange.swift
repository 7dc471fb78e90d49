import AsyncHTTPClient
import Engines
import EventStream
import JSON
import NIOCore
import NIOHTTP1
import Synchronization

/// Sends requests to one endpoint and reads their answers.
struct ModelExchange: Sendable {
    let engine: String
    let options: RemoteLanguageModel.Options
    private let api: any ModelAPI
    private let model: String?
    private let server: RemoteServer
    private let refused = RefusedMembers()

    /// How many members of one request a server may refuse, one after the other.
    private static let maximumRefusals = 4

    init(
        engine: String, endpoint: LanguageModelEndpoint, clients: HTTPClientSource, connections: ServiceConnections?,
        options: RemoteLanguageModel.Options
    ) {
        self.engine = engine
        api = endpoint.api.wire
        model = endpoint.model
        server = RemoteServer(
            engine: engine, name: "the model's server",
            endpoint: ServiceEndpoint(
                baseURL: endpoint.baseURL, apiKey: endpoint.apiKey, headers: endpoint.headers), clients: clients,
            connections: connections)
        self.options = options
    }

    /// Opens a connection for the next answer, unless there is one.
    func connect() async { await server.connect() }

    /// Passes on the events of one answer; may return some time after the last one. Cancelling the task closes the
    /// connection.
    ///
    /// - Throws: `EngineError`, or `CancellationError`.
    func run(
        _ request: GenerationRequest, slot: Int?, yield: @escaping @Sendable (GenerationEvent) -> Void
    ) async throws {
        let body = api.body(of: request, model: model, slot: slot, options: options)
        let watch = ProgressWatch(
            first: options.firstEventTimeout, total: options.totalTimeout,
            interval: min(options.eventTimeout, options.endTimeout))
        try await server.run(watch) { try await answer(to: body, watch: watch, yield: yield) }
    }

    private func answer(
        to body: JSONValue, watch: ProgressWatch, yield: @Sendable (GenerationEvent) -> Void
    ) async throws {
        let response = try await request(body)
        var reader = api.reader.init(engine: engine, limit: options.maxAnswerBytes)
        if response.headers.first(name: "content-type")?.hasPrefix("application/json") == true {
            // The whole answer of a server that does not stream is one event.
            let whole = try await server.whole(response.body, upTo: options.maxLineBytes)
            for event in try reader.add(String(decoding: whole, as: UTF8.self)) { yield(event) }
        } else {
            try await read(response.body, into: &reader, watch: watch, yield: yield)
        }
        for event in try reader.endOfStream() { yield(event) }
    }

    /// Sends the request. A member that the server refuses, and that is optional, is left out from then on: models of
    /// one provider differ in what they accept.
    private func request(_ body: JSONValue) async throws -> HTTPClientResponse {
        var body = refused.members.withLock { $0 }.reduce(body) { api.body($0, without: $1) }
        for attempt in 0... {
            let response = try await server.send(server.url(api.path), headers: headers, body: body.data)
            guard response.status != .ok else { return response }
            let answer = try await server.refusal(response)
            guard attempt < Self.maximumRefusals,
                let member = answer.refusedMember(among: api.dispensable.filter { body[$0] != nil })
            else { throw server.errors.refusal(answer) }
            refused.members.withLock { $0 = Set($0).union([member]).sorted() }
            body = api.body(body, without: member)
        }
        throw CancellationError()
    }

    private func read(
        _ body: HTTPClientResponse.Body, into reader: inout any AnswerReader, watch: ProgressWatch,
        yield: @Sendable (GenerationEvent) -> Void
    ) async throws {
        var parser = ServerSentEventParser(limit: options.maxLineBytes)
        var chunks = body.makeAsyncIterator()
        while let chunk = try await next(&chunks) {
            // After the answer only the end of the response is awaited, so that the connection can be reused.
            if reader.isFinished { continue }
            let payloads = try parser.parse(chunk.readableBytesView).map(\.data)
            for payload in payloads {
                for event in try reader.add(payload) { yield(event) }
            }
            if reader.isFinished {
                watch.finished(closingWithin: options.endTimeout)
            } else if !payloads.isEmpty {
                watch.progressed(next: options.eventTimeout)
            }
        }
    }

    /// The next piece of the body. A broken connection is the end of the stream: what matters is whether the answer was
    /// complete.
    private func next(_ chunks: inout HTTPClientResponse.Body.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await chunks.next()
        } catch {
            try Task.checkCancellation()
            return nil
        }
    }

    private var headers: [(name: String, value: String)] {
        [("content-type", "application/json"), ("accept", "text/event-stream")] + api.headers(key: server.key)
    }
}

/// Members that a model's server has refused, in the order in which it did.
final class RefusedMembers: Sendable {
    let members = Mutex<[String]>([])
}

extension LanguageModelAPI {
    var wire: any ModelAPI {
        switch self {
        case .chatCompletions: ChatCompletionsAPI()
        case .responses: ResponsesAPI()
        case .messages: MessagesAPI()
        }
    }
}
