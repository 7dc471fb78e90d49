/// Structured work that can be cancelled from outside without cancelling its parent.
package struct CancelScope: Sendable {
    private let cancelled = Signal()

    package init() {}

    package func cancel() { cancelled.fire() }

    /// Runs `body` until it ends or the scope is cancelled; returns only when `body` has returned.
    ///
    /// Any number of bodies may run in one scope; the end of one does not affect the others.
    package func run(_ body: @escaping @Sendable () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await body() }
            group.addTask { await cancelled.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}
