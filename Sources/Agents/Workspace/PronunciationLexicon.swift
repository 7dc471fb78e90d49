import Foundation
// XML is not read by hand.
import FoundationXML
import JSON

/// Pronunciation rules as files of the W3C's Pronunciation Lexicon Specification (PLS 1.0), which are XML.
public enum PronunciationLexicon {
    /// The longest file, in bytes.
    public static let longestFile = 1 << 20
    /// The most attributes of a tag, which has a handful.
    private static let mostAttributes = 64
    private static let namespace = "http://www.w3.org/2005/01/pronunciation-lexicon"

    // MARK: Reading

    /// The rules of a file: for each written form of a lexeme its first alias, or else its first phonemes.
    ///
    /// - Throws: `ValidationError`.
    public static func rules(of file: Data) throws(ValidationError) -> [PronunciationRule] {
        guard file.count <= longestFile else { throw issue("The file should have at most \(longestFile) bytes") }
        let content = try content(of: file)
        let reader = LexiconReader()
        let parser = XMLParser(data: content)
        parser.shouldProcessNamespaces = true
        parser.shouldResolveExternalEntities = false
        parser.delegate = reader
        guard parser.parse(), parser.parserError == nil, reader.isWhole else {
            throw issue(reader.problem ?? "The file should be a pronunciation lexicon (PLS), which is XML")
        }
        return reader.rules
    }

    /// The file without its XML declaration, once nothing is in it that the parser must not see: it crashes on an empty
    /// processing instruction, takes quadratic time over comments that are none and over attributes, and makes a few bytes
    /// of declared entities into as many as they like. An encoding that is declared could hide any of these.
    private static func content(of file: Data) throws(ValidationError) -> Data {
        guard var text = String(validating: file, as: UTF8.self)?[...] else { throw issue("The file should be UTF-8") }
        if text.unicodeScalars.first == "\u{FEFF}" { text = Substring(text.unicodeScalars.dropFirst()) }
        if text.hasPrefix("<?xml"), let end = text.range(of: "?>") {
            guard
                !text[..<end.lowerBound].contains("encoding") || text[..<end.lowerBound].lowercased().contains("utf-8")
            else { throw issue("The file should be UTF-8, and declare no other encoding") }
            text = text[end.upperBound...]
        }
        for part in ["\0", "<?", "<!DOCTYPE", "<!ENTITY"] where text.utf8.contains(part.utf8) {
            throw issue(
                "The file should have no document type, no entities and no processing instructions but its declaration")
        }
        let content = Data(text.utf8)
        var place = content.startIndex
        while let start = content.range(of: Data("<!--".utf8), in: place..<content.endIndex) {
            guard let end = content.range(of: Data("--".utf8), in: start.upperBound..<content.endIndex),
                end.upperBound < content.endIndex, content[end.upperBound] == UInt8(ascii: ">")
            else { throw issue("A comment of the file does not end") }
            try checkAttributes(in: content[place..<start.lowerBound])
            place = end.upperBound
        }
        try checkAttributes(in: content[place...])
        return content
    }

    /// Counts the equals signs of each tag, up to the next one: no value of an attribute can have the sign that begins it.
    private static func checkAttributes(in content: Data) throws(ValidationError) {
        var count = 0
        for byte in content {
            if byte == UInt8(ascii: "<") { count = 0 }
            guard byte == UInt8(ascii: "=") else { continue }
            count += 1
            if count > mostAttributes {
                throw issue("A tag of the file should have at most \(mostAttributes) attributes")
            }
        }
    }

    private static func issue(_ message: String) -> ValidationError {
        ValidationError([.init(loc: ["body", "file"], msg: message, type: "value_error")])
    }

    /// Collects the rules while a file is read.
    private final class LexiconReader: NSObject, XMLParserDelegate {
        private(set) var rules: [PronunciationRule] = []
        /// Whether the lexicon was read to its end, at which the parser accepts files that break off.
        private(set) var isWhole = false
        private(set) var problem: String?
        private var alphabet = "ipa"
        private var graphemes: [String] = []
        private var replacement: PronunciationRule.Replacement?
        private var text: String?
        private var phonemeAlphabet = ""

        func parser(
            _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            switch element {
            case "lexicon":
                alphabet = attributes["alphabet"] ?? alphabet
            case "lexeme":
                graphemes = []
                replacement = nil
            case "grapheme", "alias": text = ""
            case "phoneme":
                text = ""
                phonemeAlphabet = attributes["alphabet"] ?? alphabet
            default: break
            }
        }

        func parser(_ parser: XMLParser, foundCharacters characters: String) { text?.append(characters) }

        func parser(
            _ parser: XMLParser, didEndElement element: String, namespaceURI: String?, qualifiedName: String?
        ) {
            let value = (text ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " ")
            switch element {
            case "grapheme": if !value.isEmpty { graphemes.append(value) }
            case "alias": if !value.isEmpty, !hasAlias { replacement = .alias(value) }
            case "phoneme":
                if !value.isEmpty, replacement == nil {
                    replacement = .phoneme(value, alphabet: phonemeAlphabet)
                }
            case "lexeme": endLexeme(parser)
            case "lexicon": isWhole = true
            default: return
            }
            text = nil
        }

        private var hasAlias: Bool { if case .alias? = replacement { true } else { false } }

        private func endLexeme(_ parser: XMLParser) {
            guard let replacement else { return }
            for grapheme in graphemes {
                let rule = PronunciationRule(grapheme, replacement)
                do throws(ValidationError) {
                    // Bounds are those of every rule.
                    rules.append(try PronunciationRule(rule.json, at: ["body", "file"]))
                } catch {
                    problem = "\(grapheme.prefix(PronunciationRule.longestText)): \(error.issues.first?.msg ?? "")"
                    return parser.abortParsing()
                }
            }
            guard rules.count > PronunciationDictionary.mostRules else { return }
            problem = "A dictionary should have at most \(PronunciationDictionary.mostRules) rules"
            parser.abortParsing()
        }
    }

    // MARK: Writing

    /// A file of these rules.
    public static func file(of rules: [PronunciationRule]) -> Data {
        let lexemes = rules.map { rule in
            let spoken =
                switch rule.replacement {
                case .alias(let alias): "<alias>\(escaped(alias))</alias>"
                case .phoneme(let phoneme, let alphabet):
                    "<phoneme alphabet=\"\(escaped(alphabet))\">\(escaped(phoneme))</phoneme>"
                }
            return "  <lexeme>\n    <grapheme>\(escaped(rule.text))</grapheme>\n    \(spoken)\n  </lexeme>\n"
        }
        let head = """
            <?xml version="1.0" encoding="UTF-8"?>
            <lexicon version="1.0" xmlns="\(namespace)" alphabet="ipa" xml:lang="en-US">

            """
        return Data((head + lexemes.joined() + "</lexicon>\n").utf8)
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            // XML has no other control characters, not even escaped.
            case "\t", "\n", "\r", "\u{20}"...: result.unicodeScalars.append(scalar)
            default: break
            }
        }
        return result
    }
}
