import Language

/// The numbers by which the machine decides who has the floor.
public struct TurnPolicy: Sendable, Hashable, Codable {
    // MARK: Voice activity

    /// A window at or above this probability is speech. Silero's own default.
    public var speechThreshold: Float = 0.5
    /// Below this probability a window is silence. Between the two it is the same as the window before, so that speech
    /// does not flicker. Silero's own default: 0.15 under the speech threshold.
    public var silenceThreshold: Float = 0.35
    /// A window that is fainter than the speech before it by this much, in dB, is silence whatever the detector says,
    /// since the detector stays sure of a voice for some 130 ms after it has ended. The softest consonants lie about as
    /// far below vowels.
    public var silenceDrop: Float = 30
    /// How fast the loudness that windows are compared with decays, in dB a second, so that one bang does not make the
    /// words after it silence.
    public var loudnessDecay: Float = 20
    /// Speech shorter than this neither opens a turn nor ends a pause: two windows, longer than most clicks.
    public var minimumSpeech: Span = .milliseconds(64)
    /// Audio before the detected onset that belongs to the speech: soft consonants come before the detector is sure.
    public var preRoll: Span = .milliseconds(320)
    /// While the agent is heard, a window with this share of its own voice is echo and not the caller.
    public var echoThreshold: Float = 0.5
    /// How long after the agent's last sound its echo may still arrive: the client's buffers, the room, the way back.
    public var echoTail: Span = .milliseconds(700)
    /// How far an utterance reaches back into an echo at most: that much is compared at once, and may hold the
    /// beginning of a word.
    public var echoOverlap: Span = .milliseconds(128)
    /// How long after an echo faint sound may be its afterglow: the detector stays sure of a voice for some 160 ms.
    public var echoAfterglow: Span = .milliseconds(256)
    /// A window that is fainter than the echo before it by this much, in dB, is afterglow and nobody's voice.
    public var echoMargin: Float = 6
    /// Once this caller's loudness is known, speech that is fainter by this much, in dB, is a background voice and does
    /// not make the agent yield.
    public var overlapMargin: Float = 9
    /// The margin while speech is younger than `yieldGrace`, in dB: words often begin softly, and an agent that yielded
    /// for nothing goes on.
    public var yieldMargin: Float = 15
    /// The age at which speech has reached its loudness.
    public var yieldGrace: Span = .milliseconds(192)
    /// Speech of somebody else after which background voices are known. From then on faint speech neither opens a turn
    /// nor keeps one open.
    public var othersAfter: Span = .milliseconds(1000)
    /// The time in which half of the background voices heard is forgotten.
    public var othersMemory: Span = .seconds(20)
    /// Noise that comes within this of the caller's voice, in dB, counts like background voices: what the detector
    /// takes for speech may be a crowd.
    public var noisyWithin: Float = 22
    /// Level presumed of a caller who has not spoken yet, in dB relative to full scale.
    public var presumedLevel: Float = -25
    /// How far 90 % of the windows of a crowd stay above the level that 30 % stay below, in dB.
    public var noiseSpread: Float = 4
    /// With background voices, a voice is the caller's when it is above the level that 90 % of their windows stay below
    /// by this much, in dB, or when it is within `callerMargin`.
    public var othersMargin: Float = 4
    /// With background voices, a voice is the caller's also when it is fainter than the caller's usual voice by no more
    /// than this, in dB.
    public var callerMargin: Float = 6
    /// By how much single windows may be fainter than that, in dB.
    public var windowMargin: Float = 2
    /// Length of faint windows from which on they are silence within the caller's own speech: soft sounds are shorter.
    public var faintGrace: Span = .milliseconds(192)
    /// Two utterances in a row, taken for somebody else's, are the caller's after all when each is as long as this.
    public var insistence: Span = .milliseconds(800)
    /// An utterance that is longer than this is ended: it is constant noise, or more than a recogniser holds.
    public var maximumUtterance: Span = .seconds(28)
    /// Speech without a new word for this long is noise that holds the turn open.
    public var wordStall: Span = .milliseconds(2500)

    // MARK: End of turn

    /// Silence after which the transcript is made final and an answer is prepared, but not played. Three windows: the
    /// shortest pause that is not simply a stop consonant.
    public var softEnd: Span = .milliseconds(96)
    /// Silences at which the turn detector is asked. Not at the soft end, when the answer's first words are made: each
    /// question takes a core for 60 to 100 ms. Later questions add little: with more silence the detector takes
    /// unfinished turns for finished too.
    public var judgements: [Span] = [.milliseconds(128)]
    /// Time that the turn detector takes; it is not asked when its answer would come after the wait that it could
    /// change.
    public var judgementTime: Span = .milliseconds(96)
    /// Whether there is a turn detector.
    public var usesTurnDetector = false
    /// Whether a language model judges the ends of the caller's words.
    public var usesEndOfUtteranceModel = false
    /// Where a language model judges the words, no turn ends before its judgement, or before this silence. It takes 60
    /// ms, on a busy machine some hundred, but then the answer is not ready earlier either.
    public var endingWait: Span = .milliseconds(640)
    /// The same limit while the answer is not ready either: on a machine with many callers both take that long.
    public var endingPatience: Span = .milliseconds(1200)
    /// Where there is a turn detector, no turn whose words are judged by odds ends before its verdict, or before this
    /// silence: at the pauses that people make, the sound tells more than the words.
    public var soundWait: Span = .milliseconds(448)
    /// Words up to which conclusive ones do not wait for the sound: the detector takes a "hello" by itself for a beginning.
    public var shortWords = 3
    /// Wait where it is as likely as not that the caller goes on, by the words and the sound.
    ///
    /// The pauses that people make in mid-sentence become 63 % rarer with each 0.3 s, so that the wait that costs the least
    /// grows evenly as the logarithm of the odds of an end falls. docs/training.md has the recorded pauses and ends to which
    /// these three numbers were fitted.
    public var evenWait: Span = .milliseconds(800)
    /// How much longer the wait is for each step of 1 by which that logarithm is lower: odds that are 2.7 times worse.
    public var oddsWait: Span = .milliseconds(150)
    /// The part of the logarithm of the odds that the turn detector gives which counts: it is surer than it should be.
    public var soundWeight: Float = 0.75
    /// The even wait where nobody has judged the sound.
    public var unheardEvenWait: Span = .milliseconds(1100)
    /// The step where nobody has judged the sound.
    public var unheardOddsWait: Span = .milliseconds(600)
    /// The shortest wait after words that are judged by odds.
    public var shortestWait: Span = .milliseconds(288)
    /// The longest wait after such words.
    public var longestWait: Span = .milliseconds(2200)
    /// Wait after a value that is whole or, where nothing is known of the words, a mark that ends a sentence.
    public var completeWait = Wait(
        certain: .milliseconds(320), unknown: .milliseconds(480), doubtful: .milliseconds(800))
    /// Wait after a value that may go on, or words of which nothing is known.
    public var neutralWait = Wait(
        certain: .milliseconds(640), unknown: .milliseconds(800), doubtful: .milliseconds(1400))
    /// Wait after a value of which something is missing, or a mark that breaks off.
    public var openWait = Wait(
        certain: .milliseconds(1200), unknown: .milliseconds(1600), doubtful: .milliseconds(2200))
    /// Wait while no transcript has come: long enough for a slow engine, short enough not to seem dead.
    public var transcriptWait: Span = .milliseconds(4000)
    /// New speech within the pause that discards a prepared answer: longer than a cough, shorter than a word.
    public var resumption: Span = .milliseconds(192)
    /// Factor on every wait: above 1 is patient, below 1 eager.
    public var patience: Double = 1
    /// A further factor while the caller is to spell something, or to give a number or an address, and has not finished
    /// it.
    public var spellingPatience: Double = 1.5
    /// The language of the call, an ISO 639-1 code; the rules about words are for English.
    public var language = "en"
    /// Whether this caller's pace scales the waits; for fluent callers it shortens only the waits after complete words.
    public var learnsPace = true
    /// How soon after an answer has begun words over it go on with the turn that it answers: later ones interrupt what was
    /// heard of it. The same for words after the end of a turn whose answer is not ready: later ones ask for it.
    public var cutOffGrace: Span = .milliseconds(800)

    /// How long to wait in silence, counted from the last speech, by the turn detector's probability of an end: between
    /// `doubtful` and `certain` it is interpolated, and the three need not be in order.
    public struct Wait: Sendable, Hashable, Codable {
        /// The wait at probability 1.
        public var certain: Span
        /// The wait without a probability.
        public var unknown: Span
        /// The wait at probability 0.
        public var doubtful: Span

        /// The wait at a probability of the end from 0 to 1; nil stands for an unknown one.
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
    public var maximumSpeculations = 4
    /// Early answers to words that may well go on that can be thrown away before turns have earned any.
    public var speculationCredit = 2.0
    /// Early answers to such words that each turn earns. Words that are likelier over than not need none: of their answers
    /// more are used than thrown away.
    public var speculationsPerTurn = 0.5
    /// How long before the end of the wait an answer is begun: about the time to its first audio on a busy machine. After
    /// words that are as likely as not to go on that is 300 ms of silence, and most pauses in mid-sentence are shorter.
    public var leadTime: Span = .milliseconds(800)

    // MARK: Barge-in

    /// Speech over the agent after which the agent is ducked.
    public var duckAfter: Span = .milliseconds(64)
    /// Speech over the agent after which the agent is silent until the words are known.
    public var holdAfter: Span = .milliseconds(96)
    /// Speech over the agent that interrupts it although no word is known: longer than any backchannel.
    public var floorWithoutWords: Span = .milliseconds(1000)
    /// Speech that interrupts when two transcripts in a row held a word that is no agreement: a cough is shorter.
    public var floorWithUnclearWords: Span = .milliseconds(256)
    /// Silence after an overlap, still without words, after which the agent goes on.
    public var overlapWait: Span = .milliseconds(600)
    /// Words that never interrupt, besides the built-in ones; compared without case and punctuation.
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
    /// `turnTimeout` before the caller has said anything at all; nil stands for `turnTimeout`.
    public var initialWait: Span?
    /// `turnTimeout` after a sound that stopped the agent and was no word.
    public var recovery: Span = .milliseconds(1500)
    /// Times in a row that the agent speaks up to a silent caller: three unanswered prompts are enough.
    public var maximumReengagements = 3
    /// Silence of the caller after which the call ends, whatever prompts the agent speaks meanwhile; nil never.
    public var silenceEndCall: Span?
    /// How long after the end of a turn an answer that is not ready gets a filler; nil never.
    public var softTimeout: Span?
    /// Fillers for one answer, each `softTimeout` after the one before.
    public var maximumFillers = 1
    /// How long typing holds the agent off.
    public var activityHold: Span = .milliseconds(2000)
    /// Maximum length of the call; nil for no limit.
    public var maximumDuration: Span? = .seconds(600)
    /// How long after the maximum length an answer may still be finished.
    public var farewellGrace: Span = .seconds(8)
    /// Time after which a response that has produced nothing is given up.
    public var responseTimeout: Span = .seconds(30)

    /// Creates the values above, before any agent's configuration.
    public init() {}

    /// How long to wait in silence, counted from the last speech.
    ///
    /// - Parameters:
    ///   - words: how the words were judged.
    ///   - probability: the turn detector's probability that the turn is over; nil while there is none.
    ///   - expected: the kind of answer that the agent has asked for.
    ///   - pace: the factor for this caller's pace.
    func wait(
        after words: WordsJudgement, probability: Float?, expecting expected: ExpectedAnswer, pace: Double = 1
    ) -> Span {
        let isOver = words.completeness == .conclusive || words.completeness == .complete
        let isSpelt = expected.isSpelt && !isOver
        let wait =
            if let odds = words.odds {
                min(self.wait(odds: odds, probability: probability).scaled(by: pace), longestWait)
            } else {
                switch words.completeness {
                case .conclusive, .complete: completeWait.at(probability).scaled(by: pace)
                case .neutral, .unlikely: neutralWait.at(probability).scaled(by: pace)
                case .open: openWait.at(probability).scaled(by: pace)
                }
            }
        return wait.scaled(by: isSpelt ? patience * spellingPatience : patience)
    }

    private func wait(odds: Float, probability: Float?) -> Span {
        let wait =
            if let probability, !probability.isNaN {
                evenWait
                    - oddsWait.scaled(by: Double(odds + soundWeight * LogOdds.of(min(max(probability, 0.002), 0.998))))
            } else {
                unheardEvenWait - unheardOddsWait.scaled(by: Double(odds))
            }
        return min(max(wait, shortestWait), longestWait)
    }
}
