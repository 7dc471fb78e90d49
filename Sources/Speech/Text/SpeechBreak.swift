/// `<break time="500ms"/>`: `ClauseCutter` ends a clause with it, and `Speaker` is silent after such a clause.
enum SpeechBreak {
    /// The longest break, in seconds; longer ones are cut to it, as the hosted API does.
    static let longest = 3.0

    /// The length of the break that a text ends with, in seconds.
    static func seconds(atEndOf written: String) -> Double {
        let text = written.trimmingTrailingSpace
        guard text.last == ">", let start = text.lastIndex(of: "<") else { return 0 }
        let tag = text[start...].lowercased()
        guard tag.hasPrefix("<break "), let match = tag.firstMatch(of: /\stime\s*=\s*["']?([0-9]*\.?[0-9]+)(m?s)\b/),
            let number = Double(match.1)
        else { return 0 }
        return min(longest, match.2 == "ms" ? number / 1000 : number)
    }
}
