import CallMetrics
import Client
import ConvAI
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import Synchronization

/// Measures what tools add to a call: with a model that calls one in every turn, and the server that the tool asks, both in
/// this process.
struct ToolBench: Sendable {
    /// The results; times are in milliseconds.
    struct Figures: Codable, Sendable {
        /// Time from a webhook's beginning to its result, without the time that its server took.
        var webhook: Distribution?
        /// The same for a tool of an MCP server.
        var mcp: Distribution?
        /// End of speech to the audible answer, in turns without and with a webhook of `quickTool`.
        var answer: Distribution?
        var answerWithTool: Distribution?
        /// Time from the model's call of a tool of `slowTool` that is announced to something audible.
        var announced: Distribution?
        /// Time from the opening of the WebSocket to the audible greeting, without and with twenty tools and three MCP
        /// servers.
        var greeting: Distribution?
        var greetingWithTools: Distribution?
        /// End of speech to the next agent's first audible word, when the model hands the call over.
        var transfer: Distribution?
    }

    /// How long the tool's server takes.
    static let quickTool = Duration.milliseconds(100)
    static let slowTool = Duration.milliseconds(1500)

    let target: CallTarget
    let turns: Int
    let gap: Double
    /// The callers' recordings, one after the other.
    let callers: [ScriptedCaller.Recording]

    func run() async throws -> Figures {
        let servers = ToolServers()
        return try await ScriptedModel.serve(servers.router()) { url in
            let agents = try AgentsClient(url: target.url, apiKey: target.apiKey)
            let original = try await agents.get(target.agentID)
            var made: [String] = []
            let mcpServers = try MCPServersClient(url: target.url, apiKey: target.apiKey)
            var madeServers: [String] = []
            func clear() async {
                for id in made { try? await agents.delete(id) }
                for id in madeServers { try? await mcpServers.delete(id) }
            }
            do {
                func agent(_ behaviour: ToolServers.Behaviour, _ prompt: JSONValue = [:]) async throws -> String {
                    let id = try await agents.create(Self.configuration(original, url, behaviour, prompt))
                    made.append(id)
                    return id
                }
                let plain = try await agent(.answers)
                let looking = try await agent(.callsTool, ["tools": [Self.tool("look_up", url)]])
                let announcing = try await agent(
                    .callsTool, ["tools": [Self.tool("look_up_slowly", url, ["pre_tool_speech": "force"])]])
                for number in 1...3 {
                    madeServers.append(
                        try await mcpServers.create([
                            "url": .string("\(url)/mcp/\(number)"), "name": .string("bench_\(number)"),
                            "transport": "STREAMABLE_HTTP", "approval_policy": "auto_approve_all",
                        ]))
                }
                let asking = try await agent(
                    .callsTool, ["mcp_server_ids": .array(madeServers.prefix(1).map(JSONValue.string))])
                let equipped = try await agent(
                    .answers,
                    [
                        "tools": .array((1...20).map { Self.tool("tool_\($0)", url) }),
                        "mcp_server_ids": .array(madeServers.map(JSONValue.string)),
                    ])
                let transfers: JSONValue = [
                    [
                        "agent_id": .string(plain), "condition": "The caller wants somebody else.",
                        "enable_transferred_agent_first_message": true,
                    ]
                ]
                let leaving = try await agent(
                    .handsOver, ["built_in_tools": ["transfer_to_agent": ["params": ["transfers": transfers]]]])
                let figures = try await measure(
                    servers,
                    Agents(
                        plain: plain, looking: looking, asking: asking, announcing: announcing, equipped: equipped,
                        leaving: leaving))
                await clear()
                return figures
            } catch {
                await clear()
                throw error
            }
        }
    }

    /// The ids of the agents that are called.
    private struct Agents {
        var plain: String
        /// Has a webhook of `quickTool`.
        var looking: String
        /// Has such a tool of an MCP server.
        var asking: String
        /// Has a webhook of `slowTool`.
        var announcing: String
        /// Has twenty webhooks and three MCP servers.
        var equipped: String
        /// Hands the call over to `plain`.
        var leaving: String
    }

    private func measure(_ servers: ToolServers, _ agents: Agents) async throws -> Figures {
        var figures = Figures()
        figures.answer = Distribution(answers(of: try await call(agents.plain, recordings(turns)).measurement))
        let looked = try await call(agents.looking, recordings(turns))
        figures.answerWithTool = Distribution(answers(of: looked.measurement))
        figures.webhook = Distribution(try await latencies(of: looked.id, without: servers.takeTimes()))

        // The server is asked for its tools when a call wants them first.
        _ = try await call(agents.asking, [])
        let asked = try await call(agents.asking, recordings(turns))
        figures.mcp = Distribution(try await latencies(of: asked.id, without: servers.takeTimes()))

        let announced = try await call(agents.announcing, recordings(turns))
        let sounds = Audibility.utterances(
            in: announced.result.call.heard, sampleRate: announced.result.call.sampleRate
        )
        .map { Double($0.start) / Double(announced.result.call.sampleRate) }
        figures.announced = Distribution(
            servers.takeCalls().compactMap { moment in
                let chosen = moment.seconds(since: announced.openedAt)
                return sounds.first { $0 > chosen }.map { ($0 - chosen) * 1000 }
            })

        var greetings: (plain: [Double], equipped: [Double]) = ([], [])
        var transfers: [Double] = []
        // In turn, so that what else the machine does disturbs both alike.
        for turn in 0..<turns {
            if let time = try await call(agents.plain, []).measurement.greetingAfter {
                greetings.plain.append(time * 1000)
            }
            if let time = try await call(agents.equipped, []).measurement.greetingAfter {
                greetings.equipped.append(time * 1000)
            }
            transfers += answers(of: try await call(agents.leaving, [recording(turn)]).measurement)
        }
        figures.greeting = Distribution(greetings.plain)
        figures.greetingWithTools = Distribution(greetings.equipped)
        figures.transfer = Distribution(transfers)
        return figures
    }

    // MARK: Calls

    private struct Call: Sendable {
        var id: String
        var openedAt: ContinuousClock.Instant
        var result: ScriptedCall.Result
        var measurement: CallMeasurement { CallMeasurement(result.call) }
    }

    private func recording(_ index: Int) -> ScriptedCaller.Recording { callers[index % callers.count] }

    private func recordings(_ count: Int) -> [ScriptedCaller.Recording] { (0..<count).map(recording) }

    private func call(_ agent: String, _ recordings: [ScriptedCaller.Recording]) async throws -> Call {
        var target = target
        target.agentID = agent
        let conversation = try await target.connect()
        do {
            var options = ScriptedCaller.Options()
            options.gap = gap
            let call = try ScriptedCall(conversation, recordings: recordings, options: options)
            return Call(
                id: conversation.metadata.conversationID, openedAt: conversation.openedAt, result: await call.run())
        } catch {
            await conversation.end()
            throw error
        }
    }

    private func answers(of call: CallMeasurement) -> [Double] {
        call.turns.filter { !$0.isCutOff }.compactMap { $0.answerAfter.map { $0 * 1000 } }
    }

    /// How long each tool took, in milliseconds, without the time that its server took.
    private func latencies(of id: String, without times: [Double]) async throws -> [Double] {
        let client = try ConversationsClient(url: target.url, apiKey: target.apiKey)
        let turns = try await client.get(id)["transcript"]?.arrayValue ?? []
        let latencies = turns.flatMap { $0["tool_results"]?.arrayValue ?? [] }
            .compactMap { $0["tool_latency_secs"]?.doubleValue }
        return zip(latencies, times).map { $0 * 1000 - $1 }
    }

    // MARK: Agents

    private static func configuration(
        _ original: JSONValue, _ url: String, _ behaviour: ToolServers.Behaviour, _ prompt: JSONValue
    ) -> JSONValue {
        let model: JSONValue = ["url": .string(url), "model_id": .string(behaviour.rawValue)]
        let own: JSONValue = ["llm": "custom-llm", "custom_llm": model]
        return [
            "name": .string("\(original["name"]?.stringValue ?? "Agent") (bench, tools)"),
            // Its own model server and tools are removed first, since their keys are not shown.
            "conversation_config": (original["conversation_config"] ?? [:])
                .merging([
                    "agent": ["prompt": ["custom_llm": nil, "tools": nil, "tool_ids": nil, "mcp_server_ids": nil]]
                ])
                .merging(["agent": ["prompt": own.merging(prompt)]]),
        ]
    }

    private static func tool(_ name: String, _ url: String, _ more: JSONValue = [:]) -> JSONValue {
        let tool: JSONValue = [
            "type": "webhook", "name": .string(name), "description": "Looks up an order.",
            "api_schema": [
                "url": .string("\(url)/tools/\(name)"), "method": "POST",
                "request_body_schema": [
                    "type": "object", "required": ["number"],
                    "properties": ["number": ["type": "string", "description": "The order's number."]],
                ],
            ],
        ]
        return tool.merging(more)
    }
}

/// The model and the server of its tools.
private final class ToolServers: Sendable {
    /// What the model does, by which it is named.
    enum Behaviour: String, Sendable {
        case answers
        case callsTool = "calls-tool"
        case handsOver = "hands-over"
    }

    private struct State {
        var calls: [ContinuousClock.Instant] = []
        /// Those of them after which a tool was asked, while a model's call in an answer that is given up unheard reaches none.
        var made: [ContinuousClock.Instant] = []
        var times: [Double] = []

        mutating func ask() { if let call = calls.last { made.append(call) } }
    }

    private let state = Mutex(State())

    private static let firstToken = Duration.milliseconds(100)
    private static let tokenInterval = Duration.milliseconds(12)
    private static let answer = "Thank you for waiting. Your order has been sent, and it should be with you tomorrow."

    /// When the model made the calls that reached tools, since the last time of asking.
    func takeCalls() -> [ContinuousClock.Instant] {
        state.withLock { state in
            defer { (state.calls, state.made) = ([], []) }
            return state.made
        }
    }

    /// How long the tools' server took for each request, in milliseconds, since the last time of asking.
    func takeTimes() -> [Double] {
        state.withLock { state in
            defer { (state.calls, state.made, state.times) = ([], [], []) }
            return state.times
        }
    }

    func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.post("/v1/chat/completions") { [self] request, _ in
            let data = try await request.body.collect(upTo: 1 << 20)
            let body = try JSONValue(parsing: Data(data.readableBytesView))
            let steps = steps(body)
            return Response(
                status: .ok, headers: [.contentType: "text/event-stream"],
                body: ResponseBody { [self] writer in
                    try await Task.sleep(for: Self.firstToken)
                    for step in steps {
                        if step["tool_calls"] != nil { state.withLock { $0.calls.append(.now) } }
                        try await writer.write(Self.event(step, finish: nil))
                        try await Task.sleep(for: Self.tokenInterval)
                    }
                    let isCall = steps.contains { $0["tool_calls"] != nil }
                    try await writer.write(Self.event([:], finish: isCall ? "tool_calls" : "stop"))
                    try await writer.write(ByteBuffer(string: "data: [DONE]\n\n"))
                    try await writer.finish(nil)
                })
        }
        for (name, time) in [("look_up", ToolBench.quickTool), ("look_up_slowly", ToolBench.slowTool)] {
            router.post("/v1/tools/\(name)") { [self] request, _ in
                let came = ContinuousClock.now
                state.withLock { $0.ask() }
                _ = try await request.body.collect(upTo: 1 << 20)
                try await Task.sleep(for: time)
                state.withLock { $0.times.append((ContinuousClock.now - came) / .milliseconds(1)) }
                return Self.json(["status": "sent"])
            }
        }
        router.post("/v1/mcp/:number") { [self] request, _ in
            let came = ContinuousClock.now
            let data = try await request.body.collect(upTo: 1 << 20)
            let message = try JSONValue(parsing: Data(data.readableBytesView))
            let result: JSONValue
            switch message["method"]?.stringValue {
            case "server/discover":
                result = ["supportedVersions": ["2026-07-28"], "capabilities": ["tools": [:]]]
            case "tools/list":
                result = [
                    "tools": [["name": "look_up", "description": "Looks up an order.", "inputSchema": Self.schema]]
                ]
            case "tools/call":
                try await Task.sleep(for: ToolBench.quickTool)
                state.withLock { $0.times.append((ContinuousClock.now - came) / .milliseconds(1)) }
                result = ["content": [["type": "text", "text": "It was sent."]]]
            default:
                return Self.json([
                    "jsonrpc": "2.0", "id": message["id"] ?? .null,
                    "error": ["code": -32601, "message": "no such method"],
                ])
            }
            return Self.json(["jsonrpc": "2.0", "id": message["id"] ?? .null, "result": result])
        }
        return router
    }

    private static let schema: JSONValue = [
        "type": "object", "required": ["number"],
        "properties": ["number": ["type": "string", "description": "The order's number."]],
    ]

    private static func json(_ value: JSONValue) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: value.text)))
    }

    /// What the model writes in answer to a request: a tool call when the caller has spoken last.
    private func steps(_ request: JSONValue) -> [JSONValue] {
        let last = request["messages"]?.arrayValue?.last { $0["role"] != "system" }?["role"]
        let call: JSONValue? =
            switch Behaviour(rawValue: request["model"]?.stringValue ?? "") {
            case .callsTool where last == "user":
                request["tools"]?.arrayValue?.first?.value(at: "function", "name").map {
                    ["name": $0, "arguments": #"{"number":"17"}"#]
                }
            case .handsOver where last == "user":
                ["name": "transfer_to_agent", "arguments": #"{"agent_number":0,"reason":"asked for"}"#]
            default: nil
            }
        if let call {
            return [
                ["tool_calls": [["index": 0, "id": .string(UUID().uuidString), "type": "function", "function": call]]]
            ]
        }
        return Self.answer.split(separator: " ").enumerated().map {
            ["content": .string(($0.offset == 0 ? "" : " ") + $0.element)]
        }
    }

    private static func event(_ delta: JSONValue, finish: String?) -> ByteBuffer {
        let choice: JSONValue = ["index": 0, "delta": delta, "finish_reason": finish.map(JSONValue.string) ?? .null]
        let chunk: JSONValue = ["id": "scripted", "object": "chat.completion.chunk", "choices": [choice]]
        return ByteBuffer(string: "data: \(chunk.text)\n\n")
    }
}

extension ToolBench.Figures {
    var table: String {
        typealias Run = BenchReport.Run
        let lines: [String?] = [
            Run.row("tools", ["n", "p50", "p95", "max"]),
            Run.row("webhook beyond its server's time, ms", webhook, Run.decimal),
            Run.row("MCP tool beyond its server's time, ms", mcp, Run.decimal),
            Run.row("end of speech -> answer, ms", answer),
            Run.row("the same with a webhook of 100 ms", answerWithTool),
            Run.row("tool chosen -> something audible, ms", announced),
            Run.row("WebSocket open -> greeting, ms", greeting),
            Run.row("the same with 20 tools and 3 MCP servers", greetingWithTools),
            Run.row("last word -> the next agent's first, ms", transfer),
        ]
        return lines.compactMap { $0 }.joined(separator: "\n")
    }
}
