import Engines
import Foundation
import JSON

/// A server's error answer: a status, an error object, or both.
struct ServerErrorAnswer {
    /// The HTTP status, or the one in the error object.
    var status: Int?
    var message: String?
    private var type: String?
    private var retryAfter: Duration?

    /// Longest retry time that is believed, in seconds.
    private static let longestRetry = 86_400.0
    /// The member of the request that the server names as the cause; nil when it names none.
    private var parameter: String?

    /// Reads an error object of a stream, or the `error` member of a body.
    init(error: JSONValue, status: Int? = nil) {
        message = error.stringValue ?? error["message"]?.stringValue ?? error["detail"]?.stringValue
        self.status = status ?? error["code"]?.intValue ?? error["status"]?.intValue
        type = error["type"]?.stringValue ?? error["code"]?.stringValue
        parameter = error["param"]?.stringValue
    }

    /// Reads the answer to a request that was refused or failed.
    ///
    /// - Parameter header: Returns the value of a header by its name.
    init(status: Int, body: Data, header: (String) -> String? = { _ in nil }) {
        let document = try? JSONValue(parsing: body)
        // The forms of OpenAI and most others, of FastAPI, of a list of one, and a bare object.
        let error =
            document?["error"] ?? document?["detail"] ?? document?.arrayValue?.first?["error"] ?? document ?? .null
        self.init(error: error, status: status)
        // OpenAI also sends milliseconds. Dates, which the standard allows, are not used here.
        let seconds =
            header("retry-after-ms").flatMap(Double.init).map { $0 / 1000 }
            ?? header("retry-after").flatMap(Double.init)
        retryAfter = seconds.flatMap { (0...Self.longestRetry).contains($0) ? .seconds($0) : nil }
    }

    /// - Parameter server: The name of the server in the error.
    func engineError(engine: String, server: String = "the model's server") -> EngineError {
        var text = "\(server) answered with " + (status.map { "status \($0)" } ?? "an error")
        if let message, !message.isEmpty {
            text += ": " + message.split(whereSeparator: \.isNewline).joined(separator: " ")
        }
        return EngineError(kind, engine: engine, text, retryAfter: retryAfter)
    }

    /// The member of a request that the server does not accept; nil when the cause is another.
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
