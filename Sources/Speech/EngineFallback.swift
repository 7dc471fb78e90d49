import Engines

/// A change to another engine, because one failed or still rests after a failure.
package struct EngineFallback: Sendable, Hashable {
    /// What the engine was asked for.
    package enum Task: Sendable, Hashable {
        case speech
        case transcription
    }

    package var task: Task
    package var failure: EngineError
    package var next: String
    /// Whether the engine was skipped because it rests, rather than asked and failed.
    package var isResting = false
}
