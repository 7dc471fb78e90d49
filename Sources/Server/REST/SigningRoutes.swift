import Agents
import Hummingbird
import JSON

/// Routes that give clients access to a conversation: signed URLs, and explanations for unsupported ways.
struct SigningRoutes: Sendable {
    let agents: any AgentStore
    let signedURLs: SignedURLs
    let configuration: ServerConfiguration

    func register(_ routes: inout RouteTable) {
        for spelling in ["get-signed-url", "get_signed_url"] {
            routes.on(.get, "/v1/convai/conversation/\(spelling)", query: Self.query) { request, context in
                try await sign(request, context)
            }
        }
        routes.on(.get, "/v1/convai/conversation/token", for: .anyone, query: .anything) { _, _ in
            throw APIError.notFound(
                "webrtc_not_served",
                "This server does not support WebRTC. "
                    + "Use the WebSocket: connectionType \"websocket\", or a signed URL.")
        }
        routes.on(.post, "/v1/single-use-token/{type}", query: []) { _, context in
            let type = context.parameter("type")
            guard let purpose = SignedURLs.TokenPurpose(rawValue: type) else {
                let known = SignedURLs.TokenPurpose.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError([
                    .init(loc: ["path", "token_type"], msg: "Input should be one of: \(known)", type: "enum")
                ])
            }
            return .json(["token": .string(signedURLs.token(for: purpose))])
        }
        routes.on(.get, ConversationRoute.path, for: .anyone, query: .anything) { _, _ in
            throw APIError.upgradeRequired("A conversation")
        }
    }

    private static let query = AcceptedQuery(
        ["agent_id", "include_conversation_id", "environment"], inert: ["debug_events_request": .when(["false"])])

    private func sign(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        guard let id = request.query["agent_id"] else {
            throw ValidationError.query("agent_id", "Field required", "missing")
        }
        guard try await agents.get(id) != nil else { throw StorageError.notFound("agent", id: id) }
        let conversationID =
            try request.query.flag("include_conversation_id") == true ? Identifier.make("conv") : nil
        let environment = try environment(request)
        let signature = signedURLs.sign(agentID: id, conversationID: conversationID, environment: environment)
        // A public agent's calls need no signature, and have the environment from the query alone.
        let named = environment.map { "&environment=\($0)" } ?? ""
        let query = "agent_id=\(id)\(named)&conversation_signature=\(signature)"
        let address = configuration.address(for: request, context)
        // With a WebSocket scheme.
        let base = address.hasPrefix("http") ? "ws" + address.dropFirst("http".count) : address
        let url = "\(base)\(ConversationRoute.path)?\(query)"
        var answer: JSONValue = ["signed_url": .string(url)]
        if let conversationID { answer["conversation_id"] = .string(conversationID) }
        return .json(answer)
    }

    /// The environment that a request asks for; nil when it leaves that to the client.
    private func environment(_ request: Request) throws -> String? {
        try request.query.value(
            "environment", "an environment's name: 1 to 64 letters, digits, _ or -", "value_error"
        ) { EnvironmentVariable.isName($0) ? $0 : nil }
    }
}
