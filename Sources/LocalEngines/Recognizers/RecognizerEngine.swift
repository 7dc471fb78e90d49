/// The recognisers of sherpa-onnx that Parley supports, by their names in the manifest's `engine`.
public enum RecognizerEngine: String, Sendable, CaseIterable {
    case moonshine
    case whisper
    case senseVoice = "sense-voice"
    case nemoTransducer = "nemo-transducer"
    case nemoCTC = "nemo-ctc"
    case transducer
    case zipformerCTC = "zipformer-ctc"
    case paraformer
    case canary
    case dolphin
    case omnilingual
    case wenetCTC = "wenet-ctc"
    case fireRed = "fire-red"
    // The streaming recognisers.
    case zipformer
    case streamingNemoTransducer = "streaming-nemo-transducer"
    case streamingNemoCTC = "streaming-nemo-ctc"
    case streamingZipformerCTC = "streaming-zipformer-ctc"
    case streamingParaformer = "streaming-paraformer"

    /// Whether it is a streaming recogniser; the others decode an utterance, or a piece of one, as a whole.
    var isStreaming: Bool {
        switch self {
        case .zipformer, .streamingNemoTransducer, .streamingNemoCTC, .streamingZipformerCTC, .streamingParaformer: true
        default: false
        }
    }

    /// Whether it generates tokens without a bound, and may fall into loops.
    var isAutoregressive: Bool { [.moonshine, .whisper, .canary, .fireRed].contains(self) }

    /// Whether it supports keywords, which sherpa-onnx does in the beam search of transducers.
    var takesKeywords: Bool { [.zipformer, .transducer, .nemoTransducer].contains(self) }

    /// The names that the manifest may use under `options`.
    var options: [String] {
        let general = ["threads", "tail_padding"]
        let keywords = takesKeywords ? ["decoding", "hotwords_score", "modeling_unit", "beam"] : []
        let own: [String] =
            switch self {
            case .moonshine: ["letters"]
            case .whisper: ["identifies_languages", "language", "task"]
            case .canary: ["language"]
            case .senseVoice: ["language", "inverse_text_normalization"]
            case .nemoCTC: ["features"]
            default: []
            }
        return own + keywords + general
    }
}
