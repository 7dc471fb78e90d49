import Engines
import Language
import Synchronization
import Tasks

/// A voice that remembers its short clauses: greetings, fillers and frequent openings of answers come at once when any
/// call says them again.
public final class SpeechCache: Synthesizer {
    /// What is remembered.
    public struct Options: Sendable, Hashable {
        /// The longest text that is remembered, in characters; longer ones hardly ever come twice.
        public var longestText = 48
        /// Seconds of audio kept in all: 5 MB at 22,050 Hz, of which the openings take two fifths.
        public var capacity = 60.0

        /// Creates the values above.
        public init() {}
    }

    /// Frequent openings of answers in English, each a clause of its own.
    public static let openings = [
        "Sure,", "Sure!", "Yes,", "No,", "Okay,", "Great!", "Hello!", "Hi!", "Hi there!", "Of course,", "Of course!",
        "Certainly!", "Absolutely!", "I'm sorry,", "Sorry,", "Thank you!", "Thanks!", "You're welcome!", "Well,",
        "Hmm,", "Good morning!", "Goodbye!", "Perfect!", "Good question!",
    ]

    private struct Entry {
        var chunks: [SpeechChunk]
        var samples: Int
        var lastUse: Int
    }

    private struct State {
        var entries: [SpeechRequest: Entry] = [:]
        var samples = 0
        var uses = 0
    }

    private let synthesizer: any Synthesizer
    private let options: Options
    private let state = Mutex(State())

    /// The id of the underlying voice.
    public var id: String { synthesizer.id }
    /// The sample rate of the underlying voice, in Hz.
    public var sampleRate: Int { synthesizer.sampleRate }
    /// Whether the underlying voice acts out audio tags.
    public var understandsAudioTags: Bool { synthesizer.understandsAudioTags }
    /// The languages of the underlying voice.
    public var languages: [String] { synthesizer.languages }
    /// Whether the underlying voice is embedded.
    public var isEmbedded: Bool { synthesizer.isEmbedded }

    /// Creates a cache in front of `synthesizer`.
    public init(_ synthesizer: any Synthesizer, options: Options = Options()) {
        self.synthesizer = synthesizer
        self.options = options
    }

    /// Prepares the underlying voice.
    public func prepare() { synthesizer.prepare() }

    /// Synthesizes `texts` beforehand, each as a clause in `language`. One that fails is synthesized when it is needed.
    public func prepare(_ texts: [String], language: String) async {
        for text in texts {
            let spoken = SpeakableText(text, language: language, keepsAudioTags: understandsAudioTags).spoken
            do { for try await _ in synthesize(SpeechRequest(text: spoken, language: language)) {} } catch {}
        }
    }

    /// Speaks one clause, from memory if it was said before. The priority is no part of the key.
    public func synthesize(_ request: SpeechRequest) -> AsyncThrowingStream<SpeechChunk, any Error> {
        var key = request
        key.priority = .laterClause
        if let chunks = kept(key) {
            return AsyncThrowingStream { continuation in
                for chunk in chunks { continuation.yield(chunk) }
                continuation.finish()
            }
        }
        let stream = synthesizer.synthesize(request)
        // Clauses from outside of calls would drive out those that calls need.
        guard request.priority != .speculation, request.text.count <= options.longestText else { return stream }
        return AsyncThrowingStream(fedBy: { [key] output in
            var chunks: [SpeechChunk] = []
            for try await chunk in stream {
                chunks.append(chunk)
                output.yield(chunk)
            }
            // A stream that was cancelled ends without an error, and too early.
            if !Task.isCancelled { self.keep(chunks, for: key) }
        })
    }

    private func kept(_ key: SpeechRequest) -> [SpeechChunk]? {
        state.withLock { state in
            guard let entry = state.entries[key] else { return nil }
            state.uses += 1
            state.entries[key]?.lastUse = state.uses
            return entry.chunks
        }
    }

    private func keep(_ chunks: [SpeechChunk], for key: SpeechRequest) {
        let samples = chunks.reduce(0) { $0 + $1.samples.count }
        let limit = Int(options.capacity * Double(sampleRate))
        guard samples > 0, samples <= limit else { return }
        state.withLock { state in
            state.uses += 1
            let old = state.entries.updateValue(
                Entry(chunks: chunks, samples: samples, lastUse: state.uses), forKey: key)
            state.samples += samples - (old?.samples ?? 0)
            while state.samples > limit, let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                state.entries[oldest.key] = nil
                state.samples -= oldest.value.samples
            }
        }
    }
}
