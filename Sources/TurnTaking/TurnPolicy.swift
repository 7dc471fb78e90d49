/// Every number that decides who has the floor.
public struct TurnPolicy: Sendable, Hashable, Codable {
    // MARK: Voice activity

    /// A window at or above this probability is speech. Silero's own default.
    public var speechThreshold: Float = 0.5
    /// Below this a window is silence; between the two it is what the window before was, so that speech does not
    /// flicker. Silero's own default: 0.15 under the speech threshold.
    public var silenceThreshold: Float = 0.35
    /// A window that is this much fainter than the speech before it, in dB, is silence whatever the detector says: its
    /// certainty goes down only some 130 ms after the voice has. The softest consonants lie about as far below vowels.
    public var silenceDrop: Float = 30
    /// How fast the loudness that windows are compared with is forgotten, in dB a second: one bang must not make the
    /// words after it silence.
    public var loudnessDecay: Float = 20
    /// Speech shorter than this neither opens a turn nor ends a pause: two windows, longer than most clicks.
    public var minimumSpeech: Span = .milliseconds(64)
    /// Audio before the detected onset that belongs to the speech: soft consonants come before the detector is sure.
    public var preRoll: Span = .milliseconds(320)
    /// While the agent is heard, a window that holds this much of its own voice is not the caller.
    public var echoThreshold: Float = 0.5
    /// How long after the agent's last sound its echo may still come: the client's buffers, the room, the way back.
    public var echoTail: Span = .milliseconds(700)
    /// An utterance reaches back into an echo by no more than this: so much is compared at once, and may hold the
    /// beginning of a word.
    public var echoOverlap: Span = .milliseconds(128)
    /// After its echo the detector goes on to hear the agent for some 160 ms, as after any voice.
    public var echoAfterglow: Span = .milliseconds(256)
    /// A window that is this much fainter than the echo before it, in dB, is still that afterglow and nobody's voice.
    public var echoMargin: Float = 6
    /// Once this caller's loudness is known, speech that is this much fainter, in dB, is a background voice:
    /// it does not make the agent yield.
    public var overlapMargin: Float = 9
    /// The same while speech is younger than `yieldGrace`: words often begin softly, and what was held for nothing goes
    /// on.
    public var yieldMargin: Float = 15
    /// Speech by then has reached its loudness.
    public var yieldGrace: Span = .milliseconds(192)
    /// So much speech of somebody else makes known that there are background voices. From then on faint speech
    /// opens no turn either, and does not keep one open.
    public var othersAfter: Span = .milliseconds(1000)
    /// That is forgotten by half in this time.
    public var othersMemory: Span = .seconds(20)
    /// The same holds where the noise comes as near as this, in dB, to the caller's voice: what the detector takes for
    /// speech may be the crowd in it.
    public var noisyWithin: Float = 22
    /// Level of a caller who has not spoken yet, in dB below full scale.
    public var presumedLevel: Float = -25
    /// Nine of ten windows of a crowd are no further than this above what three of ten stay below, in dB.
    public var noiseSpread: Float = 4
    /// Then the caller's voice is what stands this far, in dB, out of what nine of ten windows of the others stay below,
    public var othersMargin: Float = 4
    /// or what is not this much fainter than the caller's usual voice, in dB.
    public var callerMargin: Float = 6
    /// Single windows may be this much fainter yet, in dB.
    public var windowMargin: Float = 2
    /// In the caller's own speech faint windows are silence only after so long: soft sounds are shorter.
    public var faintGrace: Span = .milliseconds(192)
    /// Two utterances in a row that are as long as this, and were taken for somebody else's, are the caller's after all.
    public var insistence: Span = .milliseconds(800)
    /// An utterance that goes on for longer is taken for ended: constant noise, or more than a recogniser holds.
    public var maximumUtterance: Span = .seconds(28)
    /// Speech without a new word for this long is noise that holds the turn open.
    public var wordStall: Span = .milliseconds(2500)

    // MARK: End of turn

    /// Silence after which the transcript is made final and an answer is prepared, heard by nobody yet.
    /// Three windows: the shortest pause that is not simply a stop consonant.
    public var softEnd: Span = .milliseconds(96)
    /// Silences at which the turn detector is asked. Not at the soft end, when the answer's first words are made: each
    /// question takes a core for 60 to 100 ms. Late ones separate little: with more silence it takes unfinished turns
    /// for finished too.
    public var judgements: [Span] = [.milliseconds(160), .milliseconds(384)]
    /// What an answer to that takes; none is asked for that would come after the wait it could change.
    public var judgementTime: Span = .milliseconds(96)
    /// Whether there is a turn detector to ask.
    public var usesTurnDetector = false
    /// Whether a language model judges the words.
    public var usesEndOfUtteranceModel = false
    /// Where it does, no turn ends before its judgement, or this silence. It takes 60 ms, and on a busy machine some
    /// hundred, but then the answer is not there before it either.
    public var endingWait: Span = .milliseconds(640)
    /// The same while the answer is not there either: on a machine with many callers both take that long.
    public var endingPatience: Span = .milliseconds(1200)
    /// Wait after a transcript that ends as no unfinished turn does. The turn detector is not asked then unless it was
    /// before the words were judged: it is never sure of a short "hello".
    public var conclusiveWait = Wait(
        certain: .milliseconds(288), unknown: .milliseconds(320), doubtful: .milliseconds(480))
    /// The language model's probability of an end from which on that holds: none of 55 unfinished utterances reached it.
    /// Below it the wait grows, up to that after complete words at `Completeness.conclusiveEnding`.
    public var conclusiveCertainty: Float = 0.5
    /// Wait after a transcript that ends as a sentence does.
    public var completeWait = Wait(
        certain: .milliseconds(320), unknown: .milliseconds(480), doubtful: .milliseconds(800))
    /// Wait after a transcript that neither ends nor breaks off clearly.
    public var neutralWait = Wait(
        certain: .milliseconds(640), unknown: .milliseconds(800), doubtful: .milliseconds(1400))
    /// Wait after a transcript that a language model expects more after. A sure sound says little then: the turn detector
    /// took 8 of 13 unfinished turns for finished. Pauses inside sentences are rarely longer than 1.1 s.
    public var unlikelyWait = Wait(
        certain: .milliseconds(1120), unknown: .milliseconds(1200), doubtful: .milliseconds(1500))
    /// Wait after a transcript that is clearly unfinished ("and", "my number is").
    public var openWait = Wait(
        certain: .milliseconds(1200), unknown: .milliseconds(1600), doubtful: .milliseconds(2200))
    /// Wait while no transcript has come: long enough for a slow engine, short enough not to seem dead.
    public var transcriptWait: Span = .milliseconds(4000)
    /// New speech within the pause that throws a prepared answer away: longer than a cough, shorter than a word.
    public var resumption: Span = .milliseconds(192)
    /// Factor on every wait: above 1 is patient, below 1 is eager.
    public var patience: Double = 1
    /// A further factor while the caller is asked to spell, or for a number or an address, and has not come to its end.
    public var spellingPatience: Double = 1.5
    /// The language of the call, an ISO 639-1 code: what words say about the end of a turn is known for English.
    public var language = "en"
    /// Whether the pauses inside this caller's turns move the waits; fluent callers are waited for less only where their
    /// words are complete.
    public var learnsPace = true

    /// How long to wait in silence, counted from the last speech, by what the turn detector says.
    public struct Wait: Sendable, Hashable, Codable {
        /// When it is sure that the turn is over.
        public var certain: Span
        /// When it says nothing.
        public var unknown: Span
        /// When it is sure that it is not.
        public var doubtful: Span

        /// The three need not be in order; between `certain` and `doubtful` the wait is in proportion.
        public init(certain: Span, unknown: Span, doubtful: Span) {
            self.certain = certain
            self.unknown = unknown
            self.doubtful = doubtful
        }

        /// Each of the three between this (0) and `other` (1).
        func mixed(with other: Wait, share: Double) -> Wait {
            func between(_ part: KeyPath<Wait, Span>) -> Span {
                self[keyPath: part] + (other[keyPath: part] - self[keyPath: part]).scaled(by: share)
            }
            return Wait(certain: between(\.certain), unknown: between(\.unknown), doubtful: between(\.doubtful))
        }

        /// The wait at a probability of the end from 0 to 1; nil when there is none.
        func at(_ probability: Float?) -> Span {
            guard let probability, !probability.isNaN else { return unknown }
            let doubt = Double(1 - min(max(probability, 0), 1))
            return certain + (doubtful - certain).scaled(by: doubt)
        }
    }

    // MARK: Speculation

    /// Whether answers are prepared before the turn is certain to be over.
    public var speculates = true
    /// Answers prepared early in one turn; after that the next waits for the end of the turn.
    public var maximumSpeculations = 3
    /// Early answers that may be thrown away before turns have earned any.
    public var speculationCredit = 2.0
    /// What each turn earns: so over a call there are at most 1.5 answers a turn, and the credit.
    public var speculationsPerTurn = 0.5
    /// For words that are clearly unfinished an answer is begun only this long before the wait is over: about what
    /// the making of its first sound takes.
    public var leadTime: Span = .milliseconds(800)

    // MARK: Barge-in

    /// Speech over the agent after which it goes on more quietly.
    public var duckAfter: Span = .milliseconds(64)
    /// Speech over the agent after which it stands still until the words are known.
    public var holdAfter: Span = .milliseconds(96)
    /// Speech over the agent that takes the floor although no word is known: longer than any agreement.
    public var floorWithoutWords: Span = .milliseconds(1000)
    /// The same when two transcripts in a row held a word that is no agreement: a cough is shorter.
    public var floorWithUnclearWords: Span = .milliseconds(256)
    /// Silence after an overlap, still without words, at which the agent goes on.
    public var overlapWait: Span = .milliseconds(600)
    /// Words that never take the floor, beside the stock of agreement; compared without case and punctuation.
    public var ignoredTerms: [String] = []
    /// Whether the caller can interrupt at all.
    public var allowsInterruption = true
    /// Whether the caller can interrupt the first message.
    public var allowsGreetingInterruption = true
    /// Whether words over a response that cannot be interrupted are answered after it.
    public var keepsWordsOverUninterruptible = true
    /// Agreement that came this shortly before the end of a question is the answer to it.
    public var earlyAnswer: Span = .milliseconds(2000)

    // MARK: Silence

    /// Silence of both sides after which the agent speaks up; nil never. The hosted service's default is 7 s.
    public var turnTimeout: Span? = .seconds(7)
    /// The same before the caller has said anything at all; nil stands for `turnTimeout`.
    public var initialWait: Span?
    /// The same after a sound that stopped the agent and was no word.
    public var recovery: Span = .milliseconds(1500)
    /// Times in a row that the agent speaks up to a silent caller: three unanswered prompts are enough.
    public var maximumReengagements = 3
    /// Silence of the caller after which the call ends, whatever the agent says meanwhile to wake it; nil never.
    public var silenceEndCall: Span?
    /// How long after the end of a turn an answer that is not ready gets a filler; nil never.
    public var softTimeout: Span?
    /// Fillers for one answer, each `softTimeout` after the one before.
    public var maximumFillers = 1
    /// Typing holds the agent off for this long.
    public var activityHold: Span = .milliseconds(2000)
    /// Length of the call; nil for no limit.
    public var maximumDuration: Span? = .seconds(600)
    /// How long after that an answer may still be finished.
    public var farewellGrace: Span = .seconds(8)
    /// A response that has produced nothing by then is given up.
    public var responseTimeout: Span = .seconds(30)

    /// The values above, before any agent's configuration.
    public init() {}

    /// How much of `conclusiveWait` counts, from 0 to 1.
    private func certainty(of ending: Float?) -> Double {
        let (least, full) = (Completeness.conclusiveEnding, conclusiveCertainty)
        guard let ending, full > least else { return 1 }
        return Double(min(1, max(0, (ending - least) / (full - least))))
    }

    /// How long to wait in silence, counted from the last speech, for a caller of ordinary pace.
    ///
    /// - Parameters:
    ///   - probability: the turn detector's, that the turn is over; nil while there is none.
    ///   - ending: a language model's, that nothing follows; nil while there is none.
    ///   - expected: what the agent has asked for.
    func wait(
        after completeness: Completeness, probability: Float?, ending: Float?, expecting expected: ExpectedAnswer
    ) -> Span {
        let wait =
            switch completeness {
            case .conclusive: completeWait.mixed(with: conclusiveWait, share: certainty(of: ending))
            case .complete: completeWait
            case .neutral: neutralWait
            case .unlikely: unlikelyWait
            case .open: openWait
            }
        let isOver = completeness == .conclusive || completeness == .complete
        let isSpelt = expected.isSpelt && !isOver
        return wait.at(probability).scaled(by: isSpelt ? patience * spellingPatience : patience)
    }
}
