import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1

/// Recognisers of OpenAI, and of servers compatible with its `POST /audio/transcriptions`.
///
/// The API does not stream: each transcript is a request with its audio, which costs time and money. So partial
/// transcripts are made only where the options ask for them, and audio before a pause is sent once.
public struct OpenAITranscriber: Transcriber {
    /// The server and the recogniser.
    public struct Configuration: Sendable, Hashable {
        /// The server; `/audio/transcriptions` is appended to its base.
        public var endpoint: ServiceEndpoint
        /// The `model` member of requests, such as `gpt-4o-mini-transcribe` or `whisper-1`.
        public var model: String
        /// Interval between two partial transcripts of an open utterance; nil for none.
        public var partialInterval: Duration?

        /// Creates a configuration; without `partialInterval`, transcripts are made at pauses alone.
        public init(endpoint: ServiceEndpoint, model: String, partialInterval: Duration? = nil) {
            self.endpoint = endpoint
            self.model = model
            self.partialInterval = partialInterval
        }
    }

    /// Time-outs and bounds of the client.
    public struct Options: Sendable, Hashable {
        /// Time-out from the request to the end of the answer.
        public var timeout: Duration = .seconds(15)
        /// The longest audio that may wait for its text, in seconds: 3.8 MB as a file, of the 25 MB that OpenAI
        /// accepts.
        public var maximumPending = 120.0
        /// The shortest audio that is sent, in seconds: OpenAI refuses shorter audio.
        public var minimumAudio = 0.1
        /// Silence after a transcript that settles its text, in seconds: the audio before it is not sent again.
        public var settlingPause = 0.4
        /// Sound that is quieter than the speech before it by this much, in dB, is silence.
        public var silenceBelowSpeech: Float = 26
        /// Most concurrent requests of one utterance: a partial, and finals that follow each other closely.
        public var maximumRequests = 4
        /// The longest prompt, in characters: Whisper reads only the last 224 tokens.
        public var longestPrompt = 600
        /// Most bytes that are read of an answer.
        public var maximumAnswer = 1 << 20

        /// Creates values for a server on the network.
        public init() {}
    }

    /// The id in the server's configuration.
    public let id: String
    /// The configured interval between two partial transcripts; nil for none.
    public var partialInterval: Duration? { configuration.partialInterval }

    private let configuration: Configuration
    private let options: Options
    private let server: RemoteServer

    /// - Parameters:
    ///   - httpClient: A client made with `RemoteLanguageModel.clientConfiguration(for:)`.
    ///   - connections: Opens a connection ahead of the first request; nil for none.
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

    /// Opens a connection ahead of the first utterance.
    public func prepare() { server.beginConnecting() }

    /// Opens one utterance. Language and keywords are sent with each request.
    public func openUtterance(_ hints: TranscriptionHints) -> any UtteranceTranscription {
        Utterance(transcriber: self, hints: hints)
    }

    /// The transcript of mono samples at 16 kHz.
    ///
    /// - Parameter context: The transcript of the audio before them.
    /// - Throws: `EngineError`, or `CancellationError`.
    private func text(of samples: [Float], hints: TranscriptionHints, after context: String) async throws -> String {
        var form = MultipartForm()
        form.add("model", configuration.model)
        form.add("response_format", "json")
        if let language = ScribeTranscriber.languageCode(of: hints.language) { form.add("language", language) }
        let prompt = prompt(hints.keywords, after: context)
        if !prompt.isEmpty { form.add("prompt", prompt) }
        let file = try WAV(sampleRate: 16_000, channels: [samples]).encoded()
        form.add("file", file: "audio.wav", type: "audio/wav", file)
        let watch = ProgressWatch(first: options.timeout, total: options.timeout, interval: options.timeout)
        let text = try await server.run(watch) { [form] in
            let response = try await server.granted(
                "/audio/transcriptions", contentType: form.contentType, body: form.body)
            let body = try await server.whole(response.body, upTo: options.maximumAnswer)
            guard let text = try? JSONValue(parsing: body)["text"]?.stringValue else {
                throw server.errors.malformed("something that is not a transcript")
            }
            return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        return text ?? ""
    }

    /// The keywords, then the end of the preceding transcript: text nearer to the audio counts more.
    private func prompt(_ keywords: [String], after context: String) -> String {
        let words = keywords.joined(separator: ", ")
        let prompt = [words.isEmpty ? "" : words + ".", context].filter { !$0.isEmpty }.joined(separator: " ")
        return String(prompt.suffix(options.longestPrompt))
    }

    private actor Utterance: UtteranceTranscription {
        private static let sampleRate = 16_000.0

        /// A request for the first samples of `pending`, and its text.
        private struct Reading {
            var samples: Int
            var request: SharedRequest<String>
            var text: String?
        }

        private let transcriber: OpenAITranscriber
        private let hints: TranscriptionHints
        private let options: Options
        /// The texts of the audio before `pending`.
        private var settled: [String] = []
        private var pending: [Float] = []
        /// Requests for the pending audio, oldest first: running ones, and the latest that was answered.
        private var readings: [Reading] = []
        /// The level of the speech that was settled last, in dB.
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
                    "more than \(Int(options.maximumPending)) s of audio are waiting to be transcribed")
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
                // Older answers are no longer needed.
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

        /// Settles audio that has its text and is followed by a pause, so that it is not sent again.
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

        /// Whether nothing has been said since the pause: recognisers find words in silence too.
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
