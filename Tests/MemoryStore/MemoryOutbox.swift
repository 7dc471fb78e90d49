import Agents

struct MemoryOutbox: Outbox {
    let state: MemoryState

    func lease(_ kinds: [String], until: Int, now: Int, limit: Int) async throws -> [OutboxEntry] {
        try state.access { tables in
            // Sorting keeps the order of equals.
            let due = tables.outbox.inOrder.filter { $0.due <= now && kinds.contains($0.kind) }
                .sorted { $0.due < $1.due }
            return try due.prefix(limit).map { entry in
                try tables.outbox.change(entry.id) { entry in
                    entry.attempts += 1
                    entry.due = until
                    return entry
                }
            }
        }
    }

    func complete(_ id: String) async throws { state.access { tables in _ = try? tables.outbox.remove(id) } }

    func postpone(_ entry: OutboxEntry, until: Int) async throws -> Bool {
        try state.access { tables in
            guard tables.outbox[entry.id]?.attempts == entry.attempts else { return false }
            try tables.outbox.change(entry.id) { $0.due = until }
            return true
        }
    }
}
