import Agents
import Language
import Speech

extension Pronunciations {
    /// The rules of dictionaries that say what is said in a word's place. Phonemes are nothing that voices here take.
    init(_ rules: [PronunciationRule]) {
        self.init(
            rules.compactMap { rule in
                guard case .alias(let alias) = rule.replacement else { return nil }
                return Rule(
                    rule.text, spoken: alias, isCaseSensitive: rule.isCaseSensitive, isWholeWord: rule.isWholeWord)
            })
    }
}

extension Narration.Options {
    /// Has the words of these rules said as they say.
    public mutating func follow(_ rules: [PronunciationRule]) { pronunciations = Pronunciations(rules) }
}
