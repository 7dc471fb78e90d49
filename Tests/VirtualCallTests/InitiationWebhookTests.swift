import Agents
import ConvAI
import Conversation
import Egress
import Engines
import Foundation
import JSON
import MemoryStore
import NIOHTTP1
import TestSupport
import Testing
import Tools

/// Calls that begin with what the owner's server says of them.
@Suite("The conversation-initiation webhook in calls", .timeLimit(.minutes(2)))
struct InitiationWebhookTests {
    /// An agent that asks, and greets with a variable.
    private static let configuration: JSONValue = [
        "agent": [
            "first_message": "Hello {{name}}.",
            "dynamic_variables": ["dynamic_variable_placeholders": ["name": "stranger"]],
        ]
    ]
    private static let asks: JSONValue = [
        "overrides": [
            "enable_conversation_initiation_client_data_from_webhook": true,
            "conversation_config_override": ["agent": ["first_message": true]],
        ]
    ]

    private static func webhook(_ more: JSONValue = [:]) -> JSONValue {
        let webhook: JSONValue = ["url": "https://crm.example/init", "request_headers": [:]]
        return webhook.merging(more)
    }

    /// A call of an agent whose workspace has the webhook.
    private static func setup(
        _ webhook: JSONValue? = webhook(), platform: JSONValue = asks, configuration: JSONValue = configuration,
        storage: MemoryStorage = MemoryStorage(),
        _ send: @escaping @Sendable (EgressRequest, VirtualTime) async throws -> EgressAnswer
    ) async throws -> VirtualCall.Setup {
        if let webhook {
            _ = try await WorkspaceSettings.change(
                ["conversation_initiation_client_data_webhook": webhook], in: storage.resources)
        }
        var setup = VirtualCall.Setup(configuration: configuration, platformSettings: platform, storage: storage)
        setup.send = send
        return setup
    }

    private static func answer(
        _ body: String, status: Int = 200, type: String = "application/json"
    ) -> EgressAnswer {
        EgressAnswer(
            head: EgressHead(status: .init(statusCode: status), headers: ["content-type": type]),
            body: Data(body.utf8))
    }

    private static func hold(
        _ setup: VirtualCall.Setup,
        _ caller: @escaping @Sendable (VirtualCall) async throws -> Void = { try await $0.hearResponse() }
    ) async throws -> VirtualCall.Outcome {
        try await VirtualCall.hold(setup, model: { _ in [.text("I see.")] }) { call, _ in try await caller(call) }
    }

    private static func began(_ outcome: VirtualCall.Outcome) -> Duration? {
        outcome.received.first { if case .initiationMetadata = $0.message { true } else { false } }?.time
    }

    private static func metadata(_ call: VirtualCall) async throws {
        try await call.wait(for: "the metadata") { if case .initiationMetadata = $0 { true } else { nil } }
    }

    // MARK: What is asked, and what is said

    @Test("a call begins with the variables, overrides and user id of the owner's server, and the record has them")
    func applied() async throws {
        let sent = Log<EgressRequest>()
        let storage = MemoryStorage()
        let secret = try StoredSecret.new(body: ["name": "key", "value": "s3cret"], vault: storage.vault)
        try await storage.resources.insert(secret)
        try await storage.resources.insert(
            try EnvironmentVariable.new(
                body: ["type": "string", "label": "HOST", "values": ["production": "crm.example"]]))
        let setup = try await Self.setup(
            Self.webhook([
                "url": "https://{{system_env__HOST}}/init?a={{system__agent_id}}",
                "request_headers": [
                    "X-Key": ["secret_id": .string(secret.id)], "X-Call": "{{system__conversation_id}}",
                ],
            ]), storage: storage
        ) { request, _ in
            sent.add(request)
            return Self.answer(
                """
                {"type": "conversation_initiation_client_data", "user_id": "user-7",
                 "dynamic_variables": {"name": "Ann", "vip": true, "odd": {"a": 1}},
                 "conversation_config_override": {"agent": {"first_message": "Welcome back, {{name}}."}}}
                """)
        }
        let outcome = try await Self.hold(setup)
        let request = try #require(sent.entries.first)
        #expect(sent.entries.count == 1)
        #expect(request.method == .POST && request.url == "https://crm.example/init?a=\(Stage.agentID)")
        #expect(request.headers.first(name: "x-key") == "s3cret")
        #expect(request.headers.first(name: "x-call") == Stage.conversationID)
        #expect(request.headers.first(name: "content-type") == "application/json")
        #expect(request.redirectHosts == nil && request.longestAnswer == 262_144)
        #expect(request.timeout <= .seconds(2))
        #expect(
            try JSONValue(parsing: request.body ?? Data()) == [
                "agent_id": .string(Stage.agentID), "conversation_id": .string(Stage.conversationID),
            ])
        #expect(outcome.messages.responses == ["Welcome back, Ann."])
        let details = outcome.record.details
        #expect(details.userID == "user-7")
        #expect(details.initiation?.value(at: "dynamic_variables", "name") == "Ann")
        #expect(details.initiation?.value(at: "dynamic_variables", "vip") == true)
        #expect(
            details.initiation?.value(at: "conversation_config_override", "agent", "first_message")
                == "Welcome back, {{name}}.")
        #expect(
            details.warnings.filter { $0.contains("webhook") }.map { $0.contains("dynamic_variables.odd") } == [true])
        #expect(outcome.events.map(\.kind).contains("initiation_webhook"))
    }

    @Test("a telephone's call tells the numbers; they are variables too")
    func telephone() async throws {
        let sent = Log<EgressRequest>()
        let setup = try await Self.setup(
            configuration: ["agent": ["first_message": "Hello {{system__caller_id}} from {{name}}."]]
        ) { request, _ in
            sent.add(request)
            return Self.answer(#"{"dynamic_variables":{"name":"Ann"}}"#)
        }
        let stage = try Stage(setup) { _ in [.text("I see.")] }
        let telephone = TelephoneCall(callerID: "+431", calledNumber: "+432", callSID: "CA1")
        let (outputs, _, _) = try await PortTests.hold(stage, telephone: telephone) { line in
            // Nothing comes of the caller but sound.
            try await line.say("Hello there.")
            try await line.wait(for: "the greeting") { if case .response = $0 { true } else { nil } }
        }
        let greeting = outputs.lazy.compactMap { if case .response(let text, _) = $0 { text } else { nil } }.first
        #expect(greeting == "Hello +431 from Ann.")
        let body = try JSONValue(parsing: sent.entries.first?.body ?? Data())
        #expect(body["caller_id"] == "+431" && body["called_number"] == "+432" && body["call_sid"] == "CA1")
    }

    @Test("what the owner's server says counts more than what the caller claims, member by member")
    func precedence() async throws {
        var setup = try await Self.setup { _, _ in
            Self.answer(#"{"dynamic_variables":{"name":"Ann"},"user_id":"known"}"#)
        }
        setup.initiation = ConversationInitiation(
            configOverride: ["agent": ["first_message": "Hi {{name}}, {{mood}}."]],
            dynamicVariables: ["name": "Mallory", "mood": "happy"], userID: "claimed")
        let outcome = try await Self.hold(setup)
        #expect(outcome.messages.responses == ["Hi Ann, happy."])
        #expect(outcome.record.details.userID == "known")
    }

    @Test("only an agent that permits it has its server asked, its own rather than the workspace's")
    func permission() async throws {
        let own: JSONValue = [
            "workspace_overrides": [
                "conversation_initiation_client_data_webhook": ["url": "https://own.example/", "request_headers": [:]]
            ]
        ]
        for (platform, asked) in [([:], []), (Self.asks.merging(own), ["https://own.example/"])]
            as [(JSONValue, [String])]
        {
            let sent = Log<String>()
            let setup = try await Self.setup(platform: platform) { request, _ in
                sent.add(request.url)
                return Self.answer("{}")
            }
            let outcome = try await Self.hold(setup)
            #expect(sent.entries == asked)
            #expect(outcome.messages.responses == ["Hello stranger."])
            #expect(outcome.record.details.warnings.filter { $0.contains("webhook") } == [])
        }
        let nothing = try await Self.setup(nil) { _, _ in Self.answer("{}") }
        #expect(try await Self.hold(nothing).events.map(\.kind).contains("initiation_webhook") == false)
    }

    // MARK: Time

    @Test("what is typed while it is asked has its own time in the record")
    func typedMeanwhile() async throws {
        let setup = try await Self.setup { _, time in
            try await time.sleep(.milliseconds(1500))
            return Self.answer(#"{"dynamic_variables":{"name":"Ann"}}"#)
        }
        let outcome = try await Self.hold(setup) { call in
            call.type("Who are you?")
            try await call.hearResponse()
        }
        let turn = try #require(outcome.record.transcript.first { $0.role == .user })
        #expect(turn.message == "Who are you?" && turn.timeInCall < 0.5)
    }

    @Test("it is asked while the caller's message is awaited, which then has nothing to wait for")
    func early() async throws {
        var setup = try await Self.setup { _, time in
            try await time.sleep(.milliseconds(900))
            return Self.answer(#"{"dynamic_variables":{"name":"Ann"}}"#)
        }
        setup.initiation = nil
        let outcome = try await Self.hold(setup) { call in
            try await call.sleep(.seconds(1))
            call.send(.initiation(ConversationInitiation()))
            try await call.hearResponse()
        }
        #expect(outcome.messages.responses == ["Hello Ann."])
        let began = try #require(Self.began(outcome))
        #expect(began >= .seconds(1) && began < .milliseconds(1050))
    }

    @Test("one whose headers need the caller's variables is asked once these are known")
    func dependent() async throws {
        let sent = Log<EgressRequest>()
        var setup = try await Self.setup(Self.webhook(["request_headers": ["X-Token": "{{secret__token}}"]])) {
            request, _ in
            sent.add(request)
            return Self.answer(#"{"dynamic_variables":{"name":"Ann"}}"#)
        }
        setup.initiation = ConversationInitiation(dynamicVariables: ["secret__token": "t0ken"])
        let outcome = try await Self.hold(setup)
        #expect(sent.entries.map { $0.headers.first(name: "x-token") } == ["t0ken"])
        #expect(outcome.messages.responses == ["Hello Ann."])
        // Without the variable there is nothing to ask with.
        setup = try await Self.setup(Self.webhook(["request_headers": ["X-Token": "{{secret__token}}"]])) {
            request, _ in
            sent.add(request)
            return Self.answer("{}")
        }
        let without = try await Self.hold(setup)
        #expect(sent.entries.count == 1)
        #expect(without.record.details.warnings.contains { $0.contains("the variable secret__token has no value yet") })
    }

    @Test("a server that does not answer delays the call by two seconds and no more; the record says so")
    func hanging() async throws {
        let setup = try await Self.setup { _, time in
            try await time.sleep(.seconds(600))
            return Self.answer("{}")
        }
        let outcome = try await Self.hold(setup)
        let began = try #require(Self.began(outcome))
        #expect(began >= .seconds(2) && began < .milliseconds(2050))
        #expect(outcome.messages.responses == ["Hello stranger."])
        let warning = "The call began without the conversation-initiation webhook: there was no answer in time."
        #expect(outcome.record.details.warnings.contains(warning))
        let event = outcome.events.first { $0.kind == "initiation_webhook" }
        #expect(event?.detail["failure"] == "there was no answer in time")
        #expect(event?.detail["milliseconds"] == 2000)
    }

    @Test("a caller who hangs up meanwhile ends the call and the request")
    func hangUp() async throws {
        let cancelled = Log<Duration>()
        let setup = try await Self.setup { _, time in
            do { try await time.sleep(.seconds(600)) } catch {
                cancelled.add(time.now)
                throw error
            }
            return Self.answer("{}")
        }
        let outcome = try await Self.hold(setup) { call in
            try await call.say("Hello.")
            try await call.sleep(.milliseconds(300))
            call.type("Are you there?")
            call.hangUp()
        }
        let time = try #require(cancelled.entries.first)
        #expect(time < .seconds(1))
        #expect(outcome.record.status == .done)
        #expect(outcome.record.terminationReason == "The client has gone.")
        #expect(outcome.record.transcript.map(\.message) == ["Are you there?"])
        #expect(!outcome.messages.contains { if case .initiationMetadata = $0 { true } else { false } })
        #expect(outcome.record.details.warnings == [])
    }

    @Test("what is said and typed while it is awaited is not lost, and keeps its place in time")
    func spokenMeanwhile() async throws {
        let setup = try await Self.setup(configuration: ["agent": ["first_message": ""]]) { _, time in
            try await time.sleep(.milliseconds(1800))
            return Self.answer("{}")
        }
        let outcome = try await VirtualCall.hold(setup, model: { _ in [.text("We open at nine.")] }) { call, _ in
            try await call.say("When do you open?")
            try await call.hearResponse()
            call.type("Thank you.")
            try await call.hearResponse(2)
        }
        #expect(outcome.record.transcript.map(\.message).prefix(2) == ["When do you open?", "We open at nine."])
        #expect(outcome.record.transcript.dropFirst(2).first?.message == "Thank you.")
        // The turn ended a second before the call had begun.
        let answered = try #require(
            outcome.received.first { if case .agentResponse = $0.message { true } else { false } }?.time)
        #expect(answered < .milliseconds(2600))
    }

    // MARK: Bad answers

    struct Bad: Sendable, CustomTestStringConvertible {
        var reason: String
        var answer: @Sendable () throws -> EgressAnswer
        var testDescription: String { reason }
    }

    static let bad: [Bad] = [
        Bad(reason: "the answer is a web page") { answer("<html>s3cret</html>", type: "text/html; charset=utf-8") },
        Bad(reason: "the answer is not complete JSON") { answer(#"{"dynamic_variables": {"name": "s3cret"#) },
        Bad(reason: "the answer is not complete JSON") { answer("") },
        Bad(reason: "the server answered 500") { answer(#"{"error":"s3cret"}"#, status: 500) },
        Bad(reason: "the server answered 302") { answer("", status: 302) },
        Bad(reason: "expected an object") { answer("[1]") },
        Bad(reason: "dynamic_variables: expected an object") { answer(#"{"dynamic_variables": 1}"#) },
        Bad(reason: "the answer is longer than 262144 bytes") { throw EgressError.tooLong(262_144) },
        Bad(reason: "no connection to crm.example") { throw EgressError.unreachable(host: "crm.example") },
        Bad(reason: "crm.example is not on the public internet") { throw EgressError.forbidden(host: "crm.example") },
        Bad(reason: "it could not be asked") { throw CocoaError(.fileNoSuchFile) },
    ]

    @Test("no answer, however bad, ends a call; the record names the reason, and nothing secret", arguments: bad)
    func badAnswer(bad: Bad) async throws {
        let setup = try await Self.setup(
            Self.webhook(["url": "https://crm.example/init?token=s3cret", "request_headers": ["X-Key": "s3cret"]])
        ) { _, _ in try bad.answer() }
        let outcome = try await Self.hold(setup)
        #expect(outcome.messages.responses == ["Hello stranger."])
        let warnings = outcome.record.details.warnings.filter { $0.contains("webhook") }
        #expect(warnings.count == 1)
        #expect(warnings.first?.contains(bad.reason) == true, "\(warnings)")
        #expect(!conversationJSON(outcome.record).text.contains("s3cret"))
        #expect(!outcome.events.contains { $0.detail.text.contains("s3cret") })
    }

    @Test("overrides that the agent does not permit are left out, and the variables beside them are not")
    func forbiddenOverride() async throws {
        let setup = try await Self.setup { _, _ in
            Self.answer(
                """
                {"dynamic_variables": {"name": "Ann"},
                 "conversation_config_override": {"agent": {"prompt": {"prompt": "Obey."}}}}
                """)
        }
        let outcome = try await Self.hold(setup)
        #expect(outcome.messages.responses == ["Hello Ann."])
        #expect(
            outcome.record.details.warnings.contains {
                $0.contains("its overrides were left out") && $0.contains("agent.prompt.prompt")
            })
    }

    @Test("a caller's own forbidden override ends the call as ever")
    func forbiddenByCaller() async throws {
        var setup = try await Self.setup { _, _ in
            Self.answer(#"{"conversation_config_override": {"agent": {"first_message": "Hi."}}}"#)
        }
        setup.initiation = ConversationInitiation(configOverride: ["agent": ["prompt": ["prompt": "Obey."]]])
        let outcome = try await Self.hold(setup) { try await Self.metadata($0) }
        #expect(outcome.ending.code == 1008)
        #expect(!outcome.record.details.warnings.contains { $0.contains("overrides were left out") })
    }
}
