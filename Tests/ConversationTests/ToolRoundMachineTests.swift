import Engines
import JSON
import Testing
import Tools
import TurnTaking

@testable import Agents
@testable import Conversation

@Suite("Rounds of tools")
struct ToolRoundMachineTests {
    private static func call(_ id: String, _ name: String = "book", _ arguments: JSONValue = [:]) -> ToolCall {
        ToolCall(id: id, name: name, arguments: arguments)
    }

    private static func settings(_ tools: JSONValue) throws -> [ToolSettings] {
        let agent = try Agent.new(conversationConfig: ["agent": ["prompt": ["tools": tools]]])
        return try CallSettings(agent: agent, initiation: CallInitiation(), variables: CallVariables()).tools
    }

    private static func caller(
        _ round: Int, _ response: Int = 1, tools: [ToolSettings] = []
    )
        -> ToolRoundMachine.Caller
    {
        ToolRoundMachine.Caller(
            round: round, response: ResponseID(number: response), eventID: 3, place: 2, tools: tools,
            agentID: "agent_a", time: .seconds(round))
    }

    private static func machine() -> ToolRoundMachine { ToolRoundMachine(mostAtOnce: 3, mostKept: 4) }

    private static func started(_ commands: [ToolRoundMachine.Command]) -> [String] {
        commands.compactMap { if case .start(let run) = $0 { run.call.id } else { nil } }
    }

    @Test("the calls of a round run at the same time, and the round is complete with the last of them")
    func parallel() {
        var tools = Self.machine()
        let calls = [Self.call("a"), Self.call("b", "look"), Self.call("c", "send")]
        #expect(Self.started(tools.handle(.called(calls, by: Self.caller(1)))) == ["a", "b", "c"])
        for id in ["c", "a"] {
            let commands = tools.handle(.ended(id, ToolOutcome(result: "done \(id)")))
            #expect(commands.count == 1, "told, and not complete")
            #expect(tools.take(1) == nil)
        }
        #expect(tools.handle(.ended("b", ToolOutcome(result: "no", isError: true))).last == .complete(1))
        let results = tools.take(1)?.results
        #expect(results?.map(\.result) == ["done a", "Error: no", "done c"])
        #expect(results?.map(\.kind) == [.answer, .failed(isTold: true), .answer])
        #expect(tools.take(1) == nil, "taken once")
    }

    @Test("the same call while it runs is not made twice, and both rounds get its result")
    func twins() {
        var tools = Self.machine()
        _ = tools.handle(.called([Self.call("a", "book", ["day": "Monday"])], by: Self.caller(1)))
        let again = Self.call("z", "book", ["day": "Monday"])
        #expect(tools.handle(.called([again], by: Self.caller(2, 2))) == [.join(again, running: "a")])
        let commands = tools.handle(.ended("a", ToolOutcome(result: "booked")))
        guard case .tell(_, let responses)? = commands.first else {
            Issue.record("not told: \(commands)")
            return
        }
        #expect(responses.map(\.number) == [1, 2])
        #expect(Array(commands.dropFirst()) == [.complete(1), .complete(2)])
        #expect(tools.take(2)?.results.map(\.call.id) == ["z"], "the model knows the call by its own id")
        let later = tools.handle(.called([again], by: Self.caller(3, 3)))
        #expect(Self.started(later) == ["z"], "once it is over, it can be made again")
    }

    @Test("calls that reach the tool alike are the same call, whatever the model writes beside it")
    func essence() throws {
        let tools = try Self.settings([
            [
                "type": "client", "name": "book", "description": "",
                "parameters": [
                    "type": "object",
                    "properties": [
                        "day": ["type": "string", "description": "d"],
                        "guests": ["type": "integer", "description": "g"],
                    ],
                ],
            ]
        ])
        var machine = Self.machine()
        let calls = [
            Self.call("a", "book", ["day": "Monday", "guests": 2]),
            Self.call("b", "book", ["day": "Monday", "guests": "2", "extra": nil]),
            Self.call("c", "book", ["day": "Monday", "guests": 2, "foo": 1]),
        ]
        #expect(Self.started(machine.handle(.called(calls, by: Self.caller(1, tools: tools)))) == ["a"])
        let other = Self.call("d", "book", ["day": "Tuesday", "guests": 2])
        #expect(Self.started(machine.handle(.called([other], by: Self.caller(2, tools: tools)))) == ["d"])
    }

    @Test("a call whose id is taken gets another")
    func ids() {
        var tools = Self.machine()
        _ = tools.handle(.called([Self.call("a")], by: Self.caller(1)))
        _ = tools.handle(.ended("a", ToolOutcome(result: "1")))
        #expect(Self.started(tools.handle(.called([Self.call("a", "look")], by: Self.caller(2)))) == ["a_2"])
    }

    @Test("a result that comes after its time-out replaces it, a time-out never a result, and nothing comes twice")
    func late() {
        var tools = Self.machine()
        _ = tools.handle(.called([Self.call("a")], by: Self.caller(1)))
        let timeout = ToolOutcome(result: "none", isError: true, errorType: ToolOutcome.timedOut)
        #expect(tools.handle(.ended("a", timeout)).last == .complete(1))
        #expect(tools.handle(.ended("a", timeout)).isEmpty)
        #expect(tools.handle(.ended("a", ToolOutcome(result: "late"))).count == 1, "told, and no round completes again")
        #expect(tools["a"]?.outcome?.result == "late")
        #expect(tools.handle(.ended("a", timeout)).isEmpty)
        #expect(tools.handle(.ended("a", ToolOutcome(result: "again"))).isEmpty)
        #expect(tools.handle(.ended("unknown", timeout)).isEmpty)
    }

    @Test("an interruption abandons the round and not its calls")
    func abandoned() {
        var tools = Self.machine()
        _ = tools.handle(.called([Self.call("a")], by: Self.caller(1)))
        #expect(tools.handle(.abandoned(1)).isEmpty)
        #expect(tools["a"]?.outcome == nil)
        let commands = tools.handle(.ended("a", ToolOutcome(result: "booked")))
        guard case .tell(_, let responses)? = commands.first, commands.count == 1 else {
            Issue.record("not told: \(commands)")
            return
        }
        #expect(responses.isEmpty, "nobody waits for it")
        #expect(tools.take(1) == nil)
    }

    @Test("calls beyond the bound are refused in words, and what runs at the end of the call is told")
    func bounds() {
        var tools = Self.machine()
        let calls = (1...5).map { Self.call("c\($0)", "tool\($0)") }
        #expect(Self.started(tools.handle(.called(calls, by: Self.caller(1)))) == ["c1", "c2", "c3"])
        for id in ["c1", "c2"] { _ = tools.handle(.ended(id, ToolOutcome(result: id))) }
        let ended = tools.handle(.callEnded)
        guard case .tell(let run, _)? = ended.first, ended.count == 1 else {
            Issue.record("not told: \(ended)")
            return
        }
        #expect(run.call.id == "c3" && run.outcome?.errorType == "call_ended")
        var others = Self.machine()
        _ = others.handle(.called(calls, by: Self.caller(1)))
        for id in ["c1", "c2", "c3"] { _ = others.handle(.ended(id, ToolOutcome(result: id))) }
        #expect(
            others.take(1)?.results.map(\.result)
                == ["c1", "c2", "c3", "Error: more than 3 calls at once", "Error: more than 3 calls at once"])
    }

    @Test("in a long call the oldest calls that are over are forgotten, those that run never")
    func memory() {
        var tools = Self.machine()
        _ = tools.handle(.called([Self.call("first", "slow")], by: Self.caller(1)))
        for index in 2...9 {
            _ = tools.handle(.called([Self.call("c\(index)", "tool\(index)")], by: Self.caller(index)))
            _ = tools.handle(.ended("c\(index)", ToolOutcome(result: "")))
            _ = tools.take(index)
        }
        #expect(tools["first"] != nil && tools["c2"] == nil && tools["c9"] != nil)
    }

    @Test("while a protecting tool runs nobody interrupts, and after some until the answer is over")
    func protection() throws {
        func tool(_ name: String, _ mode: JSONValue) -> JSONValue {
            [
                "type": "client", "name": .string(name), "description": "Does it.", "expects_response": true,
                "interruption_mode": mode,
            ]
        }
        let settings = try Self.settings([
            tool("book", "disable_during_tool"), tool("pay", "disable_during_tool_and_turn"),
        ])
        for (name, toTheEnd) in [("book", false), ("pay", true)] {
            var tools = Self.machine()
            let begun = tools.handle(.called([Self.call("a", name)], by: Self.caller(1, tools: settings)))
            #expect(begun.first == .protect(ResponseID(number: 1), true))
            let ended = tools.handle(.ended("a", ToolOutcome(result: "")))
            #expect(ended.contains(.protect(ResponseID(number: 1), toTheEnd, toTheEnd: toTheEnd)))
        }
    }
}
