import Conversation
import Foundation
import JSON

/// The calls in progress on this node, and how many there may be.
actor CallRegistry {
    /// A call in progress.
    struct Entry: Sendable, Hashable {
        let conversationID: String
        let agentID: String
        let agentName: String
        /// The caller's network address; nil when the transport knows none.
        let address: String?
        let start: Date
    }

    /// The name of this node, by which others tell whose call it is.
    nonisolated let node: String
    private let limit: Int
    private var entries: [String: Entry] = [:]
    private var inlets: [String: FileInlet] = [:]
    private var monitors: [String: CallMonitor] = [:]

    /// - Parameter limit: the most calls at the same time.
    init(node: String, limit: Int) {
        self.node = node
        self.limit = limit
    }

    /// The number of calls of `agents`; of all agents when nil.
    func count(of agents: Set<String>? = nil) -> Int {
        guard let agents else { return entries.count }
        return entries.values.count { agents.contains($0.agentID) }
    }

    /// All calls, the oldest first.
    var calls: [Entry] { entries.values.sorted { ($0.start, $0.conversationID) < ($1.start, $1.conversationID) } }

    /// Registers a call, to be taken out with `end`; false when there is no room for it, or a call with its id is in
    /// progress.
    ///
    /// - Parameters:
    ///   - inlet: where uploads ask whether the call takes them.
    ///   - monitor: by which the owner follows it.
    ///   - agentLimit: how many calls the agent may have at once; nil for no limit of its own.
    func begin(_ entry: Entry, inlet: FileInlet, monitor: CallMonitor, agentLimit: Int?) -> Bool {
        guard entries.count < limit, count(of: [entry.agentID]) < agentLimit ?? .max,
            entries[entry.conversationID] == nil
        else { return false }
        entries[entry.conversationID] = entry
        inlets[entry.conversationID] = inlet
        monitors[entry.conversationID] = monitor
        return true
    }

    /// The agent and the inlet of a call in progress; nil when there is none with the id.
    func call(_ conversationID: String) -> (agentID: String, inlet: FileInlet)? {
        guard let entry = entries[conversationID], let inlet = inlets[conversationID] else { return nil }
        return (entry.agentID, inlet)
    }

    /// The agent and the monitor of a call in progress; nil when there is none with the id.
    func monitored(_ conversationID: String) -> (agentID: String, monitor: CallMonitor)? {
        guard let entry = entries[conversationID], let monitor = monitors[conversationID] else { return nil }
        return (entry.agentID, monitor)
    }

    func end(_ conversationID: String) {
        monitors.removeValue(forKey: conversationID)?.end()
        entries[conversationID] = nil
        inlets[conversationID] = nil
    }
}

extension CallRegistry.Entry {
    /// As `GET /v1/parley/calls` has it.
    func json(node: String) -> JSONValue {
        [
            "conversation_id": .string(conversationID), "agent_id": .string(agentID), "agent_name": .string(agentName),
            "client_address": address.map(JSONValue.string) ?? .null, "node": .string(node),
            "start_time_unix_secs": .integer(Int(start.timeIntervalSince1970)),
        ]
    }
}
