import Agents
import Audio
import Engines
import Foundation
import JSON
import Logging
import Speech
import Tasks
import TurnTaking

// MARK: The beginning

extension CallSession {
    /// The client has connected: opens the record, and has the owner's server asked.
    func accept() {
        environment.instruments.began()
        let start = ConversationStart(
            id: request.conversationID, agentID: request.agent.id, agentName: request.agent.name,
            startTime: Int(Date().timeIntervalSince1970), authorization: request.authorization,
            sampleRate: CallTime.rate)
        call.record.add { await $0.begin(start) }
        call.record.add { [inlet = request.inlet] _ in inlet.noteRecord() }
        consult()
    }

    /// Has the owner's server asked what is special about the call, if the agent wants that. The conversation begins with
    /// what it says.
    private func consult() {
        let consultation = Consultation(
            request: request, environment: environment, clock: clock, logger: call.logger)
        guard consultation.isDue else { return beginning.advised.fire() }
        let system = call.systemVariables(for: request.agent.id)
        let called = beginning.called
        jobs.add { session in
            let outcome = await consultation.run(system: system) {
                await called.wait()
                return await session.beginning.wishes
            }
            await session.note(outcome)
        }
    }

    private func note(_ outcome: Consultation.Outcome?) {
        defer { beginning.advised.fire() }
        guard let outcome, call.ending == nil else { return }
        beginning.advice = outcome.advice
        var detail: JSONValue = ["milliseconds": .integer(Int(outcome.time / .milliseconds(1)))]
        if let failure = outcome.failure {
            detail["failure"] = .string(failure)
            call.record.warn("The call began without the conversation-initiation webhook: \(failure).")
        }
        outcome.warnings.forEach { call.record.warn("Conversation-initiation webhook: \($0)") }
        call.log("initiation_webhook", detail)
    }

    /// Begins the conversation. Only the first initiation counts.
    func start(_ initiation: CallInitiation = CallInitiation()) {
        guard beginning.isAwaited else {
            guard initiation != CallInitiation() else { return }
            return call.record.warn(
                "The client's conversation_initiation_client_data came after the conversation had begun: "
                    + "nothing of it was applied.")
        }
        beginning.open(initiation)
        // A job, so that a caller who hangs up meanwhile is noticed.
        jobs.add { await $0.open(initiation) }
    }

    private func open(_ initiation: CallInitiation) async {
        do {
            try await begin(initiation)
        } catch {
            // Clients expect the metadata before any other message.
            if call.running == nil { call.send(.began(.refused(request.conversationID))) }
            call.fail(error)
        }
        while let held = beginning.next() {
            if call.ending == nil {
                await take(held.input, at: held.time)
            } else if call.ending?.status == .done {
                keep(held)
            }
        }
        beginning.begun.fire()
    }

    /// Nobody answers a caller who has gone before the conversation had begun, but the record has what they typed.
    private func keep(_ held: Beginning.Held) {
        guard case .words(let text, _) = held.input, text.contains(where: { !$0.isWhitespace }) else { return }
        call.record.put(
            TranscriptTurn(role: .user, message: text, timeInCall: held.time.seconds, sourceMedium: "text"))
    }

    /// The agent's setup and settings in this call. What cannot be followed of the advice of the owner's server never ends
    /// the call; what cannot be followed of the caller's wishes does.
    private func prepare(
        _ wishes: CallInitiation
    ) async throws(CallFault) -> (AgentSetup, CallVariables, CallSettings) {
        guard var advice = beginning.advice else { return try await prepare(as: wishes) }
        let fault: CallFault
        do { return try await prepare(as: wishes.merging(advice)) } catch { fault = error }
        guard advice.configOverride != [:] || !advice.customLLMExtraBody.isEmpty else { throw fault }
        advice.configOverride = [:]
        advice.customLLMExtraBody = [:]
        let prepared = try await prepare(as: wishes.merging(advice))
        call.record.warn(
            "Conversation-initiation webhook: its overrides were left out, but not its variables: \(fault.message)")
        return prepared
    }

    private func prepare(
        as initiation: CallInitiation
    ) async throws(CallFault) -> (AgentSetup, CallVariables, CallSettings) {
        var setup = AgentSetup(agent: request.agent, initiation: initiation)
        setup.workspace = try await items(for: setup)
        do throws(CallSettingsError) {
            var variables = try CallVariables(
                initiation.dynamicVariables, owners: Set((beginning.advice?.dynamicVariables ?? [:]).keys),
                system: call.systemVariables(for: request.agent.id))
            variables.update(environment: setup.workspace.variables)
            return (setup, variables, try setup.settings(variables, available: environment.available))
        } catch {
            throw CallFault(error)
        }
    }

    private func begin(_ wishes: CallInitiation) async throws(CallFault) {
        var wishes = wishes
        wishes.environment = request.environment ?? wishes.environment
        wishes.unfollowed += request.unfollowed
        await beginning.advised.wait()
        guard call.ending == nil else { return call.record.describe(wishes, settings: nil) }
        let (setup, variables, settings): (AgentSetup, CallVariables, CallSettings)
        do {
            (setup, variables, settings) = try await prepare(wishes)
        } catch {
            call.record.describe(wishes.merging(beginning.advice ?? CallInitiation()), settings: nil)
            throw error
        }
        // Before the wait for a model, so that a caller who leaves during it is in the record as well.
        call.record.describe(setup.initiation, settings: settings)
        let line = try Line(settings, formats: request.formats, options)
        let agent = try await open(setup, settings, on: line, entry: .greets)
        agent.warnings.forEach { call.record.warn($0) }
        guard call.ending == nil else { return await agent.model.close() }
        let policy = TurnPolicy(settings, options, environment.engines, isTextOnly: line.isTextOnly)
        call.running = CallState.Running(
            line: line, agent: agent, variables: variables, machine: TurnMachine(policy: policy),
            history: ChatHistory(
                instructions: agent.instructions, limit: options.maximumHistory, tokens: agent.historyTokens,
                ownSentences: agent.ownSentences))
        // Before the client knows the conversation's id.
        request.inlet.use(settings.conversation.fileInput)
        call.send(.began(CallLine(request.conversationID, line, settings)))
        if !line.isTextOnly {
            let listener = Listener(
                engines: environment.engines, transcriber: agent.transcriber, hints: agent.hints,
                options: options, jobs: jobs
            ) { heard in await self.perform { $0.hearing.take(heard) } }
            jobs.add { [items = line.items] _ in await listener.run(items) }
            if settings.recordsVoice {
                call.record.add { [rate = line.output.sampleRate] in await $0.record(outputRate: rate) }
            }
        }
        call.log("policy", policy.json)
        call.feed(.began(greets: !settings.firstMessage.isEmpty))
        call.hearing.warmModel()
        tellServers(of: settings)
    }

    /// Opens what an agent needs to speak on the line.
    func open(
        _ setup: AgentSetup, _ settings: CallSettings, on line: Line, entry: ActiveAgent.Entry
    ) async throws(CallFault) -> ActiveAgent {
        // Weak, because the call holds the model, and the model this.
        let report: @Sendable (EngineFallback) async -> Void = { [weak self] fallback in
            await self?.perform { $0.note(fallback) }
        }
        return try await ActiveAgent(
            setup, settings, on: line, entry: entry, toolbox: call.toolbox, in: environment, clock: clock,
            report: report)
    }

    /// What an agent, with the overrides of its configuration, names of the workspace.
    func items(for setup: AgentSetup) async throws(CallFault) -> WorkspaceItems {
        do {
            return try await environment.workspace(setup.agent, setup.initiation.configOverride, setup.environment)
        } catch {
            guard call.ending == nil else {
                throw CallFault(code: 1000, type: "call_ended", message: "The call is over.")
            }
            call.logger.error("The tools of an agent could not be read.", metadata: ["error": "\(error)"])
            throw CallFault(code: 1011, type: "unknown", message: "The agent's tools could not be read.")
        }
    }
}
