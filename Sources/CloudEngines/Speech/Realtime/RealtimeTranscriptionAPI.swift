import Engines
import Foundation
import JSON

/// What differs between the services that transcribe over a WebSocket.
protocol RealtimeTranscriptionAPI: Sendable {
    /// The rate at which audio is sent, in Hz.
    var sampleRate: Int { get }

    /// The least audio that may be committed, in seconds; shorter pieces are filled up with silence.
    var shortestCommit: Double { get }

    /// - Throws: `EngineError` when the configuration makes no URL.
    func connection(_ hints: TranscriptionHints) throws -> RealtimeConnection

    /// - Parameter pcm: 16 bits a sample, little-endian.
    func append(_ pcm: Data) -> JSONValue

    /// What came so far is to be transcribed for good.
    func commit() -> JSONValue

    /// What a message of the server says.
    func read(_ message: JSONValue) -> RealtimeTranscriptionEvent
}

/// Where a transcription session is opened, and how it begins. Sessions of equal connections can stand in for each other.
struct RealtimeConnection: Sendable, Hashable {
    var url: URL
    /// In no error.
    var headers: [ServiceHeader]
    /// Sent as soon as the connection stands.
    var opening: [JSONValue] = []
}

/// What a service says of an utterance.
enum RealtimeTranscriptionEvent: Sendable, Hashable {
    /// The text of all that is not committed yet, in place of what it was before.
    case partial(String)
    /// More text of the item, which may not be committed yet.
    case delta(item: String, text: String)
    /// The commit before it has become the item.
    case accepted(item: String)
    /// The text of a commit: of the item, or of the oldest that is open where there are no items.
    case completed(item: String?, text: String, language: String?)
    /// The same of services that may say it twice: it counts only while a commit is open.
    case confirmed(text: String)
    /// The session is over, or of no use.
    case failed(EngineError)
    /// Nothing that matters here.
    case other
}
