import EventStream
import Foundation
import JSON

/// The stream of events in which a server answers one request, over as many connections as that takes.
///
/// A value: what arrives in, what is to be done out. A stream that breaks off before the answer is taken up again after
/// the last event that had an id; without one the answer is lost.
struct ReplyStream: Sendable {
    enum Step: Sendable, Hashable {
        /// The answer: nothing more is awaited.
        case reply(Result<JSONValue, MCPError>)
        /// The method of something that the server tells on the way.
        case notice(String)
        /// A message for the server, in answer to a request of its own.
        case send(JSONValue)
        /// Wait, and ask for what came after this event.
        case resume(after: Duration, eventID: String)
    }

    private let id: Int
    private let options: MCPOptions
    private var parser: ServerSentEventParser
    private var resumes = 0
    private var lastEventID: String?
    private var delay: Duration

    /// - Parameter id: that of the request.
    init(for id: Int, options: MCPOptions) {
        self.id = id
        self.options = options
        parser = ServerSentEventParser(limit: options.longestAnswer)
        delay = options.reconnectDelay
    }

    mutating func take(_ bytes: some Sequence<UInt8>) -> [Step] {
        let events: [ServerSentEvent]
        do throws(ServerSentEventParser.TooLong) {
            events = try parser.parse(bytes)
        } catch {
            return [.reply(.failure(.tooLarge(limit: error.limit)))]
        }
        if let id = parser.lastEventID, id != lastEventID {
            lastEventID = id
            resumes = 0
        }
        if let asked = parser.reconnectionTime { delay = min(asked, options.longestReconnectDelay) }
        var steps: [Step] = []
        for event in events where event.name == "message" && !event.data.isEmpty {
            guard let step = step(for: event) else { continue }
            steps.append(step)
            if case .reply = step { break }
        }
        return steps
    }

    private func step(for event: ServerSentEvent) -> Step? {
        do throws(MCPError) {
            switch try RPCMessage(Data(event.data.utf8), limits: options.limits) {
            case .result(let id, let result): return id.names(self.id) ? .reply(.success(result)) : nil
            case .error(let id, let error): return id?.names(self.id) ?? true ? .reply(.failure(.rpc(error))) : nil
            case .request(let id, let method): return .send(RPCMessage.answer(to: method, id: id))
            case .notification(let method): return .notice(method)
            }
        } catch {
            return .reply(.failure(error))
        }
    }

    /// The connection has ended, and is opened again in any case: the wait before that, and the event to go on from.
    mutating func restarted() -> (delay: Duration, eventID: String?) {
        parser = ServerSentEventParser(limit: options.longestAnswer)
        return (delay, lastEventID)
    }

    /// The connection has ended without the answer.
    mutating func ended(_ reason: String) -> Step {
        _ = restarted()
        guard let lastEventID, resumes < options.mostReconnects else { return .reply(.failure(.lost(reason))) }
        resumes += 1
        return .resume(after: delay, eventID: lastEventID)
    }
}
