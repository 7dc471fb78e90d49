import Agents
import AsyncAlgorithms
import Audio
import Conversation
import Engines
import Foundation
import JSON
import Logging
import Tasks

/// One client of a streaming socket.
struct SpeechSocket: Sendable {
    /// The options in the URL's query.
    struct Options: Sendable {
        var format = SpeechFormat.standard
        var language = "en"
        var isNormalized = true
        /// How long a client, or one context of several, may send nothing while nothing is being spoken to it.
        var inactivityTimeout = Duration.seconds(20)
        /// How long the client may take to send its first message.
        var openingTimeout: Duration

        static let timeouts = 1...180

        /// - Throws: `SpeechMessage.Malformed`.
        init(query: QueryParameters, openingTimeout: Duration) throws {
            self.openingTimeout = openingTimeout
            if let name = query["output_format"] {
                guard let known = SpeechFormat(name: name) else {
                    throw SpeechMessage.Malformed(reason: "There is no output_format \(name.prefix(32)).")
                }
                format = known
            }
            if let seconds = query["inactivity_timeout"] {
                guard let number = Int(seconds), Self.timeouts.contains(number) else {
                    throw SpeechMessage.Malformed(
                        reason: "inactivity_timeout is not a number of seconds from 1 to \(Self.timeouts.upperBound).")
                }
                inactivityTimeout = .seconds(number)
            }
            if let code = query["language_code"] {
                guard code.count <= SpeechOrder.longestLanguage else {
                    throw SpeechMessage.Malformed(reason: "language_code is too long.")
                }
                language = code
            }
            isNormalized = query["apply_text_normalization"] != "off"
        }
    }

    /// Why the socket ends early.
    enum Failure: Error {
        case tooManyContexts
        case tooMuchText
        /// The text has no words, such as "…".
        case nothingToSay

        /// The error code for programs.
        var word: String {
            switch self {
            case .tooManyContexts: "max_simultaneous_contexts_exceeded"
            case .tooMuchText: "max_character_limit_exceeded"
            case .nothingToSay: "nothing_to_say"
            }
        }

        /// The explanation for people.
        var reason: String {
            switch self {
            case .tooManyContexts:
                "Maximum simultaneous contexts per WebSocket connection exceeded (\(SpeechSocket.maximumContexts))"
            case .tooMuchText: "More than \(SpeechOrder.longestText) characters are waiting."
            case .nothingToSay: SpeechOrder.nothingToSay
            }
        }
    }

    /// Most texts that a client may have open on one socket.
    static let maximumContexts = 5

    /// The same with those that the client has closed, whose flushed words are still being spoken. One more has to wait:
    /// a client that keeps to `maximumContexts` cannot know how far the server has come, so it is no fault of its own.
    private static let maximumRunningContexts = 2 * maximumContexts

    let isMulti: Bool
    let service: SpeechService
    let logger: Logger
    let send: @Sendable (JSONValue) async throws -> Void

    /// Speaks incoming text until the client ends it, each context in a task of its own.
    ///
    /// - Parameter open: Checks the client's access by its first message, and returns the voice.
    func run(
        _ messages: AsyncThrowingChannel<SpeechMessage, any Error>, options: Options,
        open: @escaping @Sendable (SpeechMessage) async throws -> any Synthesizer
    ) async throws -> CallEnding {
        let watch = InactivityWatch(limit: options.openingTimeout)
        return try await withThrowingTaskGroup(of: CallEnding?.self) { group in
            group.addTask {
                try await watch.wait()
                return nil
            }
            group.addTask { try await read(messages, options: options, watch: watch, open: open) }
            defer { group.cancelAll() }
            return try await group.next().flatMap { $0 } ?? CallEnding(code: 1000, reason: "Done.")
        }
    }

    private func read(
        _ messages: AsyncThrowingChannel<SpeechMessage, any Error>, options: Options, watch: InactivityWatch,
        open: @Sendable (SpeechMessage) async throws -> any Synthesizer
    ) async throws -> CallEnding {
        try await withThrowingDiscardingTaskGroup { group in
            var voice: (any Synthesizer)?
            var standardSpeed = 1.0
            var rules: [PronunciationRule] = []
            var contexts: [String: SpeechContext] = [:]
            var running: [SpeechContext] = []
            var hasEnded = false
            for try await message in messages {
                watch.heard()
                let known: any Synthesizer
                if let voice {
                    known = voice
                } else {
                    known = try await watch.busy { try await open(message) }
                    standardSpeed = try await service.speed(of: known)
                    watch.restart(limit: options.inactivityTimeout)
                }
                voice = known
                if let dictionaries = message.dictionaries {
                    rules = try await watch.busy { try await service.rules(of: dictionaries) }
                }
                contexts = contexts.filter { !$0.value.isOver }
                running.removeAll(where: \.isOver)
                let id = isMulti ? message.contextID ?? "default" : ""
                contexts[id]?.heard()
                if let text = message.text, !text.isEmpty, !message.closesContext, !message.closesSocket {
                    if try contexts[id]?.add(text) != true {
                        guard running.count(where: \.isOpen) < Self.maximumContexts else {
                            throw Failure.tooManyContexts
                        }
                        while running.count >= Self.maximumRunningContexts {
                            guard let oldest = running.first(where: { !$0.isOpen }) else { break }
                            await watch.busy { await oldest.finished.wait() }
                            try Task.checkCancellation()
                            running.removeAll(where: \.isOver)
                        }
                        let place = try service.texts.take()
                        let context = SpeechContext(
                            id: isMulti ? id : nil, voice: known, options: options,
                            speed: message.speed ?? standardSpeed, rules: rules)
                        _ = try context.add(text)
                        contexts[id] = context
                        running.append(context)
                        group.addTask {
                            try await context.run(watch: watch, send: send)
                            withExtendedLifetime(place) {}
                        }
                    }
                }
                if message.isFlush { contexts[id]?.flush() }
                if message.closesContext {
                    // From now on the same id begins a new text.
                    contexts.removeValue(forKey: id)?.close()
                }
                hasEnded = message.closesSocket || (!isMulti && message.text == "")
                if hasEnded { break }
            }
            // A client that has gone wants nothing more spoken.
            guard hasEnded else { throw CancellationError() }
            watch.stop()
            if !isMulti, running.isEmpty { try await send(SpeechAnswer.end(contextID: nil)) }
            for context in contexts.values { context.end() }
        }
        return CallEnding(code: 1000, reason: "Done.")
    }

    /// Tells the client why the socket is closed.
    func refuse(_ error: any Error) async -> CallEnding {
        let (code, word, reason): (Int, String, String) =
            switch error {
            case let error as InactivityWatch.Expired:
                (
                    1008, "input_timeout_exceeded",
                    "No input for \(error.limit.components.seconds) s: send text, or a space to keep the connection."
                )
            case let error as Failure: (1008, error.word, error.reason)
            case let error as SpeechMessage.Malformed: (1008, "invalid_message", error.reason)
            case is SignatureError:
                (1008, "invalid_token", "The token has expired, was already used, or is not valid on this server.")
            case StorageError.notFound(let kind, let id): (1008, "invalid_message", "There is no \(kind) \(id).")
            case let error as APIError: (1008, error.code, error.message)
            case let error as EngineError: (1011, error.kind.rawValue, "\(error.engine): \(error.message)")
            case is CancellationError, is InactivityWatch.ShutDown:
                (1001, "shutting_down", "The connection is closing.")
            default: (1011, "internal_error", "Speech synthesis failed; see the server's log.")
            }
        if code == 1011 {
            logger.error("A speech socket failed.", metadata: ["error": "\(error)"])
        } else {
            logger.info("A speech socket was closed.", metadata: ["reason": "\(word)"])
        }
        try? await send(SpeechAnswer.failure(reason, error: word, code: code))
        return CallEnding(code: code, reason: reason)
    }
}
