import Engines

/// A change to another engine, because one failed or still rests after a failure.
struct EngineFallback: Sendable, Hashable {
    /// What the engine was asked for.
    enum Task: Sendable, Hashable {
        case speech
        case transcription
    }

    var task: Task
    var failure: EngineError
    var next: String
    /// Whether the engine was skipped because it rests, rather than asked and failed.
    var isResting = false
}
