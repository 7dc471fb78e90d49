import Engines

/// Hands out llama-server's slots, each of which keeps the prompt cache of one call.
public protocol SlotProvider: Sendable {
    /// A slot that nobody else uses until it is released; nil when there is none left, and the server picks one.
    func acquireSlot() async -> Int?

    /// Takes a slot back.
    func release(slot: Int) async

    /// Says whose prompt is read first.
    var load: ModelLoad { get }
}
