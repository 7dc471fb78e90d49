/// Summary figures of several calls. Times are in milliseconds.
public struct CallFigures: Codable, Sendable, Hashable {
    /// Time after which an answer is late, in milliseconds: callers say "hello?" by then.
    public static let late = 1500.0

    /// End of the caller's speech to the first audible sample of the agent, for turns that were not cut off.
    public var answer: Distribution?
    /// Opening of the WebSocket to the first audible sample.
    public var greeting: Distribution?
    /// First audible sample of a barge-in to the `interruption` message.
    public var interruption: Distribution?
    /// First audible sample of a barge-in to the agent's silence, for barge-ins that interrupted it.
    public var silence: Distribution?
    /// Turns of the caller, without barge-ins.
    public var turns = 0
    /// Turns after which nothing was heard.
    public var unanswered = 0
    /// Turns that were answered later than `late`.
    public var lateAnswers = 0
    /// Turns that the agent cut off, including pauses in mid-sentence that it took for the end.
    public var cutOff = 0
    /// Barge-ins, including void ones.
    public var bargeIns = 0
    /// Barge-ins without an `interruption`.
    public var notYielded = 0
    /// Barge-ins so close to the end of the answer that they prove nothing.
    public var voidBargeIns = 0
    /// Backchannels and other sounds that are no barge-ins, including void ones.
    public var backchannels = 0
    /// Of those, the ones that interrupted the agent.
    public var interruptingBackchannels = 0
    /// Of those, the ones so close to the end of the answer that they prove nothing.
    public var voidBackchannels = 0
    /// Answers of the agent of which something was heard, greetings included.
    public var answers = 0
    /// Answers interrupted although the caller said nothing.
    public var unaskedInterruptions = 0
    /// Transcripts of something that the caller did not say as a turn.
    public var openedTurns = 0
    /// Gaps over 40 ms inside an answer.
    public var underruns = 0
    /// The longest of those gaps, in milliseconds; nil without any.
    public var longestUnderrun: Double?
    /// Jumps in the agent's track.
    public var clicks = 0
    /// Answers with more than 40 ms of silence at the beginning.
    public var leadingSilences = 0
    /// Turns whose transcript must match exactly, such as spelled names.
    public var spelled = 0
    /// Of those, the ones whose transcript matches.
    public var spelledExactly = 0
    /// Errors in turns whose words are known; nil without such turns.
    public var wordErrors: WordErrors?
    /// Word error rate over turns whose words are known, where 1 is 100 %; nil without such turns.
    public var wordErrorRate: Double?
    /// How late the bench itself sent its frames; large values invalidate the figures above.
    public var sendingLate: Distribution?

    /// - Parameters:
    ///   - references: the words of recordings, by name.
    ///   - spelled: what recordings spell, by name, as one string.
    public init(_ calls: [CallMeasurement], references: [String: String] = [:], spelled: [String: String] = [:]) {
        let turns = calls.flatMap(\.turns)
        let ordinary = turns.filter { $0.role == .turn }
        let answered = ordinary.filter { !$0.isCutOff }.compactMap(\.answerAfter).map { $0 * 1000 }
        let bargeIns = calls.flatMap(\.bargeIns)
        let backchannels = calls.flatMap(\.backchannels)
        let gaps = calls.flatMap(\.underruns).map { $0.length * 1000 }
        answer = Distribution(answered)
        greeting = Distribution(calls.compactMap(\.greetingAfter).map { $0 * 1000 })
        interruption = Distribution(bargeIns.compactMap(\.interruptionAfter).map { $0 * 1000 })
        silence = Distribution(bargeIns.filter { $0.interruptionAfter != nil }.map { $0.silentAfter * 1000 })
        self.turns = ordinary.count
        unanswered = ordinary.count { $0.answerAfter == nil && !$0.isCutOff }
        lateAnswers = answered.count { $0 > Self.late }
        cutOff = ordinary.count(where: \.isCutOff)
        self.bargeIns = bargeIns.count
        notYielded = bargeIns.count { $0.interruptionAfter == nil && !$0.isVoid }
        voidBargeIns = bargeIns.count(where: \.isVoid)
        self.backchannels = backchannels.count
        interruptingBackchannels = backchannels.count { $0.interruptionAfter != nil }
        voidBackchannels = backchannels.count(where: \.isVoid)
        answers = calls.map(\.answers).reduce(0, +)
        unaskedInterruptions = calls.map(\.unaskedInterruptions.count).reduce(0, +)
        openedTurns = calls.map(\.openedTurns.count).reduce(0, +)
        underruns = gaps.count
        longestUnderrun = gaps.max()
        clicks = calls.map(\.clicks.count).reduce(0, +)
        leadingSilences = calls.flatMap(\.leadingSilences).count { $0 > TrackFaults.tolerableLead }
        let expected = turns.filter { spelled[$0.name] != nil }
        self.spelled = expected.count
        spelledExactly = expected.count { spelled[$0.name] == TextNormalization.spelling($0.transcript) }
        let known = turns.compactMap { turn in
            references[turn.name].map { WordErrors(reference: $0, hypothesis: turn.transcript) }
        }
        if !known.isEmpty {
            let sum = known.reduce(WordErrors(), +)
            (wordErrors, wordErrorRate) = (sum, sum.rate)
        }
    }
}
