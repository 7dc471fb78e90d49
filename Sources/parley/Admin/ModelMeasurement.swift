import ArgumentParser
import Audio
import Engines
import Foundation
import JSON
import LocalEngines
import Logging

/// The command `parley models measure`.
struct ModelMeasurement: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "measure", abstract: "Run a recogniser or a voice, and measure it.",
        discussion: """
            Prints the real-time factor (seconds of work for a second of speech, one piece of work at a time), the \
            time it takes to load, the memory that it takes, and what was understood: of the sentences that the \
            default voice says, or of --audio; a voice is heard by the default recogniser. Exit codes: 0 it works, \
            64 wrong use, 70 it does not.
            """)

    @Argument(help: "The model's id.")
    var id: String

    @Option(name: .customLong("audio"), parsing: .upToNextOption, help: "WAV files for a recogniser, or folders.")
    var audio: [String] = []

    @Flag(name: .customLong("load"), help: "Only check that it can be loaded and run.")
    var onlyLoads = false

    @Flag(help: "Print JSON.")
    var json = false

    private static let sentences = [
        "Yes.", "Can you help me with something?", "I would like to check the status of my order, please.",
        "I would like to book a table for two people tomorrow evening.",
    ]

    private struct Line {
        var said: String
        var heard: String
    }

    private struct Report {
        var loading: Duration
        /// Resident memory in MiB.
        var memory: Int
        var speech = 0.0
        var work = Duration.zero
        var lines: [Line] = []

        var realTimeFactor: Double { speech > 0 ? work / .seconds(speech) : 0 }
    }

    func run() async throws {
        let home = EngineHome()
        let manifest = try Installation().models(in: home)
        guard let model = manifest[id] else {
            throw CommandError.usage("There is no model \(id); `parley models list` lists them.")
        }
        guard [.speechToText, .textToSpeech].contains(model.kind) else {
            throw CommandError.usage("\(id) is neither a recogniser nor a voice.")
        }
        let report = try await measure(model, manifest, home)
        if !onlyLoads { show(report) }
    }

    private func measure(
        _ model: ModelManifest.Model, _ manifest: ModelManifest, _ home: EngineHome
    ) async throws -> Report {
        let pool = InferencePool()
        // Synthesized first, so that the memory of the voice is not counted.
        let heard =
            model.kind == .speechToText && !onlyLoads ? try await utterances(manifest, home, pool) : []
        let before = Self.residentMemory
        let start = ContinuousClock.now
        if model.kind == .speechToText {
            let transcriber = try await pool.run(.firstAudio) {
                try EmbeddedEngines.transcriber(model, home: home, pool: pool)
            }
            _ = try await transcriber.words(in: [Float](repeating: 0, count: 16_000))
            var report = Report(loading: ContinuousClock.now - start, memory: Self.residentMemory - before)
            guard !onlyLoads else { return report }
            for (name, samples) in heard {
                let start = ContinuousClock.now
                let text = try await transcriber.words(in: samples)
                report.work += ContinuousClock.now - start
                report.speech += Double(samples.count) / 16_000
                report.lines.append(Line(said: name, heard: text))
            }
            report.memory = Self.residentMemory - before
            return report
        }
        let voice = try await pool.run(.firstAudio) { try EmbeddedEngines.synthesizer(model, home: home, pool: pool) }
        _ = try await Self.speech("Yes.", by: voice)
        var report = Report(loading: ContinuousClock.now - start, memory: Self.residentMemory - before)
        guard !onlyLoads else { return report }
        var spoken: [(String, [Float])] = []
        for sentence in Self.sentences {
            let start = ContinuousClock.now
            let samples = try await Self.speech(sentence, by: voice)
            report.work += ContinuousClock.now - start
            report.speech += Double(samples.count) / 16_000
            spoken.append((sentence, samples))
        }
        report.memory = Self.residentMemory - before
        let listener = try manifest.installedDefault(of: .speechToText, engines: EmbeddedEngines.recognizers, in: home)
        let transcriber = try await pool.run(.firstAudio) {
            try EmbeddedEngines.transcriber(listener, home: home, pool: pool)
        }
        for (sentence, samples) in spoken {
            report.lines.append(Line(said: sentence, heard: try await transcriber.words(in: samples)))
        }
        return report
    }

    /// The utterances for a recogniser, at 16 kHz.
    private func utterances(
        _ manifest: ModelManifest, _ home: EngineHome, _ pool: InferencePool
    ) async throws -> [(String, [Float])] {
        if !audio.isEmpty {
            return try Recordings.files(audio).map { file in
                (file.lastPathComponent, try Recordings.load(file, sampleRate: 16_000))
            }
        }
        let speaker = try manifest.installedDefault(of: .textToSpeech, engines: EmbeddedEngines.voices, in: home)
        let voice = try await pool.run(.firstAudio) { try EmbeddedEngines.synthesizer(speaker, home: home, pool: pool) }
        var utterances: [(String, [Float])] = []
        for sentence in Self.sentences {
            utterances.append((sentence, try await Self.speech(sentence, by: voice)))
        }
        return utterances
    }

    /// `text` as a voice says it, at 16 kHz.
    private static func speech(_ text: String, by voice: any Synthesizer) async throws -> [Float] {
        try Resampler.resample(try await voice.samples(of: text), from: voice.sampleRate, to: 16_000)
    }

    private func show(_ report: Report) {
        let factor = (report.realTimeFactor * 1000).rounded() / 1000
        let loading = Int(report.loading / .milliseconds(1))
        if json {
            let lines = report.lines.map { line -> JSONValue in
                ["said": .string(line.said), "heard": .string(line.heard)]
            }
            let fields: JSONValue = [
                "id": .string(id), "rtf": .number(factor), "load_ms": .integer(loading),
                "memory_mb": .integer(report.memory), "speech_secs": .number(report.speech), "lines": .array(lines),
            ]
            return print(fields.text)
        }
        print("\(id): real-time factor \(factor), loaded in \(loading) ms, \(report.memory) MiB")
        for line in report.lines { print("  \(line.said)\n    \(line.heard)") }
    }

    /// Resident memory of this process, in MiB.
    private static var residentMemory: Int {
        (ProcessUsage.sample(Int(getpid()))?.own.memory ?? 0) >> 20
    }
}
