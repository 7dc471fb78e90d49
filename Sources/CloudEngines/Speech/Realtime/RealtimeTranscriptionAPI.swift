import Engines
import Foundation
import JSON

/// The differences between services that transcribe over a WebSocket.
protocol RealtimeTranscriptionAPI: Sendable {
    /// The sample rate of the audio that is sent, in Hz.
    var sampleRate: Int { get }

    /// The shortest audio that may be committed, in seconds; shorter audio is padded with silence.
    var shortestCommit: Double { get }

    /// Makes the engine's errors.
    var errors: ServiceErrors { get }

    /// - Throws: `EngineError` when the configuration gives no URL.
    func connection(_ hints: TranscriptionHints) throws -> RealtimeConnection

    /// - Parameter pcm: 16-bit PCM, little-endian.
    func append(_ pcm: Data) -> JSONValue

    /// The message that asks for the final text of the audio so far.
    func commit() -> JSONValue

    /// The meaning of a message of the server.
    func read(_ message: JSONValue) -> RealtimeTranscriptionEvent
}

/// How a transcription session is opened. Sessions with equal connections are interchangeable.
struct RealtimeConnection: Sendable, Hashable {
    var url: URL
    /// The headers, which errors must not show.
    var headers: [ServiceHeader]
    /// Messages that are sent as soon as the connection is open.
    var opening: [JSONValue] = []
}

/// A service's message about an utterance.
enum RealtimeTranscriptionEvent: Sendable, Hashable {
    /// The text of everything that is not committed yet; it replaces the previous one.
    case partial(String)
    /// More text of an item, which may not be committed yet.
    case delta(item: String, text: String)
    /// The latest commit has become this item.
    case accepted(item: String)
    /// The text of a commit: of the item, or of the oldest open commit where there are no items.
    case completed(item: String?, text: String, language: String?)
    /// The text of a commit that a service may repeat: it counts only while a commit is open.
    case confirmed(text: String)
    /// The session has failed or ended.
    case failed(EngineError)
    /// A message that does not matter here.
    case other
}
