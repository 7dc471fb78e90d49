import Audio
import Engines
import Foundation
import Subprocess
import SystemPackage
import Tasks

/// espeak-ng as a voice: it sounds like a machine, and speaks a hundred languages.
///
/// Each clause is spoken by a process of its own, which takes some 50 ms and keeps its licence (GPL-3) apart from
/// Parley.
public struct EspeakSynthesizer: Synthesizer {
    /// The model's id in the manifest.
    public let id: String
    /// `mul`, because espeak-ng speaks a hundred languages.
    public var languages: [String] { ["mul"] }
    /// The voice runs on this machine.
    public var isEmbedded: Bool { true }
    /// The sample rate of espeak-ng, in Hz.
    public let sampleRate = 22_050
    private let known: EspeakLanguages
    private let options: LocalEngineOptions.Synthesis
    private let program: String

    /// espeak-ng's words a minute at a speed of 1, which is its own default.
    private static let pace = 175.0
    /// Size of the WAV header that espeak-ng writes, in bytes.
    private static let header = 44
    /// Longest output, in bytes: ten minutes, more than any clause takes.
    private static let longestOutput = 22_050 * 2 * 600

    /// - Throws: `EngineError` when espeak-ng is not installed.
    public init(
        id: String = "espeak-ng", known: EspeakLanguages = .installed, options: LocalEngineOptions.Synthesis = .init(),
        program: String = "espeak-ng"
    ) throws {
        guard !known.names.isEmpty else {
            throw EngineError(.unavailable, engine: id, "\(program) cannot be started; `make setup` installs it")
        }
        self.id = id
        self.known = known
        self.options = options
        self.program = program
    }

    /// Speaks one clause in the language of the request, or as English when espeak-ng does not know the language.
    ///
    /// The request's `voice` is one of espeak-ng's variants, such as `f3` or `croak`.
    public func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        AsyncThrowingStream(fedBy: { output in
            let chunk = try await speak(request)
            if !chunk.samples.isEmpty { output.yield(chunk) }
        })
    }

    private func speak(_ request: SpeechRequest) async throws -> SpeechChunk {
        try request.check(atMost: options.maximumCharacters, for: id)
        let text = EspeakPhonemizer.speakable(request.text)
        guard text.contains(where: { $0.isLetter || $0.isNumber }) else { return SpeechChunk(samples: []) }
        let late = EngineError(.timeout, engine: id, "espeak-ng did not end within \(options.espeakTimeout) s")
        let output = try await TaskClock.continuous().value(within: .seconds(options.espeakTimeout), orThrow: late) {
            try await run(arguments(request), input: text)
        }
        // Of the format only the encoding counts here.
        var decoder = FrameDecoder(format: .pcm16000)
        let samples = decoder.decode(output.dropFirst(Self.header))
        return SpeechChunk(samples: samples, words: Self.words(of: request.text, in: samples, sampleRate: sampleRate))
    }

    func arguments(_ request: SpeechRequest) -> [String] {
        var voice = known.name(of: request.language) ?? "en-us"
        // Anything else could be an option of the program, or a file.
        if let variant = request.voice, !variant.isEmpty,
            variant.utf8.allSatisfy({ UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || 48...57 ~= $0 })
        {
            voice += "+\(variant)"
        }
        let speed = min(2, max(0.5, request.speed.isFinite ? request.speed : 1))
        return ["-v", voice, "-s", "\(Int((Self.pace * speed).rounded()))", "--stdin", "--stdout"]
    }

    private func run(_ arguments: [String], input: String) async throws -> Data {
        var platform = PlatformOptions()
        // A process group of its own: an interrupt from the terminal is for Parley alone.
        platform.processGroupID = 0
        let text = try file(holding: input + "\n")
        do {
            let result = try await Subprocess.run(
                .name(program), arguments: Arguments(arguments), environment: .only(ChildEnvironment.variables()),
                platformOptions: platform,
                input: .fileDescriptor(text, closeAfterSpawningProcess: true), output: .data(limit: Self.longestOutput),
                error: .discarded)
            guard result.terminationStatus.isSuccess, result.standardOutput.count > Self.header else {
                throw EngineError(.failed, engine: id, "espeak-ng ended with \(result.terminationStatus)")
            }
            return result.standardOutput
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw EngineError(.failed, engine: id, "espeak-ng failed: \(error)")
        }
    }

    /// A file that holds the text and has no name any more, so that it goes with its descriptor.
    ///
    /// Nothing is written while the program runs: swift-subprocess 1.0.2 traps when a program ends, or is ended, before
    /// it has been given all of a text.
    private func file(holding text: String) throws(EngineError) -> FileDescriptor {
        let path = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString)").path
        do {
            let file = try FileDescriptor.open(
                path, .readWrite, options: [.create, .exclusiveCreate, .closeOnExec], permissions: .ownerReadWrite)
            do {
                try FileManager.default.removeItem(atPath: path)
                try file.writeAll(text.utf8)
                try file.seek(offset: 0, from: .start)
                return file
            } catch {
                try? file.close()
                throw error
            }
        } catch {
            throw EngineError(.failed, engine: id, "the text could not be handed to espeak-ng: \(error)")
        }
    }

    /// The times of the words, estimated from their letters and the audio's pauses.
    private static func words(of text: String, in samples: [Float], sampleRate: Int) -> [WordTiming] {
        let words = text.split(whereSeparator: \.isWhitespace).map { word in
            WordAlignment.Word(
                weight: Double(word.count { $0.isLetter || $0.isNumber }),
                pausesAfter: word.last.map { ".,;:!?…。、，？！".contains($0) } ?? false)
        }
        return WordAlignment.ranges(of: words, in: samples, sampleRate: sampleRate).enumerated().map {
            WordTiming(index: $0, samples: $1)
        }
    }
}
