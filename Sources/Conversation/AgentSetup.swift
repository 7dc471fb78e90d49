import Agents
import JSON
import Tools

/// What the settings of an agent in a call follow from.
struct AgentSetup: Sendable {
    let agent: Agent
    /// What the client wants to be different; for an agent that takes over only what holds for every agent.
    let initiation: CallInitiation
    var inheritance = CallInheritance()
    /// What the agent names of the workspace, as it was when it got on the line.
    var workspace = WorkspaceItems()

    /// The environment whose values of environment variables count.
    var environment: String { initiation.environment ?? EnvironmentVariable.production }

    func settings(
        _ variables: CallVariables, available: AvailableEngines?
    ) throws(CallSettingsError) -> CallSettings {
        try CallSettings(
            agent: agent, initiation: initiation, variables: variables, workspace: workspace, available: available,
            inheriting: inheritance)
    }

    /// Whether the call was brought into a language that is not the agent's own, in which its prompt is mostly written.
    func isInOtherLanguage(_ settings: CallSettings) -> Bool {
        inheritance.language == settings.language
            && agent.conversationConfig.value(at: "agent", "language")?.stringValue != settings.language
    }

    /// The setup of the agent that takes over from `before`. It goes on in the language of the call, if it is made for
    /// it; the client's overrides were for the agent that it called.
    func successor(_ transfer: HandOver, of before: ActiveAgent, isTextOnly: Bool) -> AgentSetup {
        var next = AgentSetup(
            agent: transfer.agent,
            initiation: CallInitiation(
                userID: initiation.userID, environment: initiation.environment,
                toolMocking: initiation.toolMocking, isTextOnly: isTextOnly))
        next.inheritance.language = before.settings.language
        if transfer.keepsVoice { next.inheritance.voice.own = before.settings.voiceSettings.own }
        if transfer.keepsClientVoice { next.inheritance.voice.client = before.settings.voiceSettings.client }
        return next
    }
}
