/// A server that keeps the prompt cache of each session in a slot, as llama-server does.
public protocol SlotProvider: Sendable {
    /// A slot that nobody else uses until it is released; nil when there is none left, and the server picks one.
    func acquireSlot() async -> Int?

    /// Takes a slot back.
    func release(slot: Int) async

    /// Returns once the server answers: one that has ended is started again within seconds.
    ///
    /// - Throws: `EngineError` when that takes longer than `limit`, or `CancellationError`.
    func waitUntilReady(atMost limit: Duration) async throws

    /// Says whose prompt is read first.
    var load: ModelLoad { get }
}
