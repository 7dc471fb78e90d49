import Conversation
import Engines
import HTTPTypes
import Logging
import Synchronization

/// The voices of the speech API, and how much they speak at once.
struct SpeechService: Sendable {
    /// The engines, as soon as they are ready.
    private let engines: @Sendable () async throws -> EngineCatalog
    private let logger: Logger
    private let places = SpeechPlaces(limit: Self.maximumTexts)

    /// Texts that are spoken at the same time: each has one piece of work in the engines' queue, of which most is for
    /// calls.
    static let maximumTexts = 32

    init(engines: @escaping @Sendable () async throws -> EngineCatalog, logger: Logger) {
        self.engines = engines
        self.logger = logger
    }

    /// The voice of that id. Those of the hosted platform are not here: the default one speaks in their place.
    ///
    /// - Throws: `EngineError`.
    func voice(_ id: String) async throws -> any Synthesizer {
        let report: @Sendable (EngineError, String) -> Void = { [logger] failure, next in
            logger.warning("A voice failed.", metadata: ["error": "\(failure)", "next": "\(next)"])
        }
        guard let voice = try await engines().voice(id, onFailure: report) else {
            throw EngineError(.unavailable, engine: "speech", "This server has no voice.")
        }
        return voice
    }

    /// Room for one more text, until the place is let go.
    ///
    /// - Throws: `APIError` 429.
    func place() throws -> SpeechPlaces.Place {
        guard let place = places.take() else {
            throw APIError(
                status: .tooManyRequests, type: "rate_limit_error", code: "too_many_concurrent_requests",
                message: "\(Self.maximumTexts) texts are being spoken already. Try again later.")
        }
        return place
    }
}

/// Counts the texts that are being spoken.
final class SpeechPlaces: Sendable {
    /// One of them: it is over when nobody holds it any more.
    final class Place: Sendable {
        private let places: SpeechPlaces

        fileprivate init(_ places: SpeechPlaces) { self.places = places }

        deinit { places.taken.withLock { $0 -= 1 } }
    }

    private let limit: Int
    private let taken = Mutex(0)

    init(limit: Int) { self.limit = limit }

    /// Nil when there is none left.
    func take() -> Place? {
        let hasRoom = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        return hasRoom ? Place(self) : nil
    }
}
