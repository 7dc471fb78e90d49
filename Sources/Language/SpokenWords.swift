/// A text in the form in which it is compared: lower-case words, without punctuation but for apostrophes within them.
package struct SpokenWords: Sendable, Hashable {
    package let words: [String]

    package init(_ text: String) {
        words = text.lowercased().replacing("’", with: "'")
            .split { !$0.isLetter && !$0.isNumber && $0 != "'" }
            .map { $0.trimming { $0 == "'" } }
            .filter { !$0.isEmpty }
    }

    package var isEmpty: Bool { words.isEmpty }

    /// The words with single spaces between them.
    package var joined: String { words.joined(separator: " ") }

    /// What these words add to `earlier`; nil when they do not continue it.
    package func addition(to earlier: SpokenWords) -> ArraySlice<String>? {
        words.starts(with: earlier.words) ? words.dropFirst(earlier.words.count) : nil
    }
}

extension StringProtocol {
    fileprivate func trimming(_ isLeftOut: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isLeftOut($0) }), let last = lastIndex(where: { !isLeftOut($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
