import AsyncHTTPClient
import Foundation
import JSON
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// Sends requests to a server's REST interface.
struct RESTClient: Sendable {
    /// The largest answer that is read, in bytes.
    private static let largestAnswer = 8 << 20
    /// The most pages of a list that are read.
    private static let maximumPages = 100

    private let server: ServerURL
    private let apiKey: String?
    private let client: HTTPClient
    private let timeout: TimeAmount

    /// - Throws: `ClientError.invalidURL`.
    init(url: URL, apiKey: String?, client: HTTPClient, timeout: Duration) throws {
        server = try ServerURL(url)
        self.apiKey = apiKey
        self.client = client
        self.timeout = TimeAmount(timeout)
    }

    /// - Throws: `ClientError.invalidAnswer` when there is no text for the key.
    static func text(_ key: String, in answer: JSONValue) throws(ClientError) -> String {
        guard let text = answer[key]?.stringValue else { throw .invalidAnswer("no \(key)") }
        return text
    }

    /// All items of a list with pages, up to `limit`.
    func list(
        _ path: String, _ items: String, query: [(String, String)] = [], limit: Int = .max
    ) async throws -> [JSONValue] {
        var found: [JSONValue] = []
        var cursor: String?
        for _ in 0..<Self.maximumPages {
            let answer = try await request(.GET, path, query: query + (cursor.map { [("cursor", $0)] } ?? []))
            guard let page = answer[items]?.arrayValue else { throw ClientError.invalidAnswer("no list of \(items)") }
            found += page
            cursor = answer["has_more"]?.boolValue == true ? answer["next_cursor"]?.stringValue : nil
            if cursor == nil || found.count >= limit { break }
        }
        return Array(found.prefix(limit))
    }

    /// The JSON of the server's answer; null when the answer is empty.
    ///
    /// - Throws: `ClientError`.
    func request(
        _ method: HTTPMethod, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil
    ) async throws -> JSONValue {
        var request = HTTPClientRequest(url: try server.url(path: path, query: query).absoluteString)
        request.method = method
        if let apiKey { request.headers.add(name: "xi-api-key", value: apiKey) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(data: body.data))
        }
        let (status, bytes) = try await execute(request)
        guard (200..<300).contains(status) else { throw ClientError.http(status: status, body: bytes) }
        if bytes.isEmpty { return .null }
        do {
            return try JSONValue(parsing: bytes)
        } catch {
            throw ClientError.invalidAnswer("HTTP \(status) without JSON")
        }
    }

    private func execute(_ request: HTTPClientRequest) async throws -> (status: Int, body: Data) {
        do {
            let response = try await client.execute(request, timeout: timeout)
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            return (Int(response.status.code), Data(buffer: body))
        } catch let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded {
            throw ClientError.timedOut("no answer from \(server.host):\(server.port)")
        } catch is NIOTooManyBytesError {
            throw ClientError.invalidAnswer("more than \(Self.largestAnswer) bytes")
        } catch let error as CancellationError {
            throw error
        } catch {
            // The description of a refused connection differs by platform, so it is shortened to one word.
            let isRefused = "\(error)".contains("ECONNREFUSED") || "\(error)".contains("refused")
            throw ClientError.unreachable(
                host: server.host, port: server.port, reason: isRefused ? "refused" : "\(error)")
        }
    }
}
