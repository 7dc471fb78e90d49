import Foundation
import Language
import Testing

@testable import TurnTaking

@Suite("Times, words and the wire")
struct ValueTests {
    @Test("Spans and times count samples at 16 kHz")
    func arithmetic() {
        #expect(Span.milliseconds(32).samples == 512)
        #expect(Span.seconds(0.5) == .milliseconds(500))
        #expect(Span.seconds(1.25).milliseconds == 1250)
        #expect(Span.milliseconds(250).seconds == 0.25)
        #expect(Span.milliseconds(480).scaled(by: 1.6) == .milliseconds(768))
        #expect(CallTime.zero + .seconds(2) - .seconds(1) == CallTime(samples: 16_000))
        #expect(CallTime(samples: 20) - CallTime(samples: 50) == Span(samples: -30))
        #expect(CallTime.zero < CallTime(samples: 1) && Span.zero < .milliseconds(1))
    }

    @Test(
        "Seconds of any size are bounded and never trap",
        arguments: [1e300, -1e300, .infinity, -.infinity, .greatestFiniteMagnitude, .nan])
    func hugeSeconds(value: Double) {
        let span = Span.seconds(value)
        #expect(abs(span.seconds) <= 1e9)
        #expect(value.isNaN ? span == .zero : (span < .zero) == (value < 0))
        #expect(abs(Span.seconds(7).scaled(by: value).seconds) <= 1e9)
    }

    @Test("A policy of huge numbers runs a call, and waits", arguments: [1e300, .infinity])
    func hugePolicy(value: Double) {
        let scene = Scene.begun {
            $0.patience = value
            $0.turnTimeout = .seconds(value)
            $0.initialWait = .seconds(value)
            $0.silenceEndCall = .seconds(value)
            $0.maximumDuration = .seconds(value)
            $0.responseTimeout = .seconds(value)
        }
        scene.utterance("Book a table.")
        scene.ready()
        #expect(scene.quiet(96_000).isEmpty)
        #expect(scene.feed(.typed) == [.closeUtterance(.superseded), .prepare(1, .typed)])
    }

    @Test("Events survive JSON", arguments: Self.events)
    func eventRoundTrip(event: TurnEvent) throws { #expect(try roundTrip(event) == event) }

    private static let events: [TurnEvent] = [
        .began(greets: true), .began(greets: false),
        .voice(VoiceWindow(probability: 0.1234567, level: -31.5, echo: 0.25)), .partial("Ünï \"cøde\""),
        .transcript(pause: 7, "Yes."), .typed, .activity, .ready(3), .finished(4), .failed(5), .missed(6, "Yes."),
        .protected(6, true), .news, .waits(.seconds(3)), .waits(nil), .hangUp, .tick,
    ]

    @Test("Commands survive JSON", arguments: Self.commands)
    func commandRoundTrip(command: TurnCommand) throws { #expect(try roundTrip(command) == command) }

    private static let commands: [TurnCommand] = [
        .openUtterance(from: CallTime(samples: 5120)), .finalize(pause: 2), .closeUtterance(.answered),
        .closeUtterance(.ignored), .closeUtterance(.unanswered), .closeUtterance(.superseded),
        .prepare(1, .greeting), .prepare(2, .speech("Hello?")), .prepare(3, .typed), .prepare(4, .silence),
        .prepare(5, .farewell), .release(6), .discard(7), .interrupt(8), .end(.maximumDuration), .end(.silence),
        .end(.hangUp),
    ]

    @Test("A policy survives JSON, with and without its optional times")
    func policyRoundTrip() throws {
        #expect(try roundTrip(TurnPolicy()) == TurnPolicy())
        var policy = TurnPolicy()
        policy.turnTimeout = nil
        policy.maximumDuration = nil
        policy.initialWait = .seconds(3)
        policy.silenceEndCall = .seconds(20)
        policy.patience = 1.6
        policy.allowsInterruption = false
        #expect(try roundTrip(policy) == policy)
        #expect(try roundTrip(policy) != TurnPolicy())
    }

    @Test("Times and ids are plain numbers on the wire")
    func plainNumbers() throws {
        let json = JSONEncoder()
        #expect(try String(decoding: json.encode([Span.milliseconds(32)]), as: UTF8.self) == "[512]")
        #expect(try String(decoding: json.encode([CallTime(samples: 7)]), as: UTF8.self) == "[7]")
        #expect(try String(decoding: json.encode([ResponseID(number: 9)]), as: UTF8.self) == "[9]")
    }

    @Test("A span that would overflow the clock is refused", arguments: [Int.max, Int.min, 16_000_000_000_001])
    func hugeSpanOnTheWire(samples: Int) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Span].self, from: Data("[\(samples)]".utf8))
        }
    }

    private func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
        try JSONDecoder().decode(Value.self, from: JSONEncoder().encode(value))
    }

    @Test(
        "A mark that breaks off says that more is coming, and silence says nothing",
        arguments: [
            ("", Completeness.neutral), ("   ", .neutral), ("Well…", .open), ("Well...", .open), ("On Monday,", .open),
        ])
    func completeness(words: String, expected: Completeness) {
        let judgement = English().judgement(of: words, expecting: .nothing, after: "", ending: nil)
        #expect(judgement == WordsJudgement(expected))
    }

    @Test("The wait falls evenly as the odds of an end rise, within its bounds, and the sound moves them")
    func wait() {
        let policy = TurnPolicy()
        func wait(_ odds: Float, _ sound: Float? = nil) -> Int {
            policy.wait(after: WordsJudgement(odds: odds), probability: sound, expecting: .nothing).milliseconds
        }
        #expect([-4, -1, 0, 0.5, 1, 3].map { wait($0) } == [2200, 1700, 1100, 800, 500, 288])
        #expect(wait(0, 0.5) == 800 && wait(0, .nan) == 1100)
        #expect(wait(0, 0.99) < 350 && wait(0, 0.9) < wait(0, 0.6) && wait(0, 0.2) > 900)
        #expect(wait(0, 0) == wait(0, 0.002) && wait(0, 0) < 1600)
        // Once the sound is known, the words move it less.
        #expect(wait(-1, 0.5) == 950 && wait(2, 0.5) == 500)
        // What is to be spelled, and is not whole, waits longer.
        let spelt = policy.wait(after: WordsJudgement(odds: -1), probability: nil, expecting: .spelling)
        #expect(
            spelt == policy.wait(after: WordsJudgement(odds: -1), probability: nil, expecting: .nothing).scaled(by: 1.5)
        )
    }

    @Test("Words are compared without case and punctuation")
    func sameWords() {
        #expect(SpokenWords("Book, a TABLE!") == SpokenWords("book a table"))
        #expect(SpokenWords("don't") != SpokenWords("dont"))
        #expect(SpokenWords("for 2") != SpokenWords("for two"))
        #expect(SpokenWords("…?! ").isEmpty)
        #expect(SpokenWords("don’t") == SpokenWords("don't"), "either apostrophe")
    }

    @Test("An event from the past happens now")
    func timeDoesNotRunBack() {
        var machine = TurnMachine(policy: TurnPolicy())
        _ = machine.handle(.began(greets: false), at: .zero + .seconds(5))
        #expect(machine.handle(.typed, at: .zero) == [.prepare(1, .typed)])
        #expect(machine.now == .zero + .seconds(5))
    }
}
