import Agents
import Credentials
import Egress
import Foundation
import JSON
import NIOHTTP1

/// Makes of a server's answer what the model is told, what the record holds, and what variables become.
struct WebhookAnswer {
    let tool: ToolSettings
    let settings: WebhookSettings
    /// What the request carried to prove who asks, of which nothing is told should the answer repeat it.
    var secrets: [String] = []

    /// Most characters of an error's text that the model is told.
    private static let longestError = 500

    func outcome(_ answer: EgressAnswer) -> ToolOutcome {
        let status = Int(answer.head.status.code)
        guard (200..<300).contains(status) else {
            let reason = HTTPResponseStatus(statusCode: status).reasonPhrase
            let line = "the server answered \(status)\(reason.isEmpty ? "" : " \(reason)")"
            return failure(
                "http_error", line, raw: "\(line): \(Self.text(answer))", detail: Self.message(answer),
                isCertain: (400..<500).contains(status) && status != 408)
        }
        guard !answer.body.isEmpty else {
            return ToolOutcome(result: "It was successful; there is no further answer.", isNote: true)
        }
        let type = answer.head.mediaType
        guard let text = String(validating: answer.body, as: UTF8.self) else {
            return failure("invalid_response", "the answer is not text, but \(type.isEmpty ? "binary" : type)")
        }
        guard !Self.isPage(type, text) else {
            return failure("invalid_response", "the answer is a web page, not data", raw: Self.text(answer))
        }
        guard let value = try? JSONValue(parsing: answer.body.withoutMark) else {
            guard type.hasSuffix("json") else { return ToolOutcome(result: text) }
            return failure("invalid_response", "the answer is not complete JSON", raw: Self.text(answer))
        }
        return ToolOutcome(value, written: text, of: tool, filter: settings.filter)
    }

    func outcome(_ error: EgressError) -> ToolOutcome {
        failure(Self.type(of: error), error.description, isCalled: error.mayHaveEffects)
    }

    private static func type(of error: EgressError) -> String {
        switch error {
        case .timedOut: ToolOutcome.serverTimedOut
        case .forbidden, .forbiddenRedirect: "forbidden"
        case .tooLong: "response_too_long"
        case .redirected(let error): type(of: error)
        default: "network_error"
        }
    }

    /// The server was not asked, or has refused for want of another token: nothing has happened.
    func outcome(_ error: AuthorizationError) -> ToolOutcome {
        let type = if case .forbidden = error.kind { "forbidden" } else { "authorization_failed" }
        return failure(type, error.description, isCalled: false)
    }

    // MARK: Failure

    /// - Parameters:
    ///   - reason: without anything of the answer.
    ///   - raw: with the answer, for the record.
    ///   - detail: the answer's own message.
    ///   - isCertain: whether the server says itself that it has done nothing.
    private func failure(
        _ type: String, _ reason: String, raw: String? = nil, detail: String? = nil, isCalled: Bool = true,
        isCertain: Bool = false
    ) -> ToolOutcome {
        let uncertain =
            isCalled && !isCertain && !settings.isReadOnly ? " \(ToolOutcome.uncertain)" : ""
        let (raw, detail) = (raw.map(hidingSecrets), detail.map(hidingSecrets))
        let told =
            switch tool.errorHandling {
            case .passthrough: String((raw ?? reason).prefix(Self.longestError)) + "."
            case .summarized: reason + (detail.map { ": \($0.prefix(Self.longestError))" } ?? "") + "."
            // The reasons of the guard name hosts, which are the owner's business.
            case .auto, .hide: "the tool failed."
            }
        let isNote = !uncertain.isEmpty || [.auto, .hide].contains(tool.errorHandling)
        return ToolOutcome(
            result: told + uncertain, isNote: isNote, isError: true, errorType: type, isCalled: isCalled,
            rawError: raw ?? reason)
    }

    private func hidingSecrets(_ text: String) -> String {
        secrets.reduce(text) { $0.replacing($1, with: "********") }
    }

    private static func isPage(_ type: String, _ text: String) -> Bool {
        let start = text.prefix(longestError).drop(while: \.isWhitespace).lowercased()
        return ["text/html", "application/xhtml+xml"].contains(type) || start.hasPrefix("<!doctype html")
            || start.hasPrefix("<html")
    }

    private static func text(_ answer: EgressAnswer) -> String {
        String(decoding: answer.body.prefix(4 * longestError), as: UTF8.self)
    }

    /// The message in an error's answer, where servers usually have it.
    private static func message(_ answer: EgressAnswer) -> String? {
        guard let value = try? JSONValue(parsing: answer.body) else {
            return answer.head.mediaType == "text/plain" ? text(answer) : nil
        }
        let places = [["message"], ["error", "message"], ["error"], ["detail", "message"], ["detail"], ["title"]]
        return places.lazy.compactMap { value.descendant($0)?.stringValue }.first
    }
}

extension Data {
    /// JSON without the byte order mark that some servers put before it.
    fileprivate var withoutMark: Data { starts(with: [0xEF, 0xBB, 0xBF]) ? Data(dropFirst(3)) : self }
}
