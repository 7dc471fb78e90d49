import ArgumentParser
import Client
import Foundation

/// Options for the server's address and the API key.
struct ServerOptions: ParsableArguments {
    @Option(help: "The server; http, https, ws or wss.")
    var url = "http://127.0.0.1:8000"

    @Option(help: "The server's API key (default: PARLEY_API_KEY or ELEVENLABS_API_KEY in the environment).")
    var apiKey: String?

    func agents() throws -> AgentsClient {
        try AgentsClient(url: try address(), apiKey: CallTarget.apiKey(apiKey))
    }

    func conversations() throws -> ConversationsClient {
        try ConversationsClient(url: try address(), apiKey: CallTarget.apiKey(apiKey))
    }

    private func address() throws -> URL {
        guard let url = URL(string: url) else { throw CommandError.usage("\(url) is not a URL.") }
        return url
    }
}
