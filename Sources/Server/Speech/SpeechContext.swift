import Agents
import Audio
import Conversation
import Engines
import Foundation
import JSON
import Speech
import Synchronization
import Tasks

/// One text that is being spoken on a streaming socket.
final class SpeechContext: Sendable {
    private enum Input: Sendable {
        case text(String)
        case flush
    }

    private enum Step {
        case add(String)
        case flush
        /// Everything has been spoken, and the text ends.
        case finish
    }

    private struct State {
        var inputs: [Input] = []
        var characters = 0
        /// Whether the client will send no more text.
        var hasEnded = false
        /// Whether text that was not flushed is to be dropped.
        var isClosed = false
        /// Whether the text has ended and accepts nothing more.
        var isOver = false
    }

    private let id: String?
    private let narration: Narration
    private let format: SpeechFormat
    /// Ends one text of several when nothing arrives for it. Nil on a socket of one text, whose own clock does that.
    private let clock: InactivityWatch?
    private let state = Mutex(State())
    /// Wakes `run`, which alone may iterate over the stream: a stream ends for all when its iterating task is
    /// cancelled.
    private let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    /// Fires when `run` returns.
    let finished = Signal()

    /// Longest audio of one message, in seconds: clients' libraries take messages of 1 MiB.
    private static let longestPart = 2.0

    /// - Parameter id: The context's id; nil on a socket of one text.
    init(
        id: String?, voice: any Synthesizer, options: SpeechSocket.Options, speed: Double,
        rules: [PronunciationRule] = []
    ) {
        self.id = id
        format = options.format
        clock = id == nil ? nil : InactivityWatch(limit: options.inactivityTimeout)
        var said = Narration.Options()
        said.sampleRate = options.format.sampleRate
        said.language = options.language
        said.isNormalized = options.isNormalized
        said.speed = speed
        said.follow(rules)
        narration = Narration(synthesizer: voice, options: said)
    }

    /// Whether the text has ended.
    var isOver: Bool { state.withLock(\.isOver) }

    /// Whether the client may still add to this text.
    var isOpen: Bool { state.withLock { !$0.isOver && !$0.isClosed } }

    /// Notes a sign of life: the client named this text, if only to keep it open.
    func heard() { clock?.heard() }

    /// - Returns: False when this text has ended, so that a new one has to be begun.
    /// - Throws: `SpeechSocket.Failure` when too much text waits.
    func add(_ text: String) throws -> Bool {
        try update { state in
            guard !state.isOver else { return false }
            state.characters += text.count
            guard state.characters <= SpeechOrder.longestText else { throw SpeechSocket.Failure.tooMuchText }
            if case .text(let last) = state.inputs.last {
                state.inputs[state.inputs.count - 1] = .text(last + text)
            } else {
                state.inputs.append(.text(text))
            }
            return true
        }
    }

    /// Has the text so far spoken now.
    func flush() {
        update { state in
            if case .flush = state.inputs.last { return }
            state.inputs.append(.flush)
        }
    }

    /// Ends the input; the text so far is still spoken.
    func end() {
        flush()
        update { $0.hasEnded = true }
    }

    /// Ends the text after what was flushed.
    func close() {
        update { state in
            while case .text(let text) = state.inputs.last {
                state.characters -= text.count
                state.inputs.removeLast()
            }
            state.isClosed = true
        }
    }

    private func update<Value>(_ body: (inout State) throws -> Value) rethrows -> Value {
        defer { change.yield() }
        return try state.withLock { try body(&$0) }
    }

    /// Speaks the text until its end.
    ///
    /// - Parameter watch: The socket's clock. It stands still while something is spoken, and while a text has its own.
    /// - Throws: `SpeechSocket.Failure`, what `send` throws, `EngineError`, or `CancellationError`.
    func run(watch: InactivityWatch, send: @escaping @Sendable (JSONValue) async throws -> Void) async throws {
        defer {
            state.withLock { $0.isOver = true }
            finished.fire()
        }
        guard let clock else { return try await speak(watch: watch, send) }
        watch.begin()
        defer { watch.end() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await self.speak(watch: clock, send)
                return true
            }
            group.addTask {
                repeat {
                    do { try await clock.wait() } catch is InactivityWatch.Expired {} catch is InactivityWatch.ShutDown
                    {}
                } while !self.expire()
                return false
            }
            defer { group.cancelAll() }
            for try await hasSpoken in group where hasSpoken { return }
        }
    }

    /// Ends the text, unless input has arrived in the meantime.
    private func expire() -> Bool {
        update { state in
            guard state.inputs.isEmpty else { return false }
            (state.isClosed, state.isOver) = (true, true)
            return true
        }
    }

    private func speak(
        watch: InactivityWatch, _ send: @Sendable (JSONValue) async throws -> Void
    ) async throws {
        var narration = narration
        var answer = try Answer(id: id, format: format)
        for await _ in changes {
            while let step = step() {
                watch.begin()
                defer { watch.end() }
                switch step {
                case .add(let text):
                    answer.hasText = answer.hasText || text.contains { !$0.isWhitespace }
                    narration.add(text)
                    while !isUnwanted, let piece = try await narration.next() { try await answer.say(piece, send) }
                case .flush:
                    narration.flush()
                    while let piece = try await narration.next() { try await answer.say(piece, send) }
                    answer.wasFlushed = true
                case .finish:
                    return try await answer.end(send)
                }
            }
        }
        throw CancellationError()
    }

    /// The next thing to do; nil when there is nothing yet.
    private func step() -> Step? {
        state.withLock { state in
            guard !state.inputs.isEmpty else { return state.isClosed || state.hasEnded ? .finish : nil }
            switch state.inputs.removeFirst() {
            case .flush: return .flush
            case .text(let text):
                state.characters -= text.count
                return .add(text)
            }
        }
    }

    /// Whether the text was closed, and no earlier flush is still to be served.
    private var isUnwanted: Bool { state.withLock { $0.isClosed && $0.inputs.isEmpty } }

    /// Encodes the messages for the client.
    private struct Answer {
        let id: String?
        let format: SpeechFormat
        /// Whether the text has more than spaces, and whether all of it was to be spoken.
        var hasText = false
        var wasFlushed = false
        private var hasSpoken = false
        private let encoder: SpeechEncoder
        /// Characters of clauses without sound, which go out with the next audio.
        private var silent: [Narration.TimedCharacter] = []

        init(id: String?, format: SpeechFormat) throws {
            self.id = id
            self.format = format
            encoder = try SpeechEncoder(format: format)
        }

        mutating func say(
            _ piece: Narration.Piece, _ send: @Sendable (JSONValue) async throws -> Void
        ) async throws {
            guard !piece.samples.isEmpty else {
                silent += piece.written
                return
            }
            hasSpoken = true
            var piece = piece
            piece.written = silent + piece.written
            silent = []
            for part in piece.parts(of: SpeechContext.longestPart, rate: format.sampleRate) {
                try await send(SpeechAnswer.audio(try encoder.encode(part.samples), of: part, contextID: id))
            }
        }

        mutating func end(_ send: @Sendable (JSONValue) async throws -> Void) async throws {
            let rest = try encoder.finish()
            if !rest.isEmpty, hasSpoken { try await send(SpeechAnswer.audio(rest, of: nil, contextID: id)) }
            if hasText, wasFlushed, !hasSpoken {
                guard let id else { throw SpeechSocket.Failure.nothingToSay }
                // The socket's other texts go on.
                try await send(SpeechAnswer.failure(.nothingToSay, contextID: id))
            }
            try await send(SpeechAnswer.end(contextID: id))
        }
    }
}
