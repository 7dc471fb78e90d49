import CSherpaOnnx
import Engines

extension InferencePool {
    /// Gives memory that nobody uses any more back to the system. It takes some milliseconds, in which other threads may wait
    /// for memory, so it is done when no engine is wanted.
    public func returnMemory() async {
        // When the pool is overloaded, there is nothing to give back.
        _ = try? await run(.speculation) { malloc_trim(0) }
    }
}
