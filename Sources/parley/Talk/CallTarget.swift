import Agents
import ArgumentParser
import Client
import ConvAI
import Foundation

/// An error that ends a command, with its exit code.
enum CommandError: Error, CustomStringConvertible {
    case usage(String)
    case unreachable(String)
    case failed(String)

    var description: String {
        switch self {
        case .usage(let text), .unreachable(let text), .failed(let text): text
        }
    }

    /// The codes of sysexits.h: 64 for wrong usage, as for invalid options, 69 for an unavailable service, 70 for a
    /// failure.
    var exitCode: ExitCode {
        switch self {
        case .usage: .validationFailure
        case .unreachable: ExitCode(69)
        case .failed: ExitCode(70)
        }
    }

    init(_ error: any Error) {
        switch error {
        case let error as CommandError: self = error
        case ClientError.unreachable, ClientError.tls, ClientError.timedOut: self = .unreachable("\(error)")
        case ClientError.invalidURL: self = .usage("\(error)")
        default: self = .failed("\(error)")
        }
    }
}

/// The server and agent to call.
struct CallTarget: Sendable {
    var url: URL
    var agentID: String
    /// The agent's name; nil where it was not looked up.
    var agentName: String?
    var apiKey: String?

    /// The given key, or else the one in the environment.
    static func apiKey(_ given: String?) -> String? {
        let environment = ProcessInfo.processInfo.environment
        return given ?? environment["PARLEY_API_KEY"] ?? environment["ELEVENLABS_API_KEY"]
    }

    /// - Parameters:
    ///   - agent: The agent's id; nil for the demo agent or, where there is none, the newest.
    ///   - apiKey: The key; nil for that of `PARLEY_API_KEY` or `ELEVENLABS_API_KEY`.
    init(url text: String, agent: String?, apiKey: String?) async throws {
        guard let url = URL(string: text) else { throw CommandError.usage("\(text) is not a URL.") }
        self.url = url
        self.apiKey = Self.apiKey(apiKey)
        if let agent {
            agentID = agent
        } else {
            let agents = try await AgentsClient(url: url, apiKey: self.apiKey).list()
            guard let chosen = agents.first(where: { $0.id == demoAgentID }) ?? agents.first else {
                throw CommandError.failed("The server has no agents.")
            }
            (agentID, agentName) = (chosen.id, chosen.name)
        }
    }

    /// Another server, which is asked for nothing but the call and is not given this one's key.
    init(peer text: String, agent: String, apiKey: String?) throws {
        guard let url = URL(string: text) else { throw CommandError.usage("\(text) is not a URL.") }
        (self.url, agentID, self.apiKey) = (url, agent, apiKey)
    }

    func connect(initiation: ConversationInitiation = ConversationInitiation()) async throws -> AgentConversation {
        try await AgentConversation.connect(url: url, agentID: agentID, apiKey: apiKey, initiation: initiation)
    }
}
