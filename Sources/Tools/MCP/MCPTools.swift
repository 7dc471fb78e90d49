import Agents
import Foundation
import JSON
import MCP
import Tasks

/// Tools of MCP servers.
struct MCPTools: ToolRunner {
    let access: any MCPAccess

    /// The longest wait for an approval, as clients are told it: people are asked.
    static let approvalTimeout = Duration.seconds(300)
    /// The longest name of a function that models take.
    private static let longestName = 64

    func canRun(_ tool: ToolSettings) -> Bool {
        if case .mcp = tool.kind { true } else { false }
    }

    // MARK: Which tools there are

    /// The tools of these servers as they are known now; those of a server that is dead or not known yet are missing.
    ///
    /// - Parameters:
    ///   - own: the agent's other tools, whose names count.
    ///   - values: the call's variables.
    func tools(
        of servers: [MCPServerSettings], beside own: [ToolSettings], values: [String: JSONValue]
    ) -> [ToolSettings] {
        let offers = servers.flatMap { server in
            access.snapshot(MCPServer(server)).list.tools.map { (server: server, tool: $0) }
        }
        var taken = Set(own.map(\.name))
        // A name that two servers have is nobody's, so that it does not depend on which of them was there first.
        var counts: [String: Int] = [:]
        for offer in offers { counts[Self.name(offer.tool.name), default: 0] += 1 }
        return offers.compactMap { server, tool in
            let plain = Self.name(tool.name)
            var name = plain
            if taken.contains(plain) || counts[plain, default: 0] > 1 {
                name = Self.name("\(server.name)_\(tool.name)")
                var number = 2
                while taken.contains(name) {
                    name = String(Self.name("\(server.name)_\(tool.name)").prefix(Self.longestName - 4)) + "_\(number)"
                    number += 1
                }
            }
            taken.insert(name)
            return settings(of: tool, named: name, on: server, values: values)
        }
    }

    private func settings(
        of tool: MCPTool, named name: String, on server: MCPServerSettings, values: [String: JSONValue]
    ) -> ToolSettings? {
        let configuration = server.configuration(
            of: tool.name, named: name, description: tool.description,
            FunctionSchema.parameters(from: tool.inputSchema), values: values)
        let reference = MCPToolReference(
            server: server, toolName: tool.name, description: tool.description,
            needsApproval: Self.needsApproval(tool, on: server), isReadOnly: Self.trusted(tool, on: server).isReadOnly,
            fixedArguments: configuration["fixed_arguments"] ?? [:],
            omittedArguments: (configuration["omitted_arguments"]?.arrayValue ?? []).compactMap {
                $0.arrayValue?.compactMap(\.stringValue)
            })
        return ToolSettings(reference, configuration)
    }

    private static func needsApproval(_ tool: MCPTool, on server: MCPServerSettings) -> Bool {
        let said = tool.json["description"]?.stringValue ?? ""
        return server.approval(of: tool.name, description: said, tool.inputSchema) == .needed
    }

    /// The tool, with what it says of its effects only where that is believed.
    private static func trusted(_ tool: MCPTool, on server: MCPServerSettings) -> MCPTool {
        var tool = tool
        tool.isReadOnly = tool.isReadOnly && server.believes("readOnlyHint", of: tool.name)
        tool.isIdempotent = tool.isIdempotent && server.believes("idempotentHint", of: tool.name)
        return tool
    }

    /// A name as models take it: letters, digits, `_` and `-`.
    private static func name(_ text: String) -> String {
        let clean = text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" }
        return String(clean.prefix(longestName))
    }

    /// Waits until it is known how things stand with these servers.
    func connections(to servers: [MCPServerSettings]) async -> [MCPConnection] {
        await withTaskGroup(of: (Int, MCPConnection).self) { group in
            for (index, server) in servers.enumerated() {
                group.addTask { (index, await connection(to: server)) }
            }
            return await group.reduce(into: [(Int, MCPConnection)]()) { $0.append($1) }
                .sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func connection(to server: MCPServerSettings) async -> MCPConnection {
        let target = MCPServer(server)
        let known = access.snapshot(target)
        switch known.state {
        case .connected: return MCPConnection(server: server, toolCount: known.list.tools.count, failure: nil)
        case .dead(let error): return MCPConnection(server: server, toolCount: 0, failure: error)
        case .unknown:
            do {
                let list = try await access.tools(of: target)
                return MCPConnection(server: server, toolCount: list.tools.count, failure: nil)
            } catch {
                return MCPConnection(
                    server: server, toolCount: 0, failure: error as? MCPError ?? .lost("it was given up"))
            }
        }
    }

    // MARK: One call

    func begin(_ use: ToolUse) -> ToolBeginning {
        guard case .mcp(let reference) = use.tool.kind else {
            return .over(.failure("unknown", message: "it is no tool of an MCP server", isCalled: false))
        }
        return .running { await run(use, reference, in: $0) }
    }

    /// What goes along with a call: what the configuration says, and what tells it from all others, so that a server can
    /// see that it has had it before.
    private static func meta(_ use: ToolUse, _ server: MCPServerSettings) -> JSONValue {
        .object(server.meta.merging(["parley/idempotency-key": .string(use.key)]) { given, _ in given })
    }

    private func run(_ use: ToolUse, _ reference: MCPToolReference, in host: any ToolHost) async -> ToolOutcome {
        func fail(_ type: String, _ message: String, isCalled: Bool = false) async -> ToolOutcome {
            await host.tell(MCPCallState(use, reference, .failure(message)))
            guard isCalled, !use.tool.isReadOnly else { return .failure(type, message: message, isCalled: isCalled) }
            var outcome = ToolOutcome.failure(type, message: "\(message). \(ToolOutcome.uncertain)")
            outcome.rawError = message
            return outcome
        }
        let server = reference.server
        let target = MCPServer(server)
        let known = access.snapshot(target)
        guard let listed = known.list[reference.toolName] else {
            if case .dead(let error) = known.state { return await fail("mcp_tool_error", error.description) }
            return await fail("mcp_tool_error", "the MCP server does not offer this tool any more")
        }
        var tool = Self.trusted(listed, on: server)
        // The owner knows best.
        tool.isReadOnly = use.tool.isReadOnly
        // What was approved, or needs no approval, is what the model was told.
        if Self.needsApproval(tool, on: server) || reference.needsApproval {
            let limit = Self.approvalTimeout
            switch await host.approve(MCPCallState(use, reference, .awaitingApproval(limit)), within: limit) {
            case .approved: break
            case .refused: return await fail("mcp_tool_refused", "the user refused this call")
            case .unanswered:
                return await fail("mcp_tool_unapproved", "the call needs an approval, and nobody gave it")
            case .cannotAsk:
                return await fail(
                    "mcp_tool_unapproved", "the call needs an approval, and this user cannot be asked for it")
            }
        }
        await host.tell(MCPCallState(use, reference, .loading))
        do {
            let limit = Duration.seconds(use.tool.responseTimeout)
            let result = try await access.call(
                tool, of: target, reference.arguments(from: use.given), meta: Self.meta(use, server), within: limit)
            let text = result.text
            guard !result.isError else {
                await host.tell(MCPCallState(use, reference, .failure(text)))
                return .failure("mcp_tool_error", message: text, isNote: false)
            }
            let outcome = ToolOutcome(text, structured: result.structured, of: use.tool)
            // Values that the model does not see are not for the caller either.
            let shown = outcome.result == text ? result.content : [["type": "text", "text": .string(outcome.result)]]
            await host.tell(MCPCallState(use, reference, .success(shown)))
            return outcome
        } catch let error as MCPError {
            let type = if case .timedOut = error { "mcp_tool_timeout" } else { "mcp_tool_error" }
            return await fail(type, error.description, isCalled: error.mayHaveHadEffects)
        } catch {
            return await fail("mcp_tool_error", "the call was given up", isCalled: true)
        }
    }
}

extension MCPToolReference {
    /// What the tool is called with: what the model gives, and what the configuration sets or leaves out.
    fileprivate func arguments(from given: JSONValue) -> JSONValue {
        omittedArguments.reduce(given) { $0.removing($1) }.merging(fixedArguments)
    }
}

/// How a call of an MCP tool stands, as the caller's end is told of it.
public struct MCPCallState: Sendable, Hashable {
    /// What can be said of it.
    public enum Stage: Sendable, Hashable {
        /// The server is asked.
        case loading
        /// Somebody has so long to approve it.
        case awaitingApproval(Duration)
        /// The server's answer: blocks of content.
        case success([JSONValue])
        case failure(String)
    }

    /// The id of the server.
    public var serverID: String
    /// The id of the call in its conversation.
    public var callID: String
    /// The name of the tool, as its server has it.
    public var toolName: String
    /// What the server says of the tool.
    public var toolDescription: String
    /// The arguments: always an object.
    public var parameters: JSONValue
    /// How the call stands.
    public var stage: Stage

    init(_ use: ToolUse, _ reference: MCPToolReference, _ stage: Stage) {
        serverID = reference.server.id
        callID = use.id
        toolName = reference.toolName
        toolDescription = reference.description
        parameters = reference.arguments(from: use.given)
        self.stage = stage
    }

    /// The same with no more than so many characters of the server's answer: what is longer is cut where it is text, and
    /// named where it is not.
    public func cut(to limit: Int) -> MCPCallState {
        var state = self
        switch stage {
        case .failure(let message): state.stage = .failure(String(message.prefix(limit)))
        case .success(let content):
            var rest = limit
            var blocks: [JSONValue] = []
            for block in content where rest > 0 {
                var block = block
                var length = block.text.count
                if length > rest {
                    let text = block["type"] == "text" ? block["text"]?.stringValue : nil
                    let named = text ?? MCPToolResult(content: [block]).text
                    block = ["type": "text", "text": .string(String(named.prefix(rest)))]
                    length = min(named.count, rest)
                }
                rest -= length
                blocks.append(block)
            }
            state.stage = .success(blocks)
        case .loading, .awaitingApproval: break
        }
        return state
    }
}

/// What became of a request for an approval.
public enum MCPApprovalAnswer: Sendable, Hashable {
    case approved
    case refused
    /// Nobody answered in time.
    case unanswered
    /// The caller's end does not show such requests.
    case cannotAsk
}
