import Audio
import Conversation
import Engines
import Foundation
import JSON
import Synchronization

/// One text on its way to speech.
final class SpeechContext: Sendable {
    private enum Input: Sendable {
        case text(String)
        case flush
    }

    private enum Step {
        case add(String)
        case flush
        case wait
        /// All was said that is to be said.
        case finish
    }

    private struct State {
        var inputs: [Input] = []
        var characters = 0
        /// No more text comes.
        var hasEnded = false
        /// What was not flushed is not wanted any more.
        var isClosed = false
        var isOver = false
    }

    private let id: String?
    private let narration: Narration
    private let format: SpeechFormat
    private let patience: Duration
    private let state = Mutex(State())
    private let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// The most audio of one message, in seconds: clients' libraries take messages of 1 MiB.
    private static let longestPart = 2.0

    /// - Parameter id: Nil on a socket of one text.
    init(id: String?, voice: any Synthesizer, options: SpeechSocket.Options, speed: Double) {
        self.id = id
        format = options.format
        patience = options.inactivityTimeout
        var said = Narration.Options()
        said.sampleRate = options.format.sampleRate
        said.language = options.language
        said.isNormalized = options.isNormalized
        said.speed = speed
        narration = Narration(synthesizer: voice, options: said)
    }

    /// Whether all was said.
    var isOver: Bool { state.withLock(\.isOver) }

    /// - Throws: `SpeechSocket.Failure` when too much waits.
    func add(_ text: String) throws {
        try update { state in
            state.characters += text.count
            guard state.characters <= SpeechOrder.longestText else { throw SpeechSocket.Failure.tooMuchText }
            if case .text(let last) = state.inputs.last {
                state.inputs[state.inputs.count - 1] = .text(last + text)
            } else {
                state.inputs.append(.text(text))
            }
        }
    }

    /// What has come is to be spoken now.
    func flush() {
        update { state in
            if case .flush = state.inputs.last { return }
            state.inputs.append(.flush)
        }
    }

    /// No more text comes; what there is is spoken.
    func end() {
        flush()
        update { $0.hasEnded = true }
    }

    /// Nothing more is wanted but what was flushed.
    func close() {
        update { state in
            while case .text(let text) = state.inputs.last {
                state.characters -= text.count
                state.inputs.removeLast()
            }
            state.isClosed = true
        }
    }

    private func update(_ body: (inout State) throws -> Void) rethrows {
        try state.withLock { try body(&$0) }
        change.yield()
    }

    /// Speaks until the end.
    func run(watch: InactivityWatch, send: @Sendable (JSONValue) async throws -> Void) async throws {
        defer { state.withLock { $0.isOver = true } }
        var narration = narration
        var answer = try Answer(id: id, format: format)
        while true {
            switch step() {
            case .wait:
                if await isIdle(), id != nil { return try await answer.end(send) }
                try Task.checkCancellation()
            case .add(let text):
                narration.add(text)
                try await watch.busy {
                    while !isUnwanted, let piece = try await narration.next() { try await answer.say(piece, send) }
                }
            case .flush:
                narration.flush()
                try await watch.busy {
                    while let piece = try await narration.next() { try await answer.say(piece, send) }
                }
            case .finish:
                return try await answer.end(send)
            }
        }
    }

    private func step() -> Step {
        state.withLock { state in
            guard !state.inputs.isEmpty else { return state.isClosed || state.hasEnded ? .finish : .wait }
            switch state.inputs.removeFirst() {
            case .flush: return .flush
            case .text(let text):
                state.characters -= text.count
                return .add(text)
            }
        }
    }

    /// The text was closed, and no flush that came before awaits its turn.
    private var isUnwanted: Bool { state.withLock { $0.isClosed && $0.inputs.isEmpty } }

    /// Waits for a change; whether none came in time.
    private func isIdle() async -> Bool {
        await withTaskGroup(of: Bool.self) { [changes, patience] group in
            group.addTask {
                for await _ in changes { return false }
                return false
            }
            group.addTask {
                do { try await Task.sleep(for: patience) } catch { return false }
                return true
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// What goes to the client.
    private struct Answer {
        let id: String?
        let format: SpeechFormat
        private let encoder: SpeechEncoder
        /// Characters of clauses in which nothing can be heard: they go with the next.
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
            var piece = piece
            piece.written = silent + piece.written
            silent = []
            for part in piece.parts(of: SpeechContext.longestPart, rate: format.sampleRate) {
                try await send(SpeechAnswer.audio(try encoder.encode(part.samples), of: part, contextID: id))
            }
        }

        mutating func end(_ send: @Sendable (JSONValue) async throws -> Void) async throws {
            let rest = try encoder.finish()
            if !rest.isEmpty { try await send(SpeechAnswer.audio(rest, of: nil, contextID: id)) }
            try await send(SpeechAnswer.end(contextID: id))
        }
    }
}
