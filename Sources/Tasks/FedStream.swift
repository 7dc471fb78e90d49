extension AsyncThrowingStream where Element: Sendable, Failure == any Error {
    /// A stream that `feed` fills in a task of its own. It ends when `feed` returns, and throws what `feed` throws; the
    /// task is cancelled when nobody reads any more.
    ///
    /// Nothing waits for the reader: whoever feeds bounds what there can be of it.
    package init(fedBy feed: @escaping @Sendable (Continuation) async throws -> Void) {
        self.init { continuation in
            let task = Task {
                do {
                    try await feed(continuation)
                    continuation.finish()
                } catch {
                    continuation.finish(throwing: error)
                }
            }
            continuation.onTermination = { reason in
                // A reader that has got the end may leave before `feed` has put away its things.
                if case .cancelled = reason { task.cancel() }
            }
        }
    }
}
