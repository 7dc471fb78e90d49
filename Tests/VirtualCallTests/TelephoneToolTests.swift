import Agents
import Audio
import ConvAI
import Conversation
import Engines
import JSON
import TestSupport
import Testing
import Tools

/// What an agent does with a telephone, on a line that has one and on lines that have none.
@Suite("Telephone tools", .timeLimit(.minutes(1)))
struct TelephoneToolTests {
    private static let transfer: JSONValue = [
        "transfer_destination": ["type": "phone_dynamic_variable", "phone_number": "manager"],
        "condition": "The caller asks for a person.", "transfer_type": "blind",
        "custom_sip_headers": [
            ["type": "static", "key": "X-Shop", "value": "lamps"],
            ["type": "dynamic", "key": "X-Customer", "value": "customer"],
        ],
        "post_dial_digits": ["type": "static", "value": "ww12"],
    ]

    private static func setup(_ name: String, _ params: JSONValue = [:]) -> VirtualCall.Setup {
        var setup = VirtualCall.Setup()
        setup.configuration = [
            "agent": [
                "prompt": ["built_in_tools": [name: ["name": .string(name), "params": params]]],
                "dynamic_variables": [
                    "dynamic_variable_placeholders": ["manager": "+43 660 12345", "customer": 7, "shop": "Lamps & Co"]
                ],
            ]
        ]
        return setup
    }

    /// Calls the tool once, and answers its failure.
    private static func script(
        _ name: String, _ arguments: JSONValue
    ) -> @Sendable (GenerationRequest) -> [TestModel.Step] {
        { request in
            guard case .tool(_, let result, _) = request.messages.last else { return [.call(name, arguments)] }
            return [.text(result.hasPrefix("Error") ? "I cannot do that." : "Done.")]
        }
    }

    private static let wish: JSONValue = [
        "transfer_number": "+4366012345", "client_message": "I'll put you through.",
        "agent_message": "A lamp is broken.",
    ]

    // MARK: A line with a telephone

    @Test("a transfer to a number: the caller is told, the line makes it, and the agent leaves the call")
    func transfer() async throws {
        let stage = try Stage(
            Self.setup("transfer_to_number", ["transfers": [Self.transfer]]),
            model: Self.script("transfer_to_number", Self.wish))
        let (outputs, ending, record) = try await PortTests.hold(stage, abilities: [.transfers]) { _ in
            .done(["conference_name": "c"])
        } _: { line in
            line.send(.begin(CallInitiation()))
            try await line.say("I want a person.")
            try await line.wait(for: "the transfer") { if case .act = $0 { true } else { nil } }
            let act = try #require(line.acts.first)
            guard case .transfer(let transfer, let messages) = act else {
                throw VirtualCall.Missing(description: "none")
            }
            #expect(transfer.destination == .phone("+43 660 12345") && transfer.kind == .blind)
            #expect(transfer.headers.map(\.value) == ["lamps", "7"] && transfer.postDialDigits == "ww12")
            #expect(messages == LineAct.Messages(caller: "I'll put you through.", person: "A lamp is broken."))
            try await stage.time.sleep(.seconds(2))
        }
        // Four words of 200 ms were heard before the line was asked.
        let asked = try #require(outputs.firstIndex { if case .act = $0 { true } else { false } })
        let bytes = outputs[..<asked].reduce(0) {
            if case .audio(let chunk) = $1 { $0 + chunk.bytes.count } else { $0 }
        }
        #expect(bytes >= 4 * 1500)
        #expect(ending.code == 1000 && ending.reason == "The agent ended the call.")
        #expect(record.transcript.last?.message == "I'll put you through.")
        #expect(record.transcript.flatMap(\.toolResults).map(\.isError) == [false])
    }

    @Test("a transfer that fails, or that the line does not answer, leaves the caller with the agent")
    func transferFails() async throws {
        let outcomes: [LineOutcome?] = [.failed("busy"), nil]
        for outcome in outcomes {
            let stage = try Stage(
                Self.setup("transfer_to_number", ["transfers": [Self.transfer], "enable_client_message": false]),
                model: Self.script("transfer_to_number", Self.wish))
            let (_, _, record) = try await PortTests.hold(stage, abilities: [.transfers]) { _ in
                outcome
            } _: { line in
                line.send(.begin(CallInitiation()))
                try await line.say("I want a person.")
                try await stage.time.sleep(.seconds(90))
            }
            #expect(record.transcript.last?.message == "I cannot do that.")
            let result = try #require(record.transcript.flatMap(\.toolResults).first)
            #expect(result.isError && result.value.contains(outcome == nil ? "in time" : "busy"))
        }
    }

    @Test("a number that the model misreads is the only one there is, and none of several")
    func misread() async throws {
        let second: JSONValue = ["transfer_destination": ["type": "sip_uri", "sip_uri": "sip:help@shop.example"]]
        let wrong: JSONValue = Self.wish.merging(["transfer_number": "12345"])
        for transfers in [[Self.transfer], [Self.transfer, second]] {
            let stage = try Stage(
                Self.setup("transfer_to_number", ["transfers": .array(transfers)]),
                model: Self.script("transfer_to_number", wrong))
            let (outputs, _, _) = try await PortTests.hold(stage, abilities: [.transfers]) { _ in
                .done()
            } _: { line in
                line.send(.begin(CallInitiation()))
                try await line.say("I want a person.")
                try await stage.time.sleep(.seconds(5))
            }
            #expect(outputs.count { if case .act = $0 { true } else { false } } == (transfers.count == 1 ? 1 : 0))
        }
    }

    @Test(
        "keys are pressed by the line, and the agent speaks afterwards unless it is told not to",
        arguments: [false, true])
    func keys(isSilentAfterwards: Bool) async throws {
        let stage = try Stage(
            Self.setup("play_keypad_touch_tone", ["suppress_turn_after_dtmf": .bool(isSilentAfterwards)]),
            model: Self.script("play_keypad_touch_tone", ["dtmf_tones": "1w2#"]))
        let (outputs, _, record) = try await PortTests.hold(stage, abilities: [.keys]) { _ in
            .done()
        } _: { line in
            line.send(.begin(CallInitiation()))
            try await line.say("Press one for sales.")
            try await stage.time.sleep(.seconds(5))
        }
        let acts = outputs.compactMap { if case .act(let request) = $0 { request.act } else { nil } }
        #expect(acts == [.press("1w2#", isOutOfBand: true)])
        #expect(record.transcript.last?.message == (isSilentAfterwards ? "" : "Done."))
    }

    @Test("keys that no telephone has are not pressed")
    func wrongKeys() async throws {
        for keys in ["", "1a", String(repeating: "1", count: 65)] {
            let stage = try Stage(
                Self.setup("play_keypad_touch_tone"),
                model: Self.script("play_keypad_touch_tone", ["dtmf_tones": .string(keys)]))
            let (outputs, _, record) = try await PortTests.hold(stage, abilities: [.keys]) { _ in
                .done()
            } _: { line in
                line.send(.begin(CallInitiation()))
                try await line.say("Press one for sales.")
                try await stage.time.sleep(.seconds(5))
            }
            #expect(!outputs.contains { if case .act = $0 { true } else { false } })
            #expect(record.transcript.last?.message == "I cannot do that.")
        }
    }

    // MARK: A line without

    @Test("on a line without a telephone a transfer to a number is answered honestly")
    func noTransfer() async throws {
        let outcome = try await VirtualCall.hold(
            Self.setup("transfer_to_number", ["transfers": [Self.transfer]]),
            model: Self.script("transfer_to_number", Self.wish)
        ) { caller, _ in
            try await caller.say("I want a person.")
            try await caller.hearResponse()
        }
        #expect(outcome.messages.responses == ["I cannot do that."])
        let result = try #require(outcome.record.transcript.flatMap(\.toolResults).first)
        #expect(result.isError && !result.hasBeenCalled && result.value.contains("not on a telephone line"))
        #expect(outcome.record.details.warnings.contains { $0.contains("only telephone lines can transfer a call") })
    }

    @Test("on a line without a telephone the model is not offered keys, and the record says why")
    func noKeys() async throws {
        let offered = Log<[String]>()
        let outcome = try await VirtualCall.hold(Self.setup("play_keypad_touch_tone")) { _ in
            [.text("Hello.")]
        } _: { caller, model in
            caller.type("Hello.")
            try await caller.hearResponse()
            for request in model.requests.entries { offered.add(request.tools.map(\.name)) }
        }
        #expect(offered.entries == [[]])
        #expect(outcome.record.details.warnings.contains { $0.contains("only telephone lines have keys") })
    }

    @Test("an answering machine gets its message to the end, also when it goes on talking, and then the call ends")
    func voicemail() async throws {
        let message: JSONValue = [
            "voicemail_message": "This is {{shop}}. Please call us back tomorrow morning. Goodbye."
        ]
        let outcome = try await VirtualCall.hold(
            Self.setup("voicemail_detection", message), model: Self.script("voicemail_detection", ["reason": "A beep."])
        ) { caller, _ in
            try await caller.say("Please leave a message.")
            try await caller.hearAudio()
            try await caller.say("after the tone beep beep beep beep")
            try await caller.sleep(.seconds(10))
        }
        #expect(outcome.messages.responses == ["This is Lamps & Co. Please call us back tomorrow morning. Goodbye."])
        #expect(outcome.messages.interruptions.isEmpty)
        #expect(outcome.ending.reason == "The agent ended the call.")
        #expect(outcome.record.transcript.last?.message?.hasSuffix("Goodbye.") == true)
    }

    @Test("without a message for the answering machine the call ends at once")
    func silentVoicemail() async throws {
        let outcome = try await VirtualCall.hold(
            Self.setup("voicemail_detection"), model: Self.script("voicemail_detection", ["reason": "A beep."])
        ) { caller, _ in
            try await caller.say("Please leave a message.")
            try await caller.sleep(.seconds(5))
        }
        #expect(outcome.messages.responses.isEmpty)
        #expect(outcome.ending.reason == "The agent ended the call.")
    }
}
