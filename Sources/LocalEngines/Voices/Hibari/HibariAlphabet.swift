import Engines
import Foundation

/// The phonemes that Hibari's model was trained on, which are Kokoro's: IPA with a capital letter for each diphthong.
struct HibariAlphabet: Sendable {
    /// The model's numbers of the phonemes.
    private let ids: [Unicode.Scalar: Int64]

    /// What espeak-ng's American English writes otherwise, joined letters with `^` between them. These are the
    /// replacements that Kokoro's own phonemizer makes where it falls back on espeak-ng.
    private static let replacements: [[Unicode.Scalar]: [Unicode.Scalar]] = [
        "a^ɪ": "I", "a^ʊ": "W", "e^ɪ": "A", "o^ʊ": "O", "ɔ^ɪ": "Y", "e": "A", "o": "ɔ", "d^ʒ": "ʤ", "t^ʃ": "ʧ",
        "ə^l": "ᵊl", "ʔˌn\u{329}": "tn", "ʔn\u{329}": "tn", "ʔn": "tn", "ʔ": "t", "ɾ": "T", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ",
        "ɪə": "iə", "ɪ^ə": "iə", "ɚ": "əɹ", "ɐ": "ə", "r": "ɹ", "x": "k", "ç": "k", "ɬ": "l", "g": "ɡ", "ː": "",
        "^": "", "ʲ": "", "\u{303}": "",
    ].reduce(into: [:]) { $0[Array($1.key.unicodeScalars)] = Array($1.value.unicodeScalars) }

    private static let longest = replacements.keys.map(\.count).max() ?? 0
    /// The mark under a consonant that is a syllable of its own.
    private static let syllabic: Unicode.Scalar = "\u{329}"

    /// Creates an alphabet of these numbers.
    init(_ ids: [Unicode.Scalar: Int64]) {
        self.ids = ids
    }

    /// Reads `vocab.json`, a map from phonemes to numbers.
    ///
    /// - Throws: `EngineError` in `engine`'s name when the file cannot be parsed.
    init(file: String, engine: String) throws {
        do {
            let numbers = try JSONDecoder().decode(
                [String: Int64].self, from: Data(contentsOf: URL(fileURLWithPath: file)))
            ids = Dictionary(
                numbers.compactMap { phoneme, id in phoneme.unicodeScalars.first.map { ($0, id) } }
            ) { first, _ in first }
        } catch {
            throw EngineError(.failed, engine: engine, "\(file) is not a list of a voice's phonemes")
        }
    }

    /// The model's number of a phoneme; nil when it does not know it.
    func id(of phoneme: Unicode.Scalar) -> Int64? { ids[phoneme] }

    /// What espeak-ng has written, in this alphabet, without what the model does not know.
    func phonemes(of ipa: some StringProtocol) -> [Unicode.Scalar] {
        let scalars = Array(ipa.unicodeScalars)
        var phonemes: [Unicode.Scalar] = []
        var index = 0
        while index < scalars.count {
            let rest = scalars[index...]
            let length = (1...Self.longest).reversed().first { Self.replacements[Array(rest.prefix($0))] != nil }
            if let length, let replacement = Self.replacements[Array(rest.prefix(length))] {
                phonemes += replacement
                index += length
            } else {
                if rest.dropFirst().first == Self.syllabic { phonemes.append("ᵊ") }
                phonemes.append(scalars[index])
                index += 1
            }
        }
        return phonemes.filter { ids[$0] != nil }
    }
}
