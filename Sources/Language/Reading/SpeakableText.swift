/// Text made ready for a voice: no markup, no symbols, and in English every number written as it is said.
///
/// Each word of `spoken` knows how much of the written text has been said once that word is over, so a count of
/// heard words gives the written prefix that was heard.
package struct SpeakableText: Sendable, Hashable {
    /// One whitespace-separated word of `spoken`.
    package struct SpokenWord: Sendable, Hashable {
        /// The word with the punctuation that follows it.
        package var text: String
        /// Characters of the written text that have been said when the word is over. Never decreases; the last
        /// word's is the length of the whole text.
        package var writtenEnd: Int
    }

    /// What a synthesizer is given; empty when nothing can be said.
    package let spoken: String
    /// The whitespace-separated words of `spoken`, in order.
    package let words: [SpokenWord]

    /// - Parameters:
    ///   - written: What the language model wrote.
    ///   - language: BCP-47. English is normalised in full; for other languages markup, emoji and link targets
    ///     go, what voices read wrongly is written out by the `ReadingRules` there are, and numbers are left to the engine.
    ///   - keepsAudioTags: Whether tags such as `[laughs]` stay, each word of them as a word.
    ///   - pronunciations: How words are said that the voice would say otherwise.
    package init(
        _ written: String, language: String = "en", keepsAudioTags: Bool = false,
        pronunciations: Pronunciations = Pronunciations()
    ) {
        var words: [SpokenWord] = []
        var (start, characters) = (written.startIndex, 0)
        func add(_ new: [SpokenWord], of written: Substring) {
            words += new.map { .init(text: $0.text, writtenEnd: $0.writtenEnd + characters) }
            characters += written.count
            if let last = words.indices.last { words[last].writtenEnd = characters }
        }
        for tag in keepsAudioTags ? AudioTag.ranges(in: written) : [] {
            let plain = written[start..<tag.lowerBound]
            add(Self.words(of: String(plain), language: language, pronunciations), of: plain)
            add(written[tag].split(separator: " ").map { .init(text: String($0), writtenEnd: 0) }, of: written[tag])
            start = tag.upperBound
        }
        add(Self.words(of: String(written[start...]), language: language, pronunciations), of: written[start...])
        self.words = words
        spoken = words.lazy.map(\.text).joined(separator: " ")
    }

    private static func words(
        of written: String, language: String, _ pronunciations: Pronunciations
    ) -> [SpokenWord] {
        let source = Glyphs(written)
        let plain = MarkupStripper.strip(pronunciations.applied(to: source))
        let language = String(language.lowercased().prefix { $0 != "-" && $0 != "_" })
        var speech = SpokenLanguages.language(language).read(plain)
        return speech.finish(writtenCount: source.ends.last ?? 0)
    }
}
