import Engines
import Foundation

/// The part of a Piper voice's `model.onnx.json` that Parley needs; the members keep the file's spelling.
struct PiperConfiguration: Decodable, Sendable {
    struct Audio: Decodable, Sendable { var sample_rate: Int }
    struct Espeak: Decodable, Sendable { var voice: String }
    struct Inference: Decodable, Sendable {
        var noise_scale: Float
        var length_scale: Float
        var noise_w: Float
    }

    var audio: Audio
    var espeak: Espeak
    var inference: Inference
    var phoneme_id_map: [String: [Int]]
    /// Absent for some voices with one speaker.
    var speaker_id_map: [String: Int]?

    /// - Throws: `EngineError` in `engine`'s name when the file cannot be parsed.
    init(file: String, engine: String) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
        } catch {
            throw EngineError(.failed, engine: engine, "\(file) is not a Piper voice's configuration")
        }
    }
}
