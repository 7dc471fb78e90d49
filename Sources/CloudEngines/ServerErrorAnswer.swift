import Engines
import Foundation
import JSON

/// What a server says when it refuses or fails: a status, an error object, or both.
struct ServerErrorAnswer {
    /// The HTTP status, or the one in the error object.
    var status: Int?
    var message: String?
    private var type: String?
    private var retryAfter: Duration?

    /// What is longer is no time to retry after, in seconds.
    private static let longestRetry = 86_400.0
    /// The member of the request that is at fault, where the server names it.
    private var parameter: String?

    /// An error object in a stream, or the `error` member of a body.
    init(error: JSONValue, status: Int? = nil) {
        message = error.stringValue ?? error["message"]?.stringValue ?? error["detail"]?.stringValue
        self.status = status ?? error["code"]?.intValue ?? error["status"]?.intValue
        type = error["type"]?.stringValue ?? error["code"]?.stringValue
        parameter = error["param"]?.stringValue
    }

    /// The answer to a request that was not granted.
    ///
    /// - Parameter header: The value of a header, by its name.
    init(status: Int, body: Data, header: (String) -> String? = { _ in nil }) {
        let document = try? JSONValue(parsing: body)
        // OpenAI and most others; FastAPI; a bare object; some send a list of one.
        let error =
            document?["error"] ?? document?["detail"] ?? document?.arrayValue?.first?["error"] ?? document ?? .null
        self.init(error: error, status: status)
        // Seconds, or a date, which nobody sends here; OpenAI gives milliseconds as well.
        let seconds =
            header("retry-after-ms").flatMap(Double.init).map { $0 / 1000 }
            ?? header("retry-after").flatMap(Double.init)
        retryAfter = seconds.flatMap { (0...Self.longestRetry).contains($0) ? .seconds($0) : nil }
    }

    /// - Parameter server: What the error calls the server.
    func engineError(engine: String, server: String = "the model's server") -> EngineError {
        var text = "\(server) answered with " + (status.map { "status \($0)" } ?? "an error")
        if let message, !message.isEmpty {
            text += ": " + message.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        return EngineError(kind, engine: engine, text, retryAfter: retryAfter)
    }

    /// The member of a request that the server does not take; nil when that was not the matter.
    func refusedMember(among members: Set<String>) -> String? {
        guard status == 400 || status == 422 else { return nil }
        if let parameter, members.contains(parameter) { return parameter }
        let words = Set((message ?? "").split { !$0.isLetter && $0 != "_" }.map(String.init))
        return members.intersection(words).min()
    }

    private var kind: EngineError.Kind {
        if type?.contains("rate_limit") == true { return .rateLimited }
        if type == "overloaded_error" { return .unavailable }
        return switch status {
        case 429: .rateLimited
        case 408, 504: .timeout
        case 502, 503, 529: .unavailable
        case .some(300..<500): .rejected
        default: .failed
        }
    }
}
