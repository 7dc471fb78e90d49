/// Words of English by which a sentence is cut where its speaker would breathe.
package enum EnglishPhrases {
    /// Words that are said for themselves at the beginning of an answer.
    package static let openings: Set<String> = [
        "sure", "yes", "yeah", "yep", "no", "nope", "okay", "ok", "alright", "right", "great", "perfect", "absolutely",
        "certainly", "definitely", "hi", "hello", "hey", "well", "thanks", "thank", "sorry", "welcome", "wonderful",
        "excellent", "good", "of", "oh", "ah", "hmm", "so", "actually", "unfortunately", "indeed", "understood",
        "gotcha", "awesome", "exactly", "correct", "true", "fantastic", "goodbye", "bye", "cool", "nice", "interesting",
    ]

    /// Openings of two words.
    package static let pairs = ["i'm": "sorry", "you're": "welcome", "i": "see", "one": "moment", "my": "pleasure"]

    /// Words that begin a phrase: a cut before them is heard as natural.
    package static let leaders: Set<String> = [
        "and", "or", "but", "because", "so", "that", "which", "who", "when", "where", "while", "if", "although",
        "unless", "until", "since", "before", "after", "with", "without", "for", "from", "to", "in", "on", "at", "by",
        "about", "as", "into", "through", "during", "between", "under", "over", "than", "then", "whether",
    ]

    /// Words that lean on the next one: never cut after them.
    package static let binders: Set<String> = [
        "a", "an", "the", "of", "my", "your", "his", "her", "its", "our", "their", "is", "are",
        "was", "were", "be", "been", "am", "i", "he", "she", "we", "they", "i'm", "you're", "it's", "i'll",
        "we're", "they're", "that's", "there's", "can", "could", "will", "would", "should", "may", "might", "must",
        "have", "has", "had", "do", "does", "did", "not", "don't", "very", "too", "more", "most", "some", "any", "no",
        "number", "extension", "room", "page", "step", "each", "every", "please", "let", "let's", "what", "how", "why",
        "mr", "mrs", "ms", "dr",
    ]

    /// Subjects that lean on the next word, or objects that end a phrase.
    package static let pronouns: Set<String> = ["you", "it", "this", "these", "those", "her"]

    /// Whether a word in lower case, before a full stop, is an abbreviation that stands before numbers only; nil when it is
    /// none, or as often an ordinary word.
    package static func abbreviation(_ word: String) -> Bool? {
        SpokenLexicon.ambiguous.contains(word) ? nil : SpokenLexicon.abbreviations[word]?.beforeDigit
    }
}
