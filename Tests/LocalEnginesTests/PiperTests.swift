import Engines
import Foundation
import Glibc
import Testing

@testable import LocalEngines

@Suite("Phonemes by espeak-ng", .timeLimit(.minutes(1)))
struct EspeakPhonemizerTests {
    private let phonemizer = EspeakPhonemizer(voice: "en-us")

    @Test("answers line for line")
    func lines() throws {
        let result = try phonemizer.phonemes(["hello", "", "e.g. Mr. X", "yes"])
        #expect(result.count == 4)
        #expect(result[0] == "həlˈoʊ")
        #expect(result[1] == "")
        #expect(result[3] == "jˈɛs")
        #expect(try phonemizer.phonemes([]) == [])
    }

    @Test("takes text that would be commands to espeak-ng as text")
    func injection() throws {
        let result = try phonemizer.phonemes(["[[x x x]]", "a\nb", "[[_:", "yes"])
        #expect(result.count == 4)
        #expect(result[3] == "jˈɛs")
    }

    @Test("answers many lines at once without blocking on full pipes")
    func bulk() throws {
        // More than a second of work for espeak-ng, of which it gets little while all other tests run.
        let phonemizer = EspeakPhonemizer(voice: "en-us", timeout: 30)
        let lines = (0..<400).map { _ in "this sentence is one of very many that are sent together in one go" }
        let result = try phonemizer.phonemes(lines)
        #expect(result.count == 400)
        #expect(Set(result).count == 1)
    }

    @Test("starts espeak-ng again when it has died")
    func restart() throws {
        _ = try phonemizer.phonemes(["one"])
        let first = try #require(phonemizer.processID)
        kill(first, SIGKILL)
        #expect(try phonemizer.phonemes(["yes"]) == ["jˈɛs"])
        #expect(phonemizer.processID != first)
    }

    @Test("gives up on an espeak-ng that does not answer, and recovers")
    func timeout() throws {
        let phonemizer = EspeakPhonemizer(voice: "en-us", timeout: 0.3)
        _ = try phonemizer.phonemes(["one"])
        let stopped = try #require(phonemizer.processID)
        kill(stopped, SIGSTOP)
        let error = try #require(throws: EngineError.self) { try phonemizer.phonemes(["two"]) }
        #expect(error.kind == .timeout)
        // The stopped one has been killed and reaped.
        #expect(kill(stopped, 0) == -1)
        #expect(phonemizer.processID == nil)
        #expect(try phonemizer.phonemes(["yes"]) == ["jˈɛs"])
    }

    @Test(
        "says so when espeak-ng is missing or ends by itself",
        arguments: [("/nowhere/espeak-ng", EngineError.Kind.unavailable), ("false", .failed)])
    func broken(program: String, kind: EngineError.Kind) throws {
        let error = try #require(throws: EngineError.self) {
            try EspeakPhonemizer(voice: "en-us", program: program).phonemes(["one"])
        }
        #expect(error.kind == kind)
        #expect(error.message.contains(program))
    }

    @Test("leaves no process behind")
    func ending() throws {
        var other: EspeakPhonemizer? = EspeakPhonemizer(voice: "en-us")
        _ = try other?.phonemes(["one"])
        let id = try #require(other?.processID)
        other = nil
        #expect(kill(id, 0) == -1)
    }
}

@Suite("Spoken phrases")
struct SpokenPhraseTests {
    @Test("end at punctuation, and count the text's words")
    func phrases() {
        let phrases = SpokenPhrase.phrases(of: "Well, \"Dr. Smith\" said: come at 3:45 — or (maybe) later?!  And then")
        #expect(phrases.map(\.text) == ["Well", "Dr Smith said", "come at 3:45", "or maybe later", "And then"])
        #expect(phrases.map(\.mark) == [",", ":", ",", "?", ","])
        #expect(phrases.map(\.words) == [0..<1, 1..<4, 4..<8, 8..<11, 11..<13])
    }

    @Test("speak nothing where there is nothing to say", arguments: ["", "  ", "...", "— -"])
    func nothing(text: String) {
        #expect(SpokenPhrase.phrases(of: text).isEmpty)
    }

    @Test("are bounded without punctuation too")
    func bounded() {
        let phrases = SpokenPhrase.phrases(of: String(repeating: "word ", count: 100))
        #expect(phrases.map(\.words.count) == [24, 24, 24, 24, 4])
        #expect(SpokenPhrase.groups(phrases, splitAfter: 10).map(\.count) == [1, 1, 1, 1, 1])
    }

    @Test("keep what belongs to a word")
    func cores() {
        #expect(
            SpokenPhrase.phrases(of: "-5 $3.50 don't R&D 50% C++").flatMap(\.cores) == [
                "-5", "$3.50", "don't", "R&D", "50%", "C++",
            ])
    }

    @Test("stay together when there are few words, else are spoken part by part")
    func groups() {
        let short = SpokenPhrase.phrases(of: "Yes, of course, here it is.")
        #expect(SpokenPhrase.groups(short, splitAfter: 10).count == 1)
        let long = SpokenPhrase.phrases(
            of: "Yes, we are open today, from nine in the morning until six in the evening, except on Sundays, sir.")
        let groups = SpokenPhrase.groups(long, splitAfter: 10)
        #expect(
            groups.map { $0.map(\.text).joined(separator: "|") } == [
                "Yes|we are open today", "from nine in the morning until six in the evening", "except on Sundays|sir",
            ])
        #expect(groups.flatMap { $0 } == long)
    }
}

@Suite("Piper", .needsModels, .timeLimit(.minutes(3)))
struct PiperTests {
    @Test("times every word in order, from the first audible sample to the last")
    func words() async throws {
        let engines = try TestEngines.load()
        let text = "Your order, number 1234, arrives on Tuesday — before noon."
        let (samples, words) = try await engines.speech(text)
        #expect(words.map(\.index) == Array(0..<10))
        #expect(zip(words, words.dropFirst()).allSatisfy { $0.samples.upperBound <= $1.samples.lowerBound })
        let peak = samples.map { abs($0) }.max() ?? 0
        #expect(peak > 0.05 && peak <= 1)
        #expect(words.first?.samples.lowerBound == samples.firstIndex { abs($0) > peak * 0.02 })
        #expect(words.last?.samples.upperBound == samples.lastIndex { abs($0) > peak * 0.02 }.map { $0 + 1 })
        // Four digits take longer than any other word.
        let longest = words.max { $0.samples.count < $1.samples.count }
        #expect(longest?.index == 3)
        #expect(words[7].samples.isEmpty)
    }

    @Test("ends the words where a recogniser stops hearing them")
    func heardWords() async throws {
        let engines = try TestEngines.load()
        let text = "The restaurant opens every morning at seven."
        let (samples, words) = try await engines.speech(text)
        let end = words[3].samples.upperBound
        let rate = engines.synthesizer.sampleRate
        let heard = try await engines.transcript(TestEngines.at16kHz(Array(samples[..<end]), from: rate))
        let count = plainWords(heard).count
        #expect((3...5).contains(count), "\(heard)")
    }

    @Test("speaks long text in parts that follow each other")
    func parts() async throws {
        let engines = try TestEngines.load()
        let text =
            "We are open from Monday to Friday, from nine in the morning until six in the evening, and on Saturdays."
        var chunks: [SpeechChunk] = []
        for try await chunk in engines.synthesizer.synthesize(SpeechRequest(text: text, priority: .firstAudio)) {
            chunks.append(chunk)
        }
        #expect(chunks.count > 1)
        #expect(chunks.flatMap(\.words).map(\.index) == Array(0..<20))
        let second = try #require(chunks.dropFirst().first)
        #expect(second.words[0].samples.lowerBound >= chunks[0].samples.count)
        let heard = plainWords(
            try await engines.transcript(
                TestEngines.at16kHz(chunks.flatMap(\.samples), from: engines.synthesizer.sampleRate)))
        #expect(heard.count >= 17 && heard.last?.hasPrefix("saturday") == true, "\(heard)")
    }

    @Test("varies from take to take only as much as it is told to")
    func variation() async throws {
        let engines = try TestEngines.load()
        let text = "The same words again."
        let (first, second) = try await (engines.speech(text).samples, engines.speech(text).samples)
        #expect(first.count == second.count)
        #expect(zip(first, second).allSatisfy { abs($0 - $1) < 0.01 })
        let lively = try PhonemeSynthesizer(home: TestEngines.home, pool: engines.pool)
        var takes: [[Float]] = []
        for _ in 0..<2 {
            for try await chunk in lively.synthesize(SpeechRequest(text: text)) { takes.append(chunk.samples) }
        }
        #expect(takes.count == 2 && zip(takes[0], takes[1]).contains { abs($0 - $1) > 0.05 })
    }

    @Test("speaks faster and slower")
    func speed() async throws {
        let engines = try TestEngines.load()
        let text = "This sentence has a certain length."
        let slow = try await engines.speech(text, speed: 0.7).samples.count
        let fast = try await engines.speech(text, speed: 1.2).samples.count
        #expect(Double(slow) > 1.3 * Double(fast))
    }

    @Test("says nothing for nothing, and refuses what is far too long")
    func bounds() async throws {
        let engines = try TestEngines.load()
        #expect(try await engines.speech(" … ").samples.isEmpty)
        let error = await #expect(throws: EngineError.self) {
            try await engines.speech(String(repeating: "word ", count: 1000))
        }
        #expect(error?.kind == .rejected)
    }

    @Test("speaks for several callers at once")
    func concurrency() async throws {
        let engines = try TestEngines.load()
        let texts = ["Good morning, how can I help you?", "Your table is booked for seven.", "Goodbye and thank you."]
        let heard = try await withThrowingTaskGroup(of: (Int, String).self) { group in
            for (index, text) in texts.enumerated() {
                group.addTask { (index, try await engines.transcript(engines.heard(text))) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        for (index, text) in texts.enumerated() { #expect(plainWords(heard[index] ?? "") == plainWords(text)) }
    }
}
