/// A server that keeps the prompt cache of each session in a slot, as llama-server does.
public protocol SlotProvider: Sendable {
    /// Reserves a slot until it is released; nil when none is left, and the server chooses one.
    func acquireSlot() async -> Int?

    /// Releases a slot.
    func release(slot: Int) async

    /// Returns once the server answers; after a crash it is restarted within seconds.
    ///
    /// - Throws: `EngineError` when that takes longer than `limit`, or `CancellationError`.
    func waitUntilReady(atMost limit: Duration) async throws

    /// The order in which prompts are read.
    var load: ModelLoad { get }
}
