import Language

@testable import TurnTaking

/// A call told line by line, in virtual time: the caller's audio in windows of 32 ms, and what the engines answer.
///
/// Every line gives the commands that it led to.
final class Scene {
    /// The voice-activity detector's window at 16 kHz.
    static let window = Span.milliseconds(32)

    private(set) var machine: TurnMachine
    private(set) var time: CallTime = .zero
    /// The pause that `finalize` last named.
    private(set) var pause = 0
    /// The response that was last prepared.
    private(set) var newest = ResponseID(number: 0)
    private(set) var log: [TurnCommand] = []
    /// The whole scene as a call's record would have it.
    private(set) var record: TurnLog

    init(_ policy: TurnPolicy = TurnPolicy(), language: any SpokenLanguage = MarkedEnglish()) {
        machine = TurnMachine(policy: policy, language: language)
        record = TurnLog(policy: policy)
    }

    /// A call that has begun, with nothing said yet. One that is replayed is told in English, whose weights a replay uses.
    static func begun(
        greets: Bool = false, language: any SpokenLanguage = MarkedEnglish(),
        _ adjust: (inout TurnPolicy) -> Void = { _ in }
    ) -> Scene {
        var policy = TurnPolicy()
        // The waits of these scenes are those of the policy, whatever the caller's pauses were.
        policy.learnsPace = false
        adjust(&policy)
        let scene = Scene(policy, language: language)
        scene.feed(.began(greets: greets))
        return scene
    }

    /// A call in which the agent's greeting is being heard.
    static func greeted(_ adjust: (inout TurnPolicy) -> Void = { _ in }) -> Scene {
        let scene = begun(greets: true, adjust)
        scene.ready()
        return scene
    }

    /// A call in which an answer to the caller's words is being heard.
    static func answering(_ adjust: (inout TurnPolicy) -> Void = { _ in }) -> Scene {
        let scene = begun(adjust)
        scene.utterance("Book a table.")
        scene.ready()
        scene.quiet(384)
        return scene
    }

    @discardableResult
    func feed(_ event: TurnEvent) -> [TurnCommand] {
        let commands = machine.handle(event, at: time)
        for command in commands {
            if case .finalize(let number) = command { pause = number }
            if case .prepare(let id, _) = command { newest = id }
        }
        log += commands
        record.entries.append(
            TurnLog.Entry(time: time, event: event, decisions: machine.decisions, commands: commands))
        return commands
    }

    /// Windows of one probability, for at least so many milliseconds.
    @discardableResult
    func voice(
        _ probability: Float, level: Float = -20, echo: Float = 0, for milliseconds: Int
    ) -> [TurnCommand] {
        var commands: [TurnCommand] = []
        for _ in 0..<((milliseconds + 31) / 32) {
            time = time + Self.window
            commands += feed(.voice(VoiceWindow(probability: probability, level: level, echo: echo)))
        }
        return commands
    }

    @discardableResult
    func say(_ milliseconds: Int) -> [TurnCommand] { voice(0.95, for: milliseconds) }

    @discardableResult
    func quiet(_ milliseconds: Int) -> [TurnCommand] { voice(0.02, level: -65, for: milliseconds) }

    /// The time of a conversation without audio.
    @discardableResult
    func wait(_ milliseconds: Int) -> [TurnCommand] {
        time = time + .milliseconds(milliseconds)
        return feed(.tick)
    }

    /// Words, the soft end after them and their transcript.
    @discardableResult
    func utterance(_ text: String) -> [TurnCommand] {
        say(640)
        quiet(96)
        return transcript(text)
    }

    /// Answers the last `finalize`.
    @discardableResult
    func transcript(_ text: String) -> [TurnCommand] { feed(.transcript(pause: pause, text)) }

    @discardableResult
    func ready() -> [TurnCommand] { feed(.ready(newest)) }

    @discardableResult
    func finished() -> [TurnCommand] { feed(.finished(newest)) }

    @discardableResult
    func failed() -> [TurnCommand] { feed(.failed(newest)) }

    var isCallerSilent: Bool { machine.caller == .silent }
    var isAgentIdle: Bool { machine.agent == .idle }
}

extension ResponseID: ExpressibleByIntegerLiteral {
    /// Lets scenes name responses by their numbers alone.
    public init(integerLiteral value: Int) { self.init(number: value) }
}
