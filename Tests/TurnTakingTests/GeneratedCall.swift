@testable import TurnTaking

/// Vigna's SplitMix64: the same calls from the same seeds everywhere.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var bits = state
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}

/// A call of chance: mostly what engines and callers do, in part what they never should.
struct GeneratedCall {
    struct Moment {
        var event: TurnEvent
        var time: CallTime
        var commands: [TurnCommand]
    }

    let policy: TurnPolicy
    private(set) var machine: TurnMachine
    private(set) var checker = CallChecker()
    private(set) var moments: [Moment] = []
    private var random: SplitMix64
    private var time: CallTime = .zero
    private let mayHangUp: Bool

    /// Runs the call that `seed` stands for, up to at least `length` events.
    init(seed: UInt64, length: Int = 800) {
        random = SplitMix64(state: seed)
        // Every second call has the policy that real ones have.
        var policy = seed.isMultiple(of: 2) ? TurnPolicy() : .random(using: &random)
        // Every third is in a language of which nothing is known.
        if seed.isMultiple(of: 3) { policy.language = "de" }
        self.policy = policy
        machine = TurnMachine(policy: policy)
        mayHangUp = seed.isMultiple(of: 5)
        moments.reserveCapacity(length + 300)
        if chance(5) { feed(.voice(VoiceWindow(probability: 1))) }
        feed(.began(greets: Bool.random(using: &random)))
        while moments.count < length { act() }
    }

    /// The call as its record would have it, decisions aside.
    var log: TurnLog {
        TurnLog(
            policy: policy,
            entries: moments.map { TurnLog.Entry(time: $0.time, event: $0.event, commands: $0.commands) })
    }

    /// The place and nature of what went wrong, with the events that led to it.
    var account: String {
        let trail = moments.suffix(20).map { "\($0.time.samples / 16) ms \($0.event) → \($0.commands)" }
        return "\(checker.violations.prefix(3)) after\n" + trail.joined(separator: "\n")
    }

    private mutating func feed(_ event: TurnEvent) { feed(event, at: time) }

    private mutating func feed(_ event: TurnEvent, at time: CallTime) {
        // What comes after the first mistake says nothing new.
        guard checker.violations.isEmpty else {
            moments.append(Moment(event: event, time: time, commands: []))
            return
        }
        let commands = machine.handle(event, at: time)
        moments.append(Moment(event: event, time: time, commands: commands))
        checker.follow(event, commands)
        checker.compare(with: machine)
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func windows(_ count: ClosedRange<Int>, _ probability: ClosedRange<Float>) {
        for _ in 0..<Int.random(in: count, using: &random) {
            time = time + Scene.window
            let window = VoiceWindow(
                probability: Float.random(in: probability, using: &random),
                level: Float.random(in: -40 ... -10, using: &random), echo: chance(10) ? 0.9 : 0.1)
            feed(.voice(window))
        }
    }

    private mutating func act() {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<20: windows(1...12, 0.5...1)
        case 20..<44: windows(1...30, 0...0.34)
        case 44..<48: windows(1...20, 0...1)
        case 48..<49: windows(60...400, 0...0.1)
        case 49..<51:
            time = time + .milliseconds(Int.random(in: 0...8000, using: &random))
            feed(.tick)
        case 51..<65: feed(.transcript(pause: checker.pause, words()))
        case 65..<67: feed(.transcript(pause: Int.random(in: -1...9, using: &random), words()))
        case 67..<69: feed(.partial(words()))
        case 69..<71: feed(.verdict(pause: checker.pause, probability: Float.random(in: 0...1, using: &random)))
        case 71..<72:
            let probability = chance(5) ? Float.nan : Float.random(in: 0...1, using: &random)
            feed(.ending(words: words(), probability: probability))
        case 72..<84: feed(.ready(checker.prepared ?? checker.newest))
        case 84..<86: feed(.ready(stranger()))
        case 86..<91:
            if chance(70) { feed(.said(words())) }
            feed(.finished(checker.released ?? checker.newest))
        case 91..<92: feed(.finished(stranger()))
        case 92..<93: feed(.failed(checker.prepared ?? checker.released ?? checker.newest))
        case 93..<94: feed(chance(50) ? .failed(stranger()) : .missed(checker.prepared ?? checker.newest, words()))
        case 94..<96: feed(chance(50) ? .typed : .news)
        case 96..<97: feed(chance(50) ? .activity : .protected(checker.released ?? checker.newest, chance(50)))
        case 97..<98: feed(chance(60) ? .began(greets: true) : chance(50) ? .waits(.seconds(3)) : .takenOver(policy))
        case 98..<99: feed(.voice(VoiceWindow(probability: .nan)), at: time - .milliseconds(500))
        default: if mayHangUp, chance(50) { feed(.hangUp) }
        }
    }

    private mutating func stranger() -> ResponseID {
        ResponseID(number: checker.newest.number + Int.random(in: -3...2, using: &random))
    }

    private mutating func words() -> String {
        [
            "", "Book a table.", "book a table", "Book a table for two.", "And", "My number is", "?", "Yes", "No!",
            "I was told that,", "Mm-hm.", "Okay", "Wait", "Hello? Are you there?",
        ].randomElement(using: &random) ?? ""
    }

    // MARK: What may follow

    var commands: [[TurnCommand]] { moments.map(\.commands) }

    /// What the same events lead to under `policy`.
    func replayed(under policy: TurnPolicy) -> (commands: [[TurnCommand]], violations: [String]) {
        var machine = TurnMachine(policy: policy)
        var checker = CallChecker()
        var replayed: [[TurnCommand]] = []
        replayed.reserveCapacity(moments.count)
        for moment in moments {
            let commands = machine.handle(moment.event, at: moment.time)
            checker.follow(moment.event, commands)
            checker.compare(with: machine)
            replayed.append(commands)
        }
        return (replayed, checker.violations)
    }

    /// How long the call, from here on in silence, takes until nobody has anything left to do; nil when it is more
    /// than `limit`.
    ///
    /// The agent's responses are heard to their end; the transcriber and the model answer at once, or, when `isMute`,
    /// never.
    func settles(within limit: Span, isMute: Bool) -> Span? {
        var machine = machine
        var checker = checker
        var spent = Span.zero
        var answered = 0
        while true {
            while !checker.isOver {
                let event: TurnEvent
                if let released = checker.released {
                    event = .finished(released)
                } else if !isMute, checker.pause > answered {
                    event = .transcript(pause: checker.pause, "Book a table.")
                    answered = checker.pause
                } else if !isMute, let prepared = checker.prepared {
                    event = .ready(prepared)
                    let commands = machine.handle(event, at: machine.now)
                    checker.follow(event, commands)
                    if commands.isEmpty { break }
                    continue
                } else {
                    break
                }
                checker.follow(event, machine.handle(event, at: machine.now))
            }
            if checker.isOver || (machine.caller == .silent && machine.agent == .idle) { return spent }
            guard spent <= limit, checker.violations.isEmpty else { return nil }
            spent += Scene.window
            let silence = TurnEvent.voice(VoiceWindow(probability: 0))
            checker.follow(silence, machine.handle(silence, at: machine.now + Scene.window))
        }
    }
}

extension TurnPolicy {
    /// A policy such as somebody might configure, wise or not.
    static func random(using random: inout SplitMix64) -> TurnPolicy {
        func span(_ range: ClosedRange<Int>) -> Span { .milliseconds(Int.random(in: range, using: &random)) }
        func perhaps(_ range: ClosedRange<Int>) -> Span? { Bool.random(using: &random) ? span(range) : nil }
        var policy = TurnPolicy()
        policy.speechThreshold = Float.random(in: 0.2...0.8, using: &random)
        policy.silenceThreshold = Float.random(in: 0.1...0.9, using: &random)
        policy.minimumSpeech = span(0...320)
        policy.preRoll = span(0...1000)
        policy.softEnd = span(0...400)
        func wait(_ range: ClosedRange<Int>) -> TurnPolicy.Wait {
            TurnPolicy.Wait(certain: span(range), unknown: span(range), doubtful: span(range))
        }
        policy.completeWait = wait(0...1000)
        policy.neutralWait = wait(0...1500)
        policy.openWait = wait(0...3000)
        policy.evenWait = span(0...1500)
        policy.oddsWait = span(0...1000)
        policy.shortestWait = span(0...500)
        policy.longestWait = span(500...3000)
        policy.usesTurnDetector = Bool.random(using: &random)
        policy.usesEndOfUtteranceModel = Bool.random(using: &random)
        policy.judgements = (0..<Int.random(in: 0...4, using: &random)).map { .milliseconds($0 * 250) }
        policy.learnsPace = Bool.random(using: &random)
        policy.speculates = Bool.random(using: &random)
        policy.maximumSpeculations = Int.random(in: 0...4, using: &random)
        policy.leadTime = span(0...1500)
        policy.maximumUtterance = span(500...20_000)
        policy.wordStall = span(0...3000)
        policy.overlapMargin = Float.random(in: 0...20, using: &random)
        policy.transcriptWait = span(0...5000)
        policy.resumption = span(0...500)
        policy.patience = Double.random(in: 0...3, using: &random)
        policy.duckAfter = span(0...300)
        policy.holdAfter = span(0...600)
        policy.floorWithoutWords = span(0...1500)
        policy.overlapWait = span(0...1200)
        policy.ignoredTerms = Bool.random(using: &random) ? ["book", "One moment"] : []
        policy.keepsWordsOverUninterruptible = Bool.random(using: &random)
        policy.earlyAnswer = span(0...3000)
        policy.allowsInterruption = Bool.random(using: &random)
        policy.allowsGreetingInterruption = Bool.random(using: &random)
        policy.turnTimeout = perhaps(0...9000)
        policy.initialWait = perhaps(0...9000)
        policy.recovery = span(0...3000)
        policy.softTimeout = perhaps(0...3000)
        policy.maximumFillers = Int.random(in: 1...8, using: &random)
        policy.farewellGrace = span(0...8000)
        policy.maximumReengagements = Int.random(in: 0...4, using: &random)
        policy.silenceEndCall = perhaps(2000...15_000)
        policy.activityHold = span(0...4000)
        policy.maximumDuration = perhaps(3000...60_000)
        policy.responseTimeout = span(0...8000)
        return policy
    }

    /// Everything at once.
    static var hasty: TurnPolicy {
        var policy = TurnPolicy()
        policy.minimumSpeech = .zero
        policy.softEnd = .zero
        let none = Wait(certain: .zero, unknown: .zero, doubtful: .zero)
        policy.completeWait = none
        policy.neutralWait = none
        policy.openWait = none
        policy.longestWait = .zero
        policy.usesTurnDetector = true
        policy.judgements = [.zero, .zero]
        policy.leadTime = .zero
        policy.maximumUtterance = .zero
        policy.wordStall = .zero
        policy.transcriptWait = .zero
        policy.resumption = .zero
        policy.duckAfter = .zero
        policy.holdAfter = .zero
        policy.floorWithoutWords = .zero
        policy.overlapWait = .zero
        policy.softTimeout = .zero
        policy.recovery = .zero
        policy.turnTimeout = .zero
        policy.activityHold = .zero
        policy.maximumDuration = nil
        policy.responseTimeout = .zero
        return policy
    }

    /// Everything later than any call lasts.
    static var endless: TurnPolicy {
        var policy = TurnPolicy()
        policy.patience = 1e300
        policy.transcriptWait = .seconds(1e300)
        policy.turnTimeout = .seconds(1e300)
        policy.silenceEndCall = .seconds(1e300)
        policy.maximumDuration = .seconds(1e300)
        policy.responseTimeout = .seconds(1e300)
        return policy
    }
}
