import Agents
import Engines
import Foundation
import JSON
import Speech
import Tasks
import Tools

// MARK: What tools may do

extension CallSession: ToolHost {
    func say(_ words: String, isModels: Bool, during callID: String) async {
        await call.tools.say(words, isModels: isModels, during: callID)?.wait()
    }

    /// Model, voice, recogniser, tools, prompt and turn taking become those of another agent. What was said, the
    /// variables and the line stay.
    func handOver(_ transfer: HandOver, meanwhile: @Sendable () async throws -> Void) async throws {
        guard let agent = call.running?.agent, let line = call.running?.line else { throw Self.isOver }
        guard transfer.agent.id != agent.id else { throw Self.refusal("the call is with this agent already") }
        guard !call.agentsSinceTurn.contains(transfer.agent.id),
            call.agentsSinceTurn.count < options.maximumHandOvers
        else { throw Self.refusal("the call was with another agent just now; answer the user first") }
        let setup = agent.setup.successor(transfer, of: agent, isTextOnly: line.isTextOnly)
        try await replaceAgent(setup, entry: transfer.greets ? .greets : .takesOver, meanwhile)
    }

    func changeLanguage(to language: String, onlyAtStart: Bool) async throws -> Bool {
        guard let agent = call.running?.agent else { throw Self.isOver }
        guard language != agent.settings.language else { return false }
        guard call.allowsLanguages(onlyAtStart: onlyAtStart, turns: call.callerTurns) else {
            throw Self.refusal(
                "the language can only be changed at the beginning of the conversation; go on in this one")
        }
        guard !call.languagesSinceTurn.contains(language) else {
            throw Self.refusal("the conversation was in that language just now; answer the user first")
        }
        // Only what this attempt itself comes to says that there is no use in another.
        guard !isChangingAgent else { throw Self.isBeingHandedOver }
        var setup = agent.setup
        setup.inheritance.language = language
        do { try await replaceAgent(setup, entry: .changesLanguage) {} } catch {
            call.refuse(language: language)
            throw error
        }
        return true
    }

    func carryOut(_ act: LineAct, within limit: Duration) async -> LineOutcome {
        let (id, answer) = call.ask(act)
        call.jobs.add { [clock] session in
            do { try await clock.sleep(limit) } catch { return }
            await session.perform { $0.answer(.failed("the telephone line did not answer in time"), to: id) }
        }
        for await outcome in answer { return outcome }
        return .failed("the call is over")
    }

    /// What the server lacks to hold a voice call in a language; empty when it can.
    private func missing(for settings: CallSettings) -> [String] {
        let (engines, language) = (environment.engines, settings.language)
        let name = ChatHistory.languageName(language)
        let ears = engines.transcribers(named: settings.asr.transcribers, language: language).first
        let voice = engines.voices(named: [settings.voice.voiceID, settings.voice.modelID], language: language).first
        func covers(_ languages: [String]?) -> Bool { languages.map { LanguageTag.covers($0, language) } ?? false }
        return [
            covers(ears?.languages) ? nil : "no recogniser that understands \(name)",
            covers(voice?.languages) ? nil : "no voice that speaks \(name)",
        ].compactMap(\.self)
    }

    /// Puts an agent on the line, which gets ready while `meanwhile` runs.
    private func replaceAgent(
        _ setup: AgentSetup, entry: ActiveAgent.Entry, _ meanwhile: @Sendable () async throws -> Void
    ) async throws {
        guard !isChangingAgent else { throw Self.isBeingHandedOver }
        isChangingAgent = true
        defer { isChangingAgent = false }
        var setup = setup
        // An agent in another language has its tools already.
        if entry != .changesLanguage { setup.workspace = try await items(for: setup) }
        guard call.ending == nil, let line = call.running?.line, let before = call.running?.variables else {
            throw Self.isOver
        }
        var variables = before
        variables.update(system: call.systemVariables(for: setup.agent.id))
        variables.update(environment: setup.workspace.variables)
        let settings = try setup.settings(variables, available: environment.available)
        if entry == .changesLanguage, !line.isTextOnly {
            let missing = missing(for: settings)
            guard missing.isEmpty else {
                throw Self.refusal(
                    "this server has \(missing.joined(separator: " and ")); go on in this language, and tell the user")
            }
        }
        async let opening = open(setup, settings, on: line, entry: entry)
        do { try await meanwhile() } catch {
            if let agent = try? await opening { await agent.model.close() }
            throw error
        }
        let agent = try await opening
        guard call.ending == nil else {
            await agent.model.close()
            throw Self.isOver
        }
        let late = (call.running?.variables.values ?? [:]).filter { before.values[$0.key] != $0.value }
        call.replaceAgent(with: agent, variables)
        // Of what other tools have set meanwhile the agent does not know yet.
        call.assign(late)
        if entry != .changesLanguage { tellServers(of: settings) }
    }

    private static let isOver = CallFault(code: 1000, type: "call_ended", message: "the call is over")

    private static let isBeingHandedOver = refusal("the call is being handed over already")

    private static func refusal(_ message: String) -> CallFault {
        CallFault(code: 1008, type: "value_error", message: message)
    }
}
