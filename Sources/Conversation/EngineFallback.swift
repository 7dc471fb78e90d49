import Engines

/// One engine gave up, or rests since it did, and another has taken over.
struct EngineFallback: Sendable, Hashable {
    /// What the engine was asked for.
    enum Task: Sendable, Hashable {
        case speech
        case transcription
    }

    var task: Task
    var failure: EngineError
    var next: String
    /// The engine was not asked this time.
    var isResting = false
}
