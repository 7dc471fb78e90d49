import Audio
import CallMetrics
import Engines
import Foundation
import JSON
import Language
import LocalEngines

/// The recordings of the bench, from files or from the embedded voice.
enum BenchInputs {
    /// Backchannels for the embedded voice.
    private static let backchannels = ["Mm-hm.", "Yeah.", "Okay.", "Right.", "Uh-huh."]
    /// The digits by their names in file names.
    private static let digits = EnglishWords.numbers.filter { $0.value < 10 }.mapValues { Character(String($0)) }

    static func callers(_ files: [URL], sampleRate: Int) throws -> [ScriptedCaller.Recording] {
        try files.map { file in
            let samples = try Recordings.load(file, sampleRate: sampleRate)
            guard let speech = Audibility.speech(in: samples, sampleRate: sampleRate) else {
                throw CommandError.usage("\(file.lastPathComponent): there is no speech in it.")
            }
            // A recording may go on long after its speech: the answer could be over before the turn is.
            let end = min(samples.count, speech.end + sampleRate / 5)
            return ScriptedCaller.Recording(name: file.lastPathComponent, samples: Array(samples[..<end]))
        }
    }

    /// The backchannels, from recordings or else from the embedded voice; always with a cough and taps.
    static func backchannels(_ files: [URL], sampleRate: Int) async throws -> [ScriptedCaller.Recording] {
        var sounds: [ScriptedCaller.Recording]
        if files.isEmpty {
            sounds = try await synthesized(sampleRate: sampleRate)
        } else {
            sounds = try callers(files, sampleRate: sampleRate)
        }
        sounds.append(.init(name: "cough", samples: CallerSounds.cough(sampleRate: sampleRate)))
        sounds.append(.init(name: "taps", samples: CallerSounds.taps(sampleRate: sampleRate)))
        return sounds.map { .init(name: $0.name, samples: $0.samples, role: .backchannel) }
    }

    private static func synthesized(sampleRate: Int) async throws -> [ScriptedCaller.Recording] {
        let pool = InferencePool(LocalEngineOptions().inference)
        let voice: PhonemeSynthesizer
        do {
            let home = EngineHome()
            voice = try await pool.run(.firstAudio) { try PhonemeSynthesizer(home: home, pool: pool) }
        } catch {
            throw CommandError.usage(
                "The embedded voice, which says \"mm-hm\", is not available (\(error)); give --backchannels.")
        }
        var sounds: [ScriptedCaller.Recording] = []
        for text in backchannels {
            let samples = try await voice.samples(of: text)
            // A tenth higher than the agent, which may have the same voice.
            let pitched = try Resampler.resample(samples, from: voice.sampleRate * 11 / 10, to: sampleRate)
            sounds.append(.init(name: text, samples: pitched))
        }
        return sounds
    }

    /// The recordings of letters and digits, which are named for them, such as `a_1.wav` and `seven_2.wav`.
    static func letters(_ files: [URL], sampleRate: Int) throws -> [Character: [[Float]]] {
        var letters: [Character: [[Float]]] = [:]
        for file in files {
            let name = file.deletingPathExtension().lastPathComponent.lowercased().prefix { $0 != "_" }
            guard let symbol = digits[String(name)] ?? (name.count == 1 ? name.first : nil) else {
                throw CommandError.usage(
                    "\(file.lastPathComponent): recordings to spell with are named a_1.wav or seven_2.wav.")
            }
            letters[symbol, default: []].append(try Recordings.load(file, sampleRate: sampleRate))
        }
        return letters
    }

    /// The words of the recordings, by file name.
    static func references(_ path: String?, beside files: [URL]) throws -> [String: String] {
        let beside = files.first?.deletingLastPathComponent().appending(path: "transcripts.json")
        let file: URL
        if let path {
            file = URL(filePath: path)
        } else if let beside, FileManager.default.fileExists(atPath: beside.path) {
            file = beside
        } else {
            return [:]
        }
        guard let members = try? JSONValue(parsing: Data(contentsOf: file)).objectValue else {
            throw CommandError.usage("\(file.lastPathComponent): expected {\"file name\": \"text\"}.")
        }
        // Names may lack their extension.
        return Dictionary(
            members.compactMap { name, value in
                value.stringValue.map { (name.hasSuffix(".wav") ? name : name + ".wav", $0) }
            }, uniquingKeysWith: { _, last in last })
    }
}
