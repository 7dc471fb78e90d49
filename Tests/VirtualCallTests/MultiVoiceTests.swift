import Agents
import ConvAI
import Conversation
import Engines
import JSON
import Testing

/// Agents whose model speaks in several voices.
@Suite("Several voices", .timeLimit(.minutes(2)))
struct MultiVoiceTests {
    private static let configuration: JSONValue = [
        "tts": [
            "voice_id": "test-voice",
            "supported_voices": [
                ["label": "Anna", "voice_id": "anna", "description": "the waitress", "speed": 1.2, "stability": 0.9],
                ["label": "Old Man", "voice_id": "bob", "language": "de"],
                ["label": "Ghost", "voice_id": "nobody"],
            ],
        ]
    ]
    private static let voices = ["anna", "bob"]

    private static func hold(
        _ pieces: [String], _ more: JSONValue = [:], initiation: ConversationInitiation = ConversationInitiation(),
        _ body: @escaping @Sendable (VirtualCall, TestModel) async throws -> Void = { caller, _ in
            caller.type("Tell me a story.")
            try await caller.hearResponse()
        }
    ) async throws -> VirtualCall.Outcome {
        let setup = VirtualCall.Setup(
            configuration: configuration.merging(more), initiation: initiation, otherVoices: voices)
        return try await VirtualCall.hold(setup) { _ in
            pieces.map { .text($0) }
        } _: {
            try await body($0, $1)
        }
    }

    @Test("each speaks its own words, and nobody the labels", arguments: [1, 3, 1000])
    func each(size: Int) async throws {
        let text =
            "She asked: <Anna>What can I bring you?</Anna> and <old man>Nothing.</Old Man> was all. <Ghost>Boo.</Ghost>"
        var pieces: [String] = []
        var rest = Substring(text)
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        let spoken = Log<[String]>()
        let outcome = try await Self.hold(pieces) { caller, _ in
            caller.type("Tell me a story.")
            try await caller.hearResponse()
            for id in ["test-voice", "anna", "bob"] { spoken.add(caller.voices[id]?.spoken.entries ?? []) }
        }
        // The last has a voice that is not here: the agent's own speaks for it.
        #expect(
            spoken.entries == [["She asked:", "and", "was all.", "Boo."], ["What can I bring you?"], ["Nothing."]])
        let whole = "She asked: What can I bring you? and Nothing. was all. Boo."
        #expect(outcome.messages.responses == [whole])
        #expect(outcome.record.transcript.last?.message == whole)
        let told = outcome.messages.map { if case .agentChatResponsePart(let text, _, _) = $0 { text } else { "" } }
        #expect(told.joined() == whole)
        #expect(outcome.record.details.warnings.isEmpty)
    }

    @Test("the model is told of the voices, and shown who has said what")
    func prompt() async throws {
        let requests = Log<GenerationRequest>()
        _ = try await Self.hold(["<Anna>Hello.</Anna>"]) { caller, model in
            caller.type("Hello?")
            try await caller.hearResponse(1)
            caller.type("And now?")
            try await caller.hearResponse(2)
            for request in model.requests.entries { requests.add(request) }
        }
        guard case .system(let prompt)? = requests.entries.last?.messages.first else {
            Issue.record("no prompt")
            return
        }
        #expect(prompt.contains("<Anna>: the waitress\n<Old Man> (German)\n<Ghost>"))
        #expect(requests.entries.last?.messages.contains(.assistant("<Anna>Hello.</Anna>")) == true)
    }

    @Test("an interruption keeps what was heard, whoever said it")
    func interruption() async throws {
        let outcome = try await Self.hold([
            "One two three. ", "<Anna>Four five six seven eight nine ten.</Anna>", " End.",
        ]) {
            caller, _ in
            caller.type("Count.")
            // 0.2 s a word, after 30 ms of each voice; the pauses are between.
            try await caller.hearAudio()
            try await caller.sleep(.seconds(1.7))
            caller.type("Stop.")
            try await caller.sleep(.seconds(1))
        }
        let corrected = outcome.messages.compactMap { message -> (String, String)? in
            if case .agentResponseCorrection(let original, let corrected, _) = message {
                (original, corrected)
            } else {
                nil
            }
        }
        let first = try #require(corrected.first)
        #expect(first.0 == "One two three. Four five six seven eight nine ten. End.")
        #expect(first.1.hasPrefix("One two three. Four") && first.0.hasPrefix(first.1) && !first.1.contains("ten"))
        let turn = try #require(outcome.record.transcript.first { $0.role == .agent })
        #expect(turn.message == first.1)
        #expect(turn.voices?.map(\.label) == [nil, "Anna"])
        #expect(turn.voices?.map(\.text).joined() == first.1)
        let shown = conversationJSON(outcome.record)["transcript"]?.arrayValue?.compactMap { $0["multivoice_message"] }
        #expect(shown?.contains { $0["parts"]?.arrayValue?.last?["voice_label"] == "Anna" } == true)
    }

    @Test("what is asked of a voice has its own settings, and the agent's where it has none")
    func settings() async throws {
        let requests = Log<[SpeechRequest]>()
        _ = try await Self.hold(
            ["<Anna>Hello there.</Anna> ", "<Old Man>Good day.</Old Man> ", "Bye."], ["tts": ["speed": 0.8]]
        ) { caller, _ in
            caller.type("Hello?")
            try await caller.hearResponse()
            for id in ["anna", "bob", "test-voice"] { requests.add(caller.voices[id]?.requests.entries ?? []) }
        }
        #expect(requests.entries.map { $0.first?.speed } == [1.2, 0.8, 0.8])
        #expect(requests.entries.map { $0.first?.style.stability } == [0.9, nil, nil])
        #expect(requests.entries.map { $0.first?.language } == ["en", "de", "en"])
    }

    @Test("a first clause in another voice is heard as soon as one in the agent's own")
    func firstClause() async throws {
        func wait(_ pieces: [String]) async throws -> Double {
            let outcome = try await Self.hold(pieces)
            return try #require(outcome.record.transcript.last?.metrics["parley_first_audio"])
        }
        let plain = try await wait(["Sure, ", "I can tell you one. ", "Listen."])
        #expect(try await wait(["<An", "na>Sure, ", "I can tell you one. ", "Listen.</Anna>"]) == plain)
    }

    @Test("labels are taken out of greetings, of what tools say, and in text-only conversations")
    func elsewhere() async throws {
        let greeted = try await Self.hold(
            ["Yes."], ["agent": ["first_message": "Hello. <Anna>And hello from me.</Anna>"]]
        ) { caller, _ in
            try await caller.hearResponse()
            #expect(caller.voices["anna"]?.spoken.entries == ["And hello from me."])
        }
        #expect(greeted.messages.responses == ["Hello. And hello from me."])
        let typed = try await Self.hold(
            ["<Anna>Hel", "lo.</An", "na>"], initiation: ConversationInitiation(isTextOnly: true)
        ) { caller, model in
            caller.type("Hello?")
            try await caller.hearResponse()
            guard case .system(let prompt)? = model.requests.entries.last?.messages.first else { return }
            #expect(!prompt.contains("Anna"))
        }
        #expect(typed.messages.responses == ["Hello."])
        let left = try await VirtualCall.hold(
            .init(
                configuration: Self.configuration.merging(["agent": ["prompt": ["built_in_tools": ["end_call": [:]]]]]),
                otherVoices: Self.voices)
        ) { _ in
            [.call("end_call", ["reason": "done", "system__message_to_speak": "<Anna>Goodbye.</Anna>"])]
        } _: { caller, _ in
            caller.type("Bye.")
            try await caller.hearResponse()
            #expect(caller.voices["anna"]?.spoken.entries == ["Goodbye."])
        }
        #expect(left.messages.responses == ["Goodbye."])
    }

    @Test("what no tool has done is held back in every voice")
    func claims() async throws {
        let outcome = try await Self.hold(
            ["Well. <An", "na>I've booked your table.</Anna>"],
            ["agent": ["prompt": ["requires_receipts": true, "tools": [clientTool("book_table")]]]])
        let said = outcome.messages.responses.joined()
        #expect(!said.contains("booked your table") && !said.contains("<") && said.hasPrefix("Well."))
    }

    @Test("a voice that fails is replaced by the server's next")
    func fallback() async throws {
        var setup = VirtualCall.Setup(configuration: Self.configuration, otherVoices: Self.voices)
        setup.failingVoices = ["anna"]
        let outcome = try await VirtualCall.hold(setup) { _ in
            [.text("<Anna>Fail now please.</Anna> "), .text("Good.")]
        } _: { caller, _ in
            caller.type("Hello?")
            try await caller.hearResponse()
            #expect(caller.voice.spoken.entries == ["Fail now please.", "Good."])
        }
        #expect(outcome.messages.responses == ["Fail now please. Good."])
        #expect(outcome.record.details.warnings.contains { $0.contains("The voice anna failed") })
    }
}
