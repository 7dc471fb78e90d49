import Engines

/// A change to another engine, because one failed or still rests after a failure.
package struct EngineFallback: Sendable, Hashable {
    /// What the engine was asked for.
    package enum Task: String, Sendable, Hashable {
        /// An answer, of a language model.
        case generation = "model"
        /// Speech, of a voice.
        case speech = "voice"
        /// A transcript, of a recogniser.
        case transcription = "transcriber"
    }

    package var task: Task
    package var failure: EngineError
    /// The engine that goes on; the same once more when there is no other.
    package var next: String
    /// Whether the engine was skipped because it rests, rather than asked and failed.
    package var isResting: Bool

    package init(task: Task, failure: EngineError, next: String, isResting: Bool = false) {
        self.task = task
        self.failure = failure
        self.next = next
        self.isResting = isResting
    }

    /// What happened, as a sentence for the record.
    package var account: String {
        let remedy =
            switch task {
            case .generation where next == failure.engine: "it was asked again"
            case .generation: "\(next) answered in its place"
            case .speech: "\(next) spoke in its place"
            case .transcription: "\(next) listened in its place"
            }
        return "The \(task.rawValue) \(failure.engine) failed (\(failure.message)); \(remedy)."
    }
}
