import Engines
import Foundation

/// Text in the script of another language than the one that was told: Whisper makes "喊" of a short German "genau".
enum ForeignScript {
    /// `text`, or nothing where it has letters and none of them could be of `language`.
    static func removed(from text: String, language: String) -> String {
        guard !LanguageTag.isUnknown(language), Locale.Language(identifier: language).script == .latin else {
            return text
        }
        let letters = text.unicodeScalars.filter(\.properties.isAlphabetic)
        return letters.isEmpty || letters.contains(where: isLatin) ? text : ""
    }

    /// Latin with all its extensions, which Unicode has in two ranges.
    private static func isLatin(_ letter: Unicode.Scalar) -> Bool {
        letter.value < 0x0250 || (0x1E00...0x1EFF).contains(letter.value)
    }
}
