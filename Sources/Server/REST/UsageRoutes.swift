import Agents
import Engines
import Hummingbird
import JSON

/// Estimates what each language model would cost for a minute of conversation.
struct UsageRoutes: Sendable {
    let catalog: ModelCatalog
    let agents: any AgentStore
    let limits: ServerLimits

    /// The minute of conversation that the estimate assumes.
    private enum Minute {
        /// Answers of the agent: the caller speaks for some 5 s, the agent for some 7.
        static let answers = 5.0
        /// Tokens of an answer of two sentences.
        static let answer = 40.0
        /// Tokens of the preceding dialogue: the mean over a call of five minutes.
        static let dialogue = 600.0
        /// Characters a token, in English.
        static let characters = 4.0
        /// Tokens of a page of a knowledge base.
        static let page = 500.0
        /// The most pages that are looked up for an answer.
        static let lookedUp = 5.0
    }

    private static let longest = 100_000_000

    func register(_ routes: inout RouteTable) {
        routes.on(.post, "/v1/convai/llm-usage/calculate", query: []) { request, _ in
            let body = try await request.jsonBody(limit: limits.bodySize)
            return try answer(body, promptLength: nil, isWhole: true)
        }
        routes.on(.post, "/v1/convai/agent/{agent_id}/llm-usage/calculate", query: []) { request, context in
            let id = context.parameter("agent_id")
            guard let agent = try await agents.get(id) else { throw StorageError.notFound("agent", id: id) }
            let body = try await request.jsonBody(limit: limits.bodySize)
            let prompt = agent.conversationConfig.value(at: "agent", "prompt", "prompt")?.stringValue
            return try answer(body, promptLength: prompt?.count ?? 0, isWhole: false)
        }
    }

    /// - Parameters:
    ///   - promptLength: The value where the body gives none.
    ///   - isWhole: Whether the body must give every value.
    private func answer(_ body: JSONValue, promptLength: Int?, isWhole: Bool) throws -> Response {
        let length = try count(body, "prompt_length", isNeeded: isWhole) ?? promptLength ?? 0
        let pages = try count(body, "number_of_pages", isNeeded: isWhole) ?? 0
        let rag = body["rag_enabled"] ?? .null
        guard rag.boolValue != nil || (rag.isNull && !isWhole) else {
            throw error("rag_enabled", rag.isNull ? "Field required" : "Input should be a valid boolean")
        }
        let read = rag.boolValue == true ? min(Double(pages), Minute.lookedUp) : Double(pages)
        let input = Double(length) / Minute.characters + read * Minute.page + Minute.dialogue
        let prices = catalog.languageModels.compactMap { id -> JSONValue? in
            guard let price = catalog.price(of: id), !id.hasSuffix("*") else { return nil }
            let perAnswer = (input * price.input + Minute.answer * price.output) / 1_000_000
            return [
                "llm": .string(id), "price_per_minute": .number(Minute.answers * perAnswer),
                "price_per_message": .number(perAnswer),
            ]
        }
        return .json(["llm_prices": .array(prices)])
    }

    private func count(_ body: JSONValue, _ name: String, isNeeded: Bool) throws -> Int? {
        let value = body[name] ?? .null
        if value.isNull {
            guard !isNeeded else { throw error(name, "Field required") }
            return nil
        }
        guard let count = value.intValue, (0...Self.longest).contains(count) else {
            throw error(name, "Input should be a whole number from 0 to \(Self.longest)")
        }
        return count
    }

    private func error(_ name: String, _ message: String) -> ValidationError {
        .body(name, message, message == "Field required" ? "missing" : "value_error")
    }
}
