import Agents
import Logging
import Tasks
import Tools

/// Asks the owner's server what is special about a call, while the call waits for other things.
struct Consultation: Sendable {
    let request: CallRequest
    let environment: CallEnvironment
    let clock: TaskClock
    let logger: Logger

    /// What came of it.
    struct Outcome: Sendable {
        /// What the server says; nil when it said nothing that can be used.
        var advice: CallInitiation?
        /// Why it said nothing; nil when it did.
        var failure: String?
        /// What of request or answer was left out, as sentences.
        var warnings: [String] = []
        /// From the request to the answer.
        var time: Duration = .zero
    }

    /// Whether the agent may have a server that is asked.
    var isDue: Bool { request.agent.asksInitiationWebhook && environment.send != nil }

    /// Asks the server.
    ///
    /// - Parameters:
    ///   - system: the values of the system's variables.
    ///   - caller: waits until it is known what the caller wants; needed only when the request depends on it.
    /// - Returns: nil when there is no server to ask, or the call is over.
    func run(
        system: [String: String], _ caller: @Sendable () async -> CallInitiation?
    ) async -> Outcome? {
        var outcome = Outcome()
        var start = clock.elapsed()
        do {
            let known = request.environment
            guard let send = environment.send,
                var webhook = try await environment.initiationWebhook(
                    request.agent, known ?? EnvironmentVariable.production)
            else { return nil }
            let isChosenByCaller = known == nil && webhook.dependsOnEnvironment
            let wishes: CallInitiation? =
                if webhook.dependsOnCaller || isChosenByCaller { await caller() } else { nil }
            try Task.checkCancellation()
            start = clock.elapsed()
            if isChosenByCaller, let chosen = wishes?.environment {
                webhook = try await environment.initiationWebhook(request.agent, chosen) ?? webhook
            }
            let variables = try CallVariables(wishes?.dynamicVariables ?? [:], system: system)
            let limit = environment.options.initiationWebhookTimeout
            let inquiry = try InitiationRequest(
                webhook, about: facts, variables: webhook.values(variables), callersVariables: variables.callers,
                key: "\(request.conversationID):initiation", timeout: limit, &outcome.warnings)
            let answer = try await clock.value(
                within: limit, orThrow: InitiationFailure("there was no answer in time")
            ) { try await inquiry.answer(send) }
            outcome.advice = answer.initiation
            outcome.warnings += answer.warnings
        } catch let error as InitiationFailure {
            outcome.failure = error.description
        } catch let error as CallSettingsError {
            outcome.failure = error.message
        } catch {
            guard !Task.isCancelled else { return nil }
            logger.error("The conversation-initiation webhook could not be asked.", metadata: ["error": "\(error)"])
            outcome.failure = "it could not be asked"
        }
        outcome.time = clock.elapsed() - start
        return outcome
    }

    /// What the server is told of the call.
    private var facts: [String: String] {
        var facts = ["agent_id": request.agent.id, "conversation_id": request.conversationID]
        facts["caller_id"] = request.telephone?.callerID
        facts["called_number"] = request.telephone?.calledNumber
        facts["call_sid"] = request.telephone?.callSID
        return facts
    }
}
