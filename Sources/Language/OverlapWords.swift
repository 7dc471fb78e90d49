import Foundation

/// Words by which speech over the agent is judged, in a language of which nothing else is known.
struct OverlapWords: Sendable, Hashable, Decodable {
    /// Words that show that somebody listens.
    var agreement: Set<String> = []
    /// Words each of which alone is a barge-in.
    var urgent: Set<String> = []
    /// Words of impatience with a slow answer, which ask for nothing new.
    var impatience: Set<String> = []

    /// Those of an ISO 639-1 code; none where nobody has written them.
    static func of(_ language: String) -> OverlapWords { all[language] ?? OverlapWords() }

    /// By language, from `overlap-words.json`, as `SpokenWords` has words. They were written by hand and measured on
    /// machines' voices.
    static let all: [String: OverlapWords] =
        (try? JSONDecoder().decode([String: OverlapWords].self, from: Data(PackageResources.overlap_words_json))) ?? [:]
}
