import Engines
import Metrics
import Telemetry

/// What the inference pools of a process count and measure.
public struct InferenceInstruments: Sendable {
    /// Those in the metrics system of the process, as it is when they are first needed.
    public static let process = InferenceInstruments(MetricsSystem.factory)

    private let waiting: MetricFamily<InferencePriority, Meter>
    private let wait: MetricFamily<InferencePriority, Timer>
    private let refused: Counter

    /// - Parameter factory: where the values go.
    public init(_ factory: any MetricsFactory) {
        waiting = MetricFamily(.inferenceWaiting, in: factory)
        wait = MetricFamily(.inferenceWait, in: factory)
        refused = Counter(.inferenceRefused, in: factory)
    }

    func queued(_ priority: InferencePriority) { waiting.increment(priority) }

    func started(_ priority: InferencePriority, after time: Duration) {
        waiting.decrement(priority)
        wait.record(priority, time)
    }

    /// A waiting job was taken out of the queue without having run.
    func dropped(_ priority: InferencePriority) { waiting.decrement(priority) }

    func refuse() { refused.increment() }
}

extension InferenceInstruments {
    /// What pools count and measure, for a backend that keeps what is described.
    public static let metrics: [MetricDescription] = [.inferenceWaiting, .inferenceWait, .inferenceRefused]
}

extension MetricDescription {
    fileprivate static let inferenceWaiting = MetricDescription(
        "parley_inference_waiting", .gauge, labels: ["priority"],
        help: "Jobs that wait for a thread of the inference pool.")
    fileprivate static let inferenceWait = MetricDescription(
        "parley_inference_wait_seconds", .work, labels: ["priority"],
        help: "How long jobs waited for a thread of the inference pool.")
    fileprivate static let inferenceRefused = MetricDescription(
        "parley_inference_refused_total", .counter,
        help: "Jobs that the inference pool did not take because too many waited.")
}

extension InferencePriority: MetricLabels {
    /// Every priority.
    public static var all: [InferencePriority] { allCases }

    /// The priority's name.
    public var values: [String] {
        switch self {
        case .speculation: ["speculation"]
        case .laterClause: ["later_clause"]
        case .partialTranscript: ["partial_transcript"]
        case .finalTranscript: ["final_transcript"]
        case .turnDetection: ["turn_detection"]
        case .voiceActivity: ["voice_activity"]
        case .firstAudio: ["first_audio"]
        }
    }
}
