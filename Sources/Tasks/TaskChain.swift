/// Work that is done piece by piece, in the order in which it was added.
///
/// Each piece is a task of its own, not the adder's child: a partial transcript that is cancelled must not lose the audio that
/// was to be passed on for it.
public struct TaskChain<Value: Sendable>: Sendable {
    private var last: Task<Value, any Error>?

    /// A chain without work.
    public init() {}

    /// Adds a piece, which begins once the one before it has ended, however that ended.
    @discardableResult
    public mutating func add(_ work: @escaping @Sendable () async throws -> Value) -> Task<Value, any Error> {
        let task = Task { [last] in
            _ = await last?.result
            return try await work()
        }
        last = task
        return task
    }

    /// Returns once all pieces so far have ended.
    ///
    /// - Throws: what the latest of them has thrown.
    public func wait() async throws { _ = try await last?.value }

    /// Cancels the latest piece.
    public func cancel() { last?.cancel() }
}
