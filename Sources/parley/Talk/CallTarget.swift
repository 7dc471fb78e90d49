import ArgumentParser
import Client
import ConvAI
import Foundation
import Server

/// Why a command ends, with the exit code that says so.
enum CommandError: Error, CustomStringConvertible {
    case usage(String)
    case unreachable(String)
    case failed(String)

    var description: String {
        switch self {
        case .usage(let text), .unreachable(let text), .failed(let text): text
        }
    }

    /// As in sysexits.h: 64 for wrong use, as for options that cannot be parsed, 69 for a service that is not there, 70 for one that failed.
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

    /// Runs a command's body; errors are written to the standard error stream and become exit codes.
    static func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error where !(error is ExitCode) && !(error is CancellationError) {
            let error = CommandError(error)
            // It may hold what a server said.
            LogStream.standardError.write("parley: \(error)")
            throw error.exitCode
        }
    }
}

/// Who is to be called.
struct CallTarget: Sendable {
    var url: URL
    var agentID: String
    var apiKey: String?

    /// The key that was given, or the one in the environment.
    static func apiKey(_ given: String?) -> String? {
        let environment = ProcessInfo.processInfo.environment
        return given ?? environment["PARLEY_API_KEY"] ?? environment["ELEVENLABS_API_KEY"]
    }

    /// - Parameters:
    ///   - agent: nil stands for the server's first agent.
    ///   - apiKey: nil stands for `PARLEY_API_KEY` or `ELEVENLABS_API_KEY`.
    init(url text: String, agent: String?, apiKey: String?) async throws {
        guard let url = URL(string: text) else { throw CommandError.usage("\(text) is no URL.") }
        self.url = url
        self.apiKey = Self.apiKey(apiKey)
        if let agent {
            agentID = agent
        } else if let first = try await AgentsClient(url: url, apiKey: self.apiKey).list().first {
            agentID = first.id
        } else {
            throw CommandError.failed("The server has no agents.")
        }
    }

    func connect(initiation: ConversationInitiation = ConversationInitiation()) async throws -> AgentConversation {
        try await AgentConversation.connect(url: url, agentID: agentID, apiKey: apiKey, initiation: initiation)
    }
}
