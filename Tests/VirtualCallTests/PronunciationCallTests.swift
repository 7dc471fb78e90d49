import Agents
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import MemoryStore
import TestSupport
import Testing

/// Calls of agents whose words are said otherwise than they are written.
@Suite("Pronunciation dictionaries in calls", .timeLimit(.minutes(1)))
struct PronunciationCallTests {
    private static func setup(_ rules: JSONValue) async throws -> VirtualCall.Setup {
        let storage = MemoryStorage()
        let dictionary = try PronunciationDictionary.new(body: ["name": "Names", "rules": rules])
        try await storage.resources.insert(dictionary)
        let locator: JSONValue = ["pronunciation_dictionary_id": .string(dictionary.id)]
        return VirtualCall.Setup(
            configuration: ["tts": ["pronunciation_dictionary_locators": [locator]]], storage: storage)
    }

    private static let rules: JSONValue = [
        ["string_to_replace": "ACME", "type": "alias", "alias": "A C M E Corporation"],
        ["string_to_replace": "nginx", "type": "phoneme", "phoneme": "ˈɛndʒɪnˈɛks", "alphabet": "ipa"],
    ]

    @Test("the voice says the alias; transcript, messages and the model's memory have the word")
    func said() async throws {
        let outcome = try await VirtualCall.hold(
            try await Self.setup(Self.rules),
            model: { request in
                [.text(request.messages.count > 2 ? "As ACME said." : "Welcome to ACME, with nginx.")]
            }
        ) { caller, model in
            try await caller.say("Who are you?")
            try await caller.hearResponse()
            try await caller.say("Who else?")
            try await caller.hearResponse(2)
            let said = caller.voice.spoken.entries.joined(separator: " ")
            #expect(said.contains("A C M E Corporation") && said.contains("nginx") && !said.contains("ACME"))
            let memory = model.requests.entries.last?.messages.compactMap {
                if case .assistant(let text, _) = $0 { text } else { nil }
            }
            #expect(memory == ["Welcome to ACME, with nginx."])
        }
        #expect(outcome.messages.responses == ["Welcome to ACME, with nginx.", "As ACME said."])
        #expect(outcome.record.transcript.map(\.message)[1] == "Welcome to ACME, with nginx.")
        #expect(outcome.record.details.warnings.map { $0.contains("Names has 1 phoneme rules") } == [true])
    }

    @Test("a caller who interrupts has heard the words whose aliases were over")
    func interrupted() async throws {
        let outcome = try await VirtualCall.hold(
            try await Self.setup(Self.rules),
            model: { request in
                request.lastUser.contains("stop")
                    ? [.text("All right.")]
                    : [.text("Here at ACME we sell lamps and tables and chairs and beds and sofas and carpets.")]
            }
        ) { caller, _ in
            try await caller.say("Who are you?")
            try await caller.hearAudio()
            // "Here at A C M E" are six words of 200 ms.
            try await caller.sleep(.milliseconds(1250))
            try await caller.say("No please stop that now.")
            try await caller.wait(for: "the answer") {
                if case .agentResponse("All right.", _) = $0 { true } else { nil }
            }
        }
        let corrections = outcome.messages.compactMap {
            if case .agentResponseCorrection(_, let heard, _) = $0 { heard } else { nil }
        }
        let heard = try #require(corrections.first)
        #expect("Here at ACME we sell lamps and tables and chairs".hasPrefix(heard), "\(heard)")
        #expect(!heard.contains("Corporation"))
    }
}
