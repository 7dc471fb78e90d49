import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1

/// One utterance, whose transcripts are each made of all of its audio in one request.
actor ScribeUpload: UtteranceTranscription {
    private struct Request {
        var length: Int
        var answer: Task<Transcript, any Error>
    }

    private let hints: TranscriptionHints
    private let configuration: ScribeTranscriber.Configuration
    private let server: RemoteServer
    private var audio: [Float] = []
    private var known = Transcript(text: "")
    /// The length of the audio that the known text covers.
    private var knownLength = 0
    /// The running request; whoever asks for the same audio waits for the same answer.
    private var running: Request?

    /// Most bytes that are read of an answer.
    private static let answerLimit = 1 << 20

    init(
        hints: TranscriptionHints, configuration: ScribeTranscriber.Configuration, server: RemoteServer
    ) {
        self.hints = hints
        self.configuration = configuration
        self.server = server
    }

    func append(_ samples: [Float]) throws {
        guard Double(audio.count + samples.count) <= configuration.batch.maximumAudio * RealtimeUtterance.sampleRate
        else {
            throw server.errors.error(.rejected, "an utterance of more than \(configuration.batch.maximumAudio) s")
        }
        audio += samples
    }

    func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
        guard knownLength < audio.count, finality == .final || configuration.batch.asksForPartials else { return known }
        let request: Request
        if let running, running.length == audio.count {
            request = running
        } else {
            // A task of its own, not the caller's child: others may wait for it too.
            let samples = audio
            request = Request(length: samples.count, answer: Task { try await ask(samples) })
            running = request
        }
        let result = await request.answer.result
        if running?.answer == request.answer { running = nil }
        if case .success(let transcript) = result, request.length > knownLength {
            (known, knownLength) = (transcript, request.length)
        }
        try Task.checkCancellation()
        return try result.get()
    }

    func close() {
        running?.answer.cancel()
        running = nil
        audio = []
        knownLength = 0
    }

    private nonisolated func ask(_ samples: [Float]) async throws -> Transcript {
        let timeout = configuration.batch.timeout
        let watch = ProgressWatch(first: timeout, total: timeout, interval: timeout)
        guard let transcript = try await server.run(watch, { try await self.answer(to: samples) }) else {
            throw CancellationError()
        }
        return transcript
    }

    private nonisolated func answer(to samples: [Float]) async throws -> Transcript {
        let url = try SpeechServiceURL.make(
            configuration.endpoint.root, path: "/v1/speech-to-text", errors: server.errors)
        var form = MultipartForm()
        form.add("model_id", configuration.model)
        form.add("file_format", "pcm_s16le_16")
        form.add("timestamps_granularity", "word")
        // "(laughs)" would be taken for the caller's words.
        form.add("tag_audio_events", "false")
        if let code = ScribeTranscriber.languageCode(of: hints.language) { form.add("language_code", code) }
        for keyword in ScribeTranscriber.keywords(of: hints) { form.add("keyterms", keyword) }
        form.add(
            "file", file: "audio.pcm", type: "application/octet-stream", FrameEncoder.encode(samples, as: .pcm16000))
        let response = try await server.send(
            url.absoluteString,
            headers: [("content-type", form.contentType)] + server.credentials(in: "xi-api-key"), body: form.body)
        guard response.status == .ok else { throw server.errors.refusal(try await server.refusal(response)) }
        let body = try await server.whole(response.body, upTo: Self.answerLimit)
        guard let json = try? JSONValue(parsing: body), let text = json["text"]?.stringValue else {
            throw server.errors.malformed("something that is not a transcript")
        }
        return Transcript(
            text: text, language: json["language_code"]?.stringValue,
            words: ScribeWords.words(of: text, in: json["words"]?.arrayValue ?? []))
    }
}
