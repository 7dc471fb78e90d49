import Foundation

/// What a call says by itself, whatever its agent is about, in one language.
package struct CallPhrases: Sendable, Hashable, Decodable {
    /// Said when a model fails, so that nobody hears silence without a reason.
    package let apology: String
    /// Bridge a wait, in order, and from the first again. Models get one an answer, tools as many as they need.
    package let fillers: [String]
    /// Asks a silent caller whether they are still there.
    package let rePrompt: String
    /// What is said of a tool by whoever asks no model for words: that it is done, that it takes its time, that it failed.
    package let toolDone, toolRunning, toolFailed: String

    enum CodingKeys: String, CodingKey {
        case apology, fillers
        case rePrompt = "re_prompt"
        case toolDone = "tool_done"
        case toolRunning = "tool_running"
        case toolFailed = "tool_failed"
    }

    /// All of them.
    package var sentences: [String] { fillers + [apology, rePrompt, toolDone, toolRunning, toolFailed] }

    /// Those of a language, a BCP 47 tag whose region does not matter; nil where they were not written.
    package static func of(_ language: String) -> CallPhrases? {
        all[String(language.lowercased().prefix { $0 != "-" && $0 != "_" })]
    }

    package static let english =
        CallPhrases.of("en")
        ?? CallPhrases(apology: "", fillers: [], rePrompt: "", toolDone: "", toolRunning: "", toolFailed: "")

    /// By ISO 639-1 codes, from `call-phrases.json`, which is part of the program: a test reads it.
    package static let all: [String: CallPhrases] =
        (try? JSONDecoder().decode([String: CallPhrases].self, from: Data(PackageResources.call_phrases_json))) ?? [:]
}
