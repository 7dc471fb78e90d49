// Asks an agent a typed question and prints its answer; a client tool of the agent may be run here meanwhile.
//
//     cd Examples/swift
//     swift run Ask http://127.0.0.1:8000 "What are your opening hours?"

import Client
import ConvAI
import Foundation

@main
struct Ask {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let server = URL(string: arguments[1]) else {
            FileHandle.standardError.write(Data("usage: Ask URL QUESTION\n".utf8))
            exit(64)
        }
        let key = ProcessInfo.processInfo.environment["PARLEY_API_KEY"]
        guard let agent = try await AgentsClient(url: server, apiKey: key).list().first else {
            FileHandle.standardError.write(Data("The server has no agents.\n".utf8))
            exit(1)
        }
        print("Talking to \(agent.name).")

        let conversation = try await AgentConversation.connect(
            url: server, agentID: agent.id, apiKey: key, initiation: ConversationInitiation(isTextOnly: true),
            tools: [
                // Runs when the agent has a client tool of this name.
                "local_time": { _ in .string(Date.now.ISO8601Format()) }
            ])

        // What the agent says comes in parts as the model writes it. This waits for its greeting before it asks; an agent
        // without one has to be asked at once.
        var hasAsked = false
        for await event in conversation.events {
            switch event {
            case .message(.agentChatResponsePart(let text, let kind, _), _):
                print(text, terminator: kind == .stop ? "\n" : "")
                guard kind == .stop else { continue }
                if hasAsked {
                    await conversation.end()
                } else {
                    try await conversation.send(text: arguments[2])
                    hasAsked = true
                }
            case .message(.error(let error), _):
                print("Error: \(error.message)")
            case .ended(let end):
                print("The conversation ended: \(end)")
            default: break
            }
        }
    }
}
