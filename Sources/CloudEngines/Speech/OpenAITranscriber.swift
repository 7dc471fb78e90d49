import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1

/// Recognisers of OpenAI's, and of all servers that are compatible with its `POST /audio/transcriptions`.
///
/// The API does not stream: each transcript is a request with the audio that it is of, which costs time and money. So
/// partial transcripts are made only where the options ask for them, and audio before a pause is sent once.
public struct OpenAITranscriber: Transcriber {
    /// Which recogniser of which server.
    public struct Configuration: Sendable, Hashable {
        /// Where the server is; `/audio/transcriptions` is appended.
        public var endpoint: ServiceEndpoint
        /// The `model` member of requests, such as `gpt-4o-mini-transcribe` or `whisper-1`.
        public var model: String
        /// Between two partial transcripts of an utterance that grows; nil for none.
        public var partialInterval: Duration?

        /// A recogniser that is asked at pauses alone, unless there is a `partialInterval`.
        public init(endpoint: ServiceEndpoint, model: String, partialInterval: Duration? = nil) {
            self.endpoint = endpoint
            self.model = model
            self.partialInterval = partialInterval
        }
    }

    /// What tunes the client.
    public struct Options: Sendable, Hashable {
        /// From the request to the end of the answer.
        public var timeout: Duration = .seconds(15)
        /// The most audio that waits for text, in seconds: 3.8 MB as a file, of the 25 MB that OpenAI takes.
        public var maximumPending = 120.0
        /// Shorter audio is not sent: OpenAI refuses what is shorter, in seconds.
        public var minimumAudio = 0.1
        /// Silence after a transcript that makes it final for good, in seconds: what comes then is sent without it.
        public var settlingPause = 0.4
        /// What is this much quieter than the speech before it is silence, in dB.
        public var silenceBelowSpeech: Float = 26
        /// Requests of one utterance that may be under way: a partial, and finals that follow each other closely.
        public var maximumRequests = 4
        /// The longest prompt, in characters: Whisper reads the last 224 tokens.
        public var longestPrompt = 600
        /// The most that is read of an answer, in bytes.
        public var maximumAnswer = 1 << 20

        /// Values for a server on the network.
        public init() {}
    }

    /// The name in the server's configuration.
    public let id: String
    /// As configured.
    public var partialInterval: Duration? { configuration.partialInterval }

    private let configuration: Configuration
    private let options: Options
    private let server: RemoteServer

    /// - Parameters:
    ///   - httpClient: Made with `RemoteLanguageModel.clientConfiguration(for:)`.
    ///   - connections: Opens one before the first request; nil leaves it to that.
    public init(
        id: String, configuration: Configuration, httpClient: HTTPClient, connections: ServiceConnections? = nil,
        options: Options = Options()
    ) {
        self.id = id
        self.configuration = configuration
        self.options = options
        server = RemoteServer(
            engine: id, name: "the recogniser's server", endpoint: configuration.endpoint, httpClient: httpClient,
            connections: connections)
    }

    /// Opens a connection.
    public func prepare() { server.beginConnecting() }

    /// Opens one utterance. The language and the keywords go with each request.
    public func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        Utterance(transcriber: self, hints: hints)
    }

    /// The text of mono samples at 16 kHz.
    ///
    /// - Parameter context: What was said before them.
    /// - Throws: `EngineError`, or `CancellationError`.
    private func text(of samples: [Float], hints: TranscriptionHints, after context: String) async throws -> String {
        var form = MultipartForm()
        form.add("model", configuration.model)
        form.add("response_format", "json")
        let language = hints.language.prefix { $0 != "-" && $0 != "_" }
        if !language.isEmpty { form.add("language", language.lowercased()) }
        let prompt = prompt(hints.keywords, after: context)
        if !prompt.isEmpty { form.add("prompt", prompt) }
        let file = try WAV(sampleRate: 16_000, channels: [samples]).encoded()
        form.add("file", file: "audio.wav", type: "audio/wav", file)
        let watch = ProgressWatch(first: options.timeout, total: options.timeout, interval: options.timeout)
        let text = try await server.run(watch) { [form] in
            let response = try await server.post(
                "/audio/transcriptions", headers: [("content-type", form.contentType)] + server.bearer, body: form.body)
            guard response.status == .ok else {
                throw server.errors.refusal(try await server.refusal(response))
            }
            let body = try await server.whole(response.body, upTo: options.maximumAnswer)
            guard let text = try? JSONValue(parsing: body)["text"]?.stringValue else {
                throw server.errors.malformed("something that is no transcript")
            }
            return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        return text ?? ""
    }

    /// The words to expect, then the end of what was said: the nearer to the audio, the more it counts.
    private func prompt(_ keywords: [String], after context: String) -> String {
        let words = keywords.joined(separator: ", ")
        let prompt = [words.isEmpty ? "" : words + ".", context].filter { !$0.isEmpty }.joined(separator: " ")
        return String(prompt.suffix(options.longestPrompt))
    }

    private actor Utterance: UtteranceTranscription {
        private static let sampleRate = 16_000.0

        /// The words of `pending` up to a length.
        private struct Reading {
            var samples: Int
            var request: SharedRequest<String>
            var text: String?
        }

        private let transcriber: OpenAITranscriber
        private let hints: TranscriptionHints
        private let options: Options
        /// The text of what came before `pending`.
        private var settled: [String] = []
        private var pending: [Float] = []
        /// Requests for what is pending, oldest first: those under way, and the newest that was answered.
        private var readings: [Reading] = []
        /// Of the speech that was settled last, in dB.
        private var speechLevel: Float?
        private var isClosed = false

        init(transcriber: OpenAITranscriber, hints: TranscriptionHints) {
            self.transcriber = transcriber
            self.hints = hints
            options = transcriber.options
        }

        func append(_ samples: [Float]) throws {
            guard Double(pending.count + samples.count) <= options.maximumPending * Self.sampleRate else {
                throw EngineError(
                    .rejected, engine: transcriber.id,
                    "more than \(Int(options.maximumPending)) s of audio wait for text")
            }
            pending += samples
        }

        func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
            settle()
            let before = settled
            let words = try await pendingText()
            return Transcript(text: (before + [words]).filter { !$0.isEmpty }.joined(separator: " "))
        }

        func close() {
            isClosed = true
            for reading in readings { reading.request.cancel() }
            readings = []
            pending = []
        }

        private func pendingText() async throws -> String {
            let samples = pending
            guard Double(samples.count) >= options.minimumAudio * Self.sampleRate, !isSilent(samples) else { return "" }
            let generation = settled.count
            let request = try request(for: samples)
            let text: String
            do {
                text = try await request.value
            } catch {
                if settled.count == generation { readings.removeAll { $0.request === request } }
                throw error
            }
            guard !isClosed else { throw CancellationError() }
            if settled.count == generation, let place = readings.firstIndex(where: { $0.request === request }) {
                readings[place].text = text
                // What is older is of no use any more once it was answered.
                readings = readings.enumerated().filter { $0 >= place || $1.text == nil }.map(\.element)
            }
            return text
        }

        /// The request for these samples, which may have been made, and answered, before.
        private func request(for samples: [Float]) throws -> SharedRequest<String> {
            if let same = readings.last(where: { $0.samples == samples.count }) { return same.request }
            guard readings.count(where: { $0.text == nil }) < options.maximumRequests else {
                throw EngineError(
                    .rateLimited, engine: transcriber.id,
                    "\(options.maximumRequests) transcripts of one utterance are under way")
            }
            let context = settled.joined(separator: " ")
            let request = SharedRequest { [transcriber, hints] in
                try await transcriber.text(of: samples, hints: hints, after: context)
            }
            readings.append(Reading(samples: samples.count, request: request))
            return request
        }

        /// Puts away what has its text and is followed by a pause: it is not sent again.
        private func settle() {
            guard let last = readings.last(where: { $0.text != nil }), let text = last.text,
                !readings.contains(where: { $0.text == nil })
            else { return }
            let pause = Int(options.settlingPause * Self.sampleRate)
            guard pending.count - last.samples >= pause else { return }
            let speech = Level.decibels(Level.rms(pending[..<last.samples]))
            let after = Level.decibels(Level.rms(pending[last.samples..<last.samples + pause]))
            guard after <= speech - options.silenceBelowSpeech else { return }
            settled.append(text)
            speechLevel = speech
            pending.removeFirst(last.samples)
            readings = []
        }

        /// After a pause nothing has been said yet: recognisers find words in silence too.
        private func isSilent(_ samples: [Float]) -> Bool {
            guard let speechLevel else { return false }
            let window = Int(0.05 * Self.sampleRate)
            return stride(from: 0, to: samples.count, by: window).allSatisfy {
                let level = Level.decibels(Level.rms(samples[$0..<min($0 + window, samples.count)]))
                return level <= speechLevel - options.silenceBelowSpeech
            }
        }
    }
}
