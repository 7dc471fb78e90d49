import Agents
import Audio
import JSON
import Speech
import TurnTaking

/// The life of one response, from the first word that is written to the last that is heard.
///
/// A value: events in, commands out; no clock, no engine, no line. Samples are those of the line's output.
struct ResponseMachine: Sendable {
    enum Event: Sendable {
        /// Whoever writes the response has written more of it.
        case wrote(String)
        /// So many characters more are written, of which it is not certain yet that they will be said.
        case drafted(Int)
        /// Audio of the response; a clause may begin with it.
        case voiced(SpeechPiece)
        /// A clause has ended in a pause of so many samples, in case another follows.
        case paused(Int)
        /// All the audio of a filler, which bridges the wait for the next word: the one after so many characters.
        case filled([SpeechPiece], after: Int)
        /// These samples are played, again and again, while there is nothing else to be heard.
        case soundBegan([Float])
        /// They are not played any more.
        case soundEnded
        /// Nothing more will be written.
        case textEnded
        /// Nothing more will be voiced.
        case ended
        /// A tool is to be run, which happens only once the response may be heard.
        case toolIsDue
        /// The response may be heard from now on.
        case released
        /// How it is to be played from the next sample on.
        case delivered(Delivery)
        /// The transport knows that the caller has heard so many samples of it.
        case heard(Int)
        /// The caller has taken the floor.
        case interrupted
        /// Real time has gone on.
        case tick
    }

    enum Command: Sendable, Hashable {
        /// It may begin: its audio lasts until more follows, it has waited long enough, or a tool waits for it.
        case becomeReady
        /// Its text, as it is written.
        case tell(CallOutput.ResponsePart)
        /// Its whole text.
        case announce(String)
        /// Send these samples, which play from `start` on; `end` is how many of the response there are by then. `words` begin
        /// in them, in samples from their first one.
        case play([Float], start: Int, end: Int, words: [Word] = [])
        /// Its first sample is sent next.
        case begin
        /// The second clause's audio came so long after the first's.
        case measureSecondClause(Duration)
        case log(CallLog.Milestone.Name, [String: JSONValue])
        /// It has been heard to its end.
        case finish
        /// It is over; what was heard of it will have been heard in so many samples.
        case cut(heard: String, after: Int)
    }

    /// A word of the text, with the white space beside it, and when it is said.
    struct Word: Sendable, Hashable {
        var text: String
        var samples: Range<Int>
    }

    /// Lengths in samples.
    struct Options: Sendable, Hashable {
        /// Samples a second.
        var rate: Int
        var playout: Playout.Options
        /// The longest pause after the first clause while the second is not ready.
        var firstPause: Int
        /// The longest fade-out of what the client's buffer holds at an interruption.
        var longestFadeOut: Int
        /// False in a text-only conversation, where text is heard as it is told.
        var isSpoken: Bool
    }

    /// What an event meets: the time, and how fast the engines are.
    struct Moment: Sendable {
        /// Real time since the call began, in samples of the output.
        var output: Int
        /// The same on the call's clock.
        var elapsed: Duration
        var pace = SpeechStart.Pace()
        /// How many times slower than for a single answer the engines are.
        var crowd = 1.0
    }

    /// How far the second clause, whose delay is measured, has come.
    private enum SecondClause: Sendable {
        case unknown
        /// The first has ended in a pause.
        case awaited
        case voiced
    }

    private let options: Options

    /// What has been written so far.
    private(set) var text = ""
    /// Characters that may follow it soon; see `Event.drafted`.
    private var drafted = 0
    private var isWritten = false
    private var isAnnounced = false

    private var playout: Playout
    private var ledger = HeardLedger()
    /// Samples given to playout, over all clauses.
    private var queued = 0
    /// Samples of silence at the end of the queue: the pause before the next clause.
    private var rest = 0
    /// How short that silence may become once the next clause is there.
    private var shortestRest = 0
    private var secondClause = SecondClause.unknown
    /// When the first audio was there, on the call's clock.
    private var firstAudio: Duration?
    private var isVoiced = false

    /// What is played while there is nothing to say, and the place in it; nil for nothing.
    private var sound: (samples: [Float], place: Int)?
    /// When the speech before the sound that is playing will have been heard; nil while it does not play.
    private var speechEnd: Int?

    /// Whether it may begin; see `Command.becomeReady`.
    private(set) var isReady = false
    /// Whether it may be heard.
    private(set) var isReleased = false

    init(options: Options) {
        self.options = options
        playout = Playout(options.playout)
    }

    /// The text as the record has it.
    var wholeText: String { text.trimmingTrailingSpace }

    /// Samples that wait to be sent.
    var waiting: Int { playout.queued }

    /// What the caller has heard by `output`; in a text-only conversation everything.
    func heard(at output: Int) -> String {
        options.isSpoken ? ledger.heard(by: playout.heard(at: output)) : wholeText
    }

    /// Who says which part of what was heard; empty when all is in the agent's own voice.
    func parts(of heard: String) -> [TranscriptTurn.VoicePart] { ledger.parts(of: heard) }

    /// Whether everything that was voiced so far has been heard by `output`, but for the pause after it.
    func isHeard(at output: Int) -> Bool {
        guard options.isSpoken else { return true }
        if let speechEnd { return output >= speechEnd }
        return playout.queued <= rest && output >= playout.bufferEnd
    }

    /// Takes in an event.
    mutating func handle(_ event: Event, at moment: Moment) -> [Command] {
        var commands: [Command] = []
        switch event {
        case .wrote(let more):
            text += more
            if isReleased { commands.append(.tell(.delta(more))) }
            if options.isSpoken { startIfSafe(moment, &commands) } else { becomeReady(&commands) }
        case .drafted(let count):
            drafted = count
            startIfSafe(moment, &commands)
        case .voiced(let piece):
            enqueue(piece, moment, &commands)
            guard !piece.samples.isEmpty else { return commands }
            if firstAudio == nil { firstAudio = moment.elapsed }
            startIfSafe(moment, &commands)
            play(moment, &commands)
        case .paused(let samples):
            pause(samples)
            startIfSafe(moment, &commands)
        case .filled(let pieces, let length):
            fill(pieces, after: length, moment, &commands)
            play(moment, &commands)
        case .soundBegan(let samples):
            if options.isSpoken, !samples.isEmpty { sound = (samples, 0) }
            play(moment, &commands)
        case .soundEnded:
            pauseSound()
            sound = nil
            play(moment, &commands)
        case .textEnded:
            isWritten = true
            startIfSafe(moment, &commands)
            announce(&commands)
        case .ended:
            isVoiced = true
            playout.removeLast(rest)
            becomeReady(&commands)
            play(moment, &commands)
        case .toolIsDue:
            // How long a tool takes says nothing about the voice.
            secondClause = .voiced
            becomeReady(&commands)
        case .released:
            isReleased = true
            commands.append(.tell(.start))
            if !text.isEmpty { commands.append(.tell(.delta(text))) }
            announce(&commands)
            play(moment, &commands)
        case .delivered(let delivery):
            if delivery == .held { prepareFade() }
            playout.deliver(delivery, wordEnd: ledger.wordEnd(after: playout.sent), at: moment.output)
            play(moment, &commands)
        case .heard(let samples):
            playout.noteHeard(samples, at: moment.output)
        case .interrupted:
            interrupt(moment, &commands)
        case .tick:
            if let firstAudio, moment.elapsed - firstAudio >= SpeechStart.patience * moment.crowd {
                becomeReady(&commands)
            }
            startIfSafe(moment, &commands)
            play(moment, &commands)
        }
        return commands
    }

    /// Whether all that was written so far has been voiced, so that nothing but the next word is waited for.
    var isVoicedSoFar: Bool { drafted == 0 && ledger.length == text.count }

    // MARK: Readiness

    private mutating func becomeReady(_ commands: inout [Command]) {
        guard !isReady else { return }
        isReady = true
        commands.append(.becomeReady)
    }

    /// Becomes ready once the audio that there is will last until more follows.
    private mutating func startIfSafe(_ moment: Moment, _ commands: inout [Command]) {
        guard !isReady, let firstAudio else { return }
        let queued = Double(playout.queued) / Double(options.rate)
        let needed = SpeechStart.needed(
            unspoken: text.count + drafted - ledger.length, isWritten: isWritten,
            waited: (moment.elapsed - firstAudio) / .seconds(1), pace: moment.pace, crowd: moment.crowd)
        guard queued >= needed else { return }
        commands.append(.log(.safe, ["queued_ms": .milliseconds(queued), "needed_ms": .milliseconds(needed)]))
        becomeReady(&commands)
    }

    // MARK: Text

    /// Tells the whole text once it is there, and may be heard.
    private mutating func announce(_ commands: inout [Command], isOver: Bool = false) {
        guard isReleased, isWritten || isOver, !isAnnounced else { return }
        isAnnounced = true
        commands.append(.tell(.stop))
        if !text.isEmpty { commands.append(.announce(wholeText)) }
    }

    private mutating func fill(
        _ pieces: [SpeechPiece], after length: Int, _ moment: Moment, _ commands: inout [Command]
    ) {
        // The next word has come meanwhile.
        guard !isWritten, text.count == length, isVoicedSoFar else { return }
        for piece in pieces {
            if let clause = piece.clause {
                text += clause
                commands.append(.tell(.delta(clause)))
            }
            enqueue(piece, moment, &commands)
        }
        commands.append(.log(.bridged, [:]))
    }

    // MARK: Audio

    private mutating func enqueue(_ piece: SpeechPiece, _ moment: Moment, _ commands: inout [Command]) {
        if !piece.samples.isEmpty {
            pauseSound()
            noteSecondClause(moment, &commands)
            endRest()
        }
        if let clause = piece.clause { ledger.begin(clause, in: piece.voice, at: queued) }
        ledger.add(
            piece.words.map {
                HeardLedger.Mark(
                    start: $0.samples.lowerBound, end: $0.samples.upperBound, written: $0.writtenEnd)
            })
        playout.append(piece.samples)
        queued += piece.samples.count
    }

    /// Notes how much of the first clause, and of the pause after it, was left when the second came.
    private mutating func noteSecondClause(_ moment: Moment, _ commands: inout [Command]) {
        guard case .awaited = secondClause else { return }
        secondClause = .voiced
        if let firstAudio { commands.append(.measureSecondClause(moment.elapsed - firstAudio)) }
        let left = playout.queued + max(0, playout.bufferEnd - moment.output)
        commands.append(.log(.secondAudio, ["left_ms": .milliseconds(Double(left) / Double(options.rate))]))
    }

    private mutating func pause(_ samples: Int) {
        guard queued > 0 else { return }
        // After the first clause the pause may be longer while the second is made: nobody hears a gap in that.
        var longest = samples
        if case .unknown = secondClause {
            secondClause = .awaited
            longest = max(samples, options.firstPause)
        }
        shortestRest = samples
        // A clause without sound does not add a second pause to the one before it.
        let added = max(0, longest - rest)
        playout.append([Float](repeating: 0, count: added))
        queued += added
        rest += added
    }

    /// Shortens the pause at the end of the queue once more speech follows: only as much stays as speech needs, or has
    /// been sent already.
    private mutating func endRest() {
        guard rest > 0 else { return }
        let unsent = min(rest, playout.queued)
        let surplus = min(unsent, max(0, rest - shortestRest))
        playout.removeLast(surplus)
        queued -= surplus
        rest = 0
    }

    /// Sends the audio that is due.
    private mutating func play(_ moment: Moment, _ commands: inout [Command]) {
        guard isReleased else { return }
        repeat {
            while let frame = playout.next(at: moment.output, isComplete: isVoiced) {
                if playout.sent == frame.count { commands.append(.begin) }
                commands.append(
                    .play(
                        frame, start: playout.bufferEnd - frame.count, end: playout.sent, words: words(in: frame.count))
                )
            }
        } while queueSound(moment)
        if isVoiced, playout.isOver(at: moment.output) { commands.append(.finish) }
    }

    /// The words that begin in the last `count` samples that were sent; one of which that was known too late begins with
    /// them.
    private mutating func words(in count: Int) -> [Word] {
        let start = playout.sent - count
        return ledger.words(beginningBefore: playout.sent).map { text, samples in
            let begins = max(0, samples.lowerBound - start)
            return Word(text: text, samples: begins..<max(begins, samples.upperBound - start))
        }
    }

    // MARK: The sound of a wait

    /// Queues the next stretch of the sound, where the line wants audio and there is none; false where that is not so.
    private mutating func queueSound(_ moment: Moment) -> Bool {
        guard let sound, !isVoiced, playout.isHungry(at: moment.output), isAllVoiced else { return false }
        var samples = stretch(of: sound, options.playout.frame)
        if speechEnd == nil {
            speechEnd = playout.bufferEnd
            Fade.apply(to: &samples, in: samples.indices, from: 0, to: 1)
        }
        append(samples)
        return true
    }

    /// Speech follows: the sound goes on after it.
    private mutating func pauseSound() {
        guard let sound, speechEnd != nil else { return }
        var samples = stretch(of: sound, options.playout.fade)
        Fade.apply(to: &samples, in: samples.indices, from: 1, to: 0)
        append(samples)
        speechEnd = nil
    }

    /// The sound is about to be stopped: has enough of it at hand to be faded out, since it does not end in silence as
    /// words do.
    private mutating func prepareFade() {
        guard let sound, speechEnd != nil, playout.queued < options.playout.fade else { return }
        append(stretch(of: sound, options.playout.fade))
    }

    /// Whether everything that was written has become audio.
    private var isAllVoiced: Bool {
        ledger.written.count { !$0.isWhitespace } >= text.count { !$0.isWhitespace }
    }

    /// The next samples of a sound that repeats.
    private mutating func stretch(of sound: (samples: [Float], place: Int), _ count: Int) -> [Float] {
        self.sound?.place = (sound.place + count) % sound.samples.count
        return (0..<count).map { sound.samples[(sound.place + $0) % sound.samples.count] }
    }

    private mutating func append(_ samples: [Float]) {
        playout.append(samples)
        queued += samples.count
        rest = 0
    }

    // MARK: Interruption

    private mutating func interrupt(_ moment: Moment, _ commands: inout [Command]) {
        guard options.isSpoken else {
            announce(&commands, isOver: true)
            return commands.append(.cut(heard: wholeText, after: 0))
        }
        prepareFade()
        let delay = quiet(moment, &commands)
        announce(&commands, isOver: true)
        commands.append(.cut(heard: ledger.heard(by: playout.heard(at: moment.output + delay)), after: delay))
    }

    /// Fades out what still sounds, and returns how many samples that takes: a client that drops its audio at once would
    /// cut it with a click. A client with much audio left is told at once.
    private mutating func quiet(_ moment: Moment, _ commands: inout [Command]) -> Int {
        let left = playout.bufferEnd - moment.output
        guard left > 0, left <= options.longestFadeOut else { return 0 }
        // Nothing to fade: the audio ends by itself, or is already fading.
        guard let fade = playout.stop(at: moment.output) else { return left }
        commands.append(.play(fade, start: playout.bufferEnd - fade.count, end: playout.sent))
        return playout.bufferEnd - moment.output
    }
}

extension JSONValue {
    /// Converts seconds to whole milliseconds.
    fileprivate static func milliseconds(_ seconds: Double) -> JSONValue { .integer(Int((seconds * 1000).rounded())) }
}
