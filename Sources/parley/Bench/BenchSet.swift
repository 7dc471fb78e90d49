import ArgumentParser
import Audio
import CallMetrics
import Foundation

/// A set of calls, which measures one aspect.
enum BenchSet: String, CaseIterable, ExpressibleByArgument, Codable, Sendable {
    case answers
    case pauses
    case bargeIn = "barge-in"
    case backchannel
    case noise
    case echo
    case spelling
    case concurrency
    case speech
    case tools
    case all

    /// Recordings of one turn of a call.
    var recordingsPerTurn: Int { self == .bargeIn || self == .backchannel ? 2 : 1 }

    /// Whether it plays the recordings of `--audio` as turns of a call.
    var playsCallers: Bool { ![.spelling, .speech, .tools, .all].contains(self) }

    /// The sets that the names stand for, without duplicates.
    static func expand(_ sets: [BenchSet]) -> [BenchSet] {
        let named = sets.contains(.all) ? allCases.filter { $0 != .all } : sets
        return named.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// A run of calls under one condition.
struct BenchRun: Sendable {
    /// The name of the condition, such as "noise 10 dB".
    var name: String
    var set: BenchSet
    var calls = 1
    /// The recordings of each call; the number of the call makes them differ.
    var script: @Sendable (_ call: Int) -> [ScriptedCaller.Recording]
    var background: [Float] = []
    /// Delay of the agent's voice in the microphone, in seconds; nil for headphones.
    var echoDelay: Double?
    /// Silence of the agent after which its answer is over, in seconds; nil for the bench's default.
    var gap: Double?
    /// What recordings spell, by their names.
    var spelled: [String: String] = [:]
    /// The model that writes the answers in place of the agent's own; nil for the agent's own.
    var model: ScriptedModel?
    /// Whether the callers are speakers on whom nothing was tuned; nil where that is not told apart.
    var isUnseen: Bool?
    /// Whether the run is left out of the report, because it only measures the server with one call.
    var isWarmUp = false
}

/// Makes the runs of the sets from recordings, at one sample rate.
struct BenchSounds: Sendable {
    /// Pauses that are put into sentences, in seconds: longer than any turn detector should need, shorter than people
    /// take to think in mid-sentence.
    static let pauses = [0.7, 0.85, 1.0, 1.2]
    /// Signal-to-noise ratios, in dB.
    static let noiseRatios = [20.0, 10, 5]
    /// Delays of the agent's voice in the microphone, in seconds.
    static let echoDelays = [0.080, 0.160, 0.250]
    /// Silence of the agent after which a turn of the noise and echo sets ends, in seconds: noise has time to open a
    /// turn, but it is shorter than the seven seconds after which agents speak up by themselves.
    static let longGap = 3.0
    /// Silence between two letters, in seconds.
    static let letterGap = 0.15
    /// Every other turn of the spelling set: the most common family names of English-speaking countries, and some that
    /// have to be spelled there.
    static let names = [
        "smith", "nguyen", "johnson", "kowalski", "garcia", "obrien", "williams", "fitzgerald", "patel", "schwarz",
        "murphy", "vasquez",
    ]

    var sampleRate: Int
    var turns: Int
    /// Number of concurrent calls in the plain sets.
    var calls: Int
    var callers: [ScriptedCaller.Recording]
    var backchannels: [ScriptedCaller.Recording] = []
    var noises: [[Float]] = []
    /// The recordings of letters and digits, by character.
    var letters: [Character: [[Float]]] = [:]

    /// The runs of one set, each with the callers and then with `unseen` ones, if there are any.
    func runs(_ set: BenchSet, unseen files: [URL]) throws -> [BenchRun] {
        let runs = try runs(set)
        guard !files.isEmpty, set.playsCallers else { return runs }
        var others = self
        others.callers = try BenchInputs.callers(files, sampleRate: sampleRate)
        return try zip(runs, others.runs(set)).flatMap { known, unseen in
            var (known, unseen) = (known, unseen)
            (known.isUnseen, unseen.isUnseen) = (false, true)
            unseen.name += ", unseen speakers"
            return [known, unseen]
        }
    }

    /// The runs of one set.
    private func runs(_ set: BenchSet) throws -> [BenchRun] {
        switch set {
        case .answers: return [BenchRun(name: "answers", set: set, calls: calls, script: script { [$0] })]
        case .bargeIn:
            return [
                BenchRun(name: "barge-in", set: set, calls: calls) { call in
                    (0..<turns).flatMap { turn -> [ScriptedCaller.Recording] in
                        var next = recording(turn + call + 1)
                        next.role = .bargeIn
                        return [recording(turn + call), next]
                    }
                }
            ]
        case .pauses: return [try pauses()]
        case .backchannel:
            let sounds = backchannels
            return [
                BenchRun(name: "backchannel", set: set, calls: calls) { call in
                    (0..<turns).flatMap { turn in
                        [recording(turn + call), sounds[(turn + call) % sounds.count]]
                    }
                }
            ]
        case .noise:
            guard let level = CallerSounds.level(of: callers.map(\.samples), sampleRate: sampleRate) else { return [] }
            return Self.noiseRatios.map { ratio in
                BenchRun(
                    name: "noise \(Int(ratio)) dB", set: set, script: script { [$0] },
                    background: CallerSounds.background(noises, speech: level, ratio: ratio), gap: Self.longGap)
            }
        case .echo:
            return Self.echoDelays.map { delay in
                BenchRun(
                    name: "echo \(Int(delay * 1000)) ms", set: set, script: script { [$0] }, echoDelay: delay,
                    gap: Self.longGap)
            }
        case .spelling: return [spelling()]
        // Benches of their own.
        case .speech, .tools: return []
        case .concurrency:
            return [1, 2, 4].map { count in
                BenchRun(name: "\(count) call\(count == 1 ? "" : "s")", set: set, calls: count, script: script { [$0] })
            }
        case .all: return []
        }
    }

    private func recording(_ index: Int) -> ScriptedCaller.Recording { callers[index % callers.count] }

    /// Scripts that begin each call with another recording.
    private func script(
        _ turn: @escaping @Sendable (ScriptedCaller.Recording) -> [ScriptedCaller.Recording]
    ) -> @Sendable (Int) -> [ScriptedCaller.Recording] {
        { call in (0..<turns).flatMap { turn(recording($0 + call)) } }
    }

    private func pauses() throws -> BenchRun {
        let paused = callers.flatMap { caller in
            // A recording with such a pause gets no other: the two together would be longer than people pause.
            if CallerSounds.longestPause(in: caller.samples, sampleRate: sampleRate) >= Self.pauses[0] {
                return [caller]
            }
            return Self.pauses.compactMap { pause -> ScriptedCaller.Recording? in
                CallerSounds.paused(caller.samples, sampleRate: sampleRate, pause: pause).map {
                    ScriptedCaller.Recording(name: caller.name, samples: $0)
                }
            }
        }
        guard !paused.isEmpty else {
            throw CommandError.usage("--set pauses: there is no recording with 1.2 s of speech.")
        }
        // Ordered so that neighbours differ in both pause and recording.
        let step = Self.pauses.count + 1
        return BenchRun(name: "pauses", set: .pauses, calls: calls) { call in
            (0..<turns).map { paused[($0 + call) * step % paused.count] }
        }
    }

    /// The spelling run: codes of three to eight letters and digits alternate with family names, each by one speaker,
    /// for an agent that asks for them.
    private func spelling() -> BenchRun {
        let symbols = letters.keys.sorted()
        let names = Self.names.filter { $0.allSatisfy { letters[$0] != nil } }
        var random = SplitMix64(state: 7)
        var spelled: [String: String] = [:]
        let recordings = (0..<turns).map { turn -> ScriptedCaller.Recording in
            let length = 3 + turn / 2 % 6
            let code =
                turn.isMultiple(of: 2) || names.isEmpty
                ? (0..<length).map { _ in symbols[Int(random.next() % UInt64(symbols.count))] }
                : Array(names[turn / 2 % names.count])
            let name = "\(turn + 1): \(String(code))"
            spelled[name] = String(code)
            let pieces = code.compactMap { symbol in letters[symbol].map { $0[turn / 2 % $0.count] } }
            return ScriptedCaller.Recording(
                name: name, samples: CallerSounds.strung(pieces, sampleRate: sampleRate, gap: Self.letterGap))
        }
        let model = ScriptedModel(
            firstMessage: "Hello. Please spell your name or your code for me, letter by letter.",
            answers: ["Thank you. Please spell the next one, letter by letter."])
        return BenchRun(name: "spelling", set: .spelling, script: { _ in recordings }, spelled: spelled, model: model)
    }
}

/// A random number generator with the same numbers in every run (S. Vigna, 2015).
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
