import Language

/// A response's text on its way to the voices: the labels are taken out of it as it is written, and what is released of it
/// becomes clauses, none of which is in two voices.
package struct VoiceScript: Sendable {
    /// Nil where there is one voice, whose text is left as it is.
    private var tags: VoiceTags?
    private var cutter: ClauseCutter
    /// Where, in scalars of the text without labels, another voice begins that has not been reached yet.
    private var changes: [(place: Int, voice: String?)] = []
    private var read = 0
    private var released = 0
    private var lastRead: String?
    private var voice: String?

    /// - Parameters:
    ///   - labels: of the voices besides the agent's own; empty for none.
    ///   - phrases: of the language of the text.
    package init(labels: [String], phrases: ClausePhrases = .english) {
        tags = labels.isEmpty ? nil : VoiceTags(labels: labels)
        cutter = ClauseCutter(phrases: phrases)
    }

    /// Takes more of what is written, and returns what of it is not a label.
    package mutating func read(_ text: String) -> String {
        guard let pieces = tags?.append(text) else { return text }
        return note(pieces)
    }

    /// The rest, when nothing more is written.
    package mutating func endReading() -> String { note(tags?.finish() ?? []) }

    private mutating func note(_ pieces: [VoiceTags.Piece]) -> String {
        for piece in pieces {
            if piece.voice != lastRead { changes.append((read, piece.voice)) }
            lastRead = piece.voice
            read += piece.text.unicodeScalars.count
        }
        return pieces.map(\.text).joined()
    }

    /// Takes the next of what `read` has returned, once it may be heard, and returns the clauses that it completes.
    package mutating func append(_ text: String) -> [Clause] {
        guard tags != nil else { return cutter.append(text) }
        var clauses: [Clause] = []
        var rest = text.unicodeScalars[...]
        while let change = changes.first, change.place < released + rest.count {
            let before = rest.prefix(max(0, change.place - released))
            clauses += cut(String(before), isLast: true)
            released += before.count
            rest = rest.dropFirst(before.count)
            voice = change.voice
            changes.removeFirst()
        }
        released += rest.count
        return clauses + cut(String(rest), isLast: false)
    }

    /// Characters of the released text that are in no clause yet.
    package var pending: Int { cutter.pendingCharacters }

    /// Takes back what of the end of the released text is in no clause yet.
    ///
    /// - Returns: as much of `text`, with which the released text ends, as was taken back.
    package mutating func takeBack(_ text: String) -> String { cutter.takeBack(text) }

    /// The rest of what was released.
    package mutating func finish() -> [Clause] { inVoice(cutter.finish()) }

    private mutating func cut(_ text: String, isLast: Bool) -> [Clause] {
        var clauses = cutter.append(text)
        if isLast { clauses += cutter.breakOff() }
        return inVoice(clauses)
    }

    private func inVoice(_ clauses: [Clause]) -> [Clause] {
        guard let voice else { return clauses }
        return clauses.map { clause in
            var clause = clause
            clause.voice = voice
            return clause
        }
    }
}
