import ConvAI
import Conversation
import Foundation
import JSON
import Synchronization

/// Shows a call to owners who follow it, and passes their orders on to it.
final class CallMonitor: Sendable {
    private struct State {
        /// The latest messages, the oldest first, and their bytes.
        var recent: [Data] = []
        var size = 0
        var watchers: [Int: AsyncStream<Data>.Continuation] = [:]
        var lastWatcher = 0
        /// The watcher who has taken the agent's place; nil when the agent answers.
        var human: Int?
        /// Orders so far, but for those that end a takeover.
        var orders = 0
        var isOver = false
    }

    private let state = Mutex(State())
    /// What the call is to do.
    let orders: AsyncStream<CallInput>
    private let order: AsyncStream<CallInput>.Continuation

    /// Messages that are kept for those who come later, as many as the hosted service keeps.
    private static let kept = 100
    /// Bytes of them: a result of a tool may be long.
    private static let keptSize = 1 << 20
    /// Messages that may wait for one watcher: more than a minute of the liveliest call.
    private static let backlog = 256
    /// Orders in one call, which bounds those that wait for it. The end of a takeover is never refused.
    private static let mostOrders = 2000
    /// Bytes of a typed turn that is shown; the call takes no longer one.
    private static let longestTurn = 65_536

    init() {
        (orders, order) = AsyncStream.makeStream()
    }

    /// Whether the call has ended.
    var isOver: Bool { state.withLock { $0.isOver } }

    // MARK: What the call says

    /// Takes what the client is told. The voice itself, and what only measures the connection, is not shown.
    func note(_ message: ServerMessage) {
        switch message {
        case .audio, .ping, .vadScore: return
        default: break
        }
        show(message.json.data)
    }

    /// Takes what the client sends: its typed turns, which it is told of by nobody.
    func note(_ message: ClientMessage) {
        switch message {
        case .userMessage(let text), .multimodal(.some(let text), _):
            guard text.utf8.count <= Self.longestTurn else { return }
            show(ServerMessage.userTranscript(text, eventID: 0).json.data)
        default: break
        }
    }

    private func show(_ data: Data) {
        state.withLock { state in
            state.recent.append(data)
            state.size += data.count
            while state.recent.count > Self.kept || state.size > Self.keptSize, !state.recent.isEmpty {
                state.size -= state.recent.removeFirst().count
            }
            for (id, watcher) in state.watchers {
                // Who does not keep up is let go, and may come again: there is nothing wrong with the call.
                if case .dropped = watcher.yield(data) {
                    watcher.finish()
                    state.watchers[id] = nil
                }
            }
        }
    }

    /// The call is over.
    func end() {
        order.finish()
        state.withLock { state in
            state.isOver = true
            for watcher in state.watchers.values { watcher.finish() }
            state.watchers = [:]
        }
    }

    // MARK: Who follows it

    /// The latest messages and all that follow; nil when the call is over. `leave` has to be called in the end.
    func watch() -> (id: Int, messages: AsyncStream<Data>)? {
        state.withLock { state in
            guard !state.isOver else { return nil }
            let (messages, watcher) = AsyncStream<Data>.makeStream(bufferingPolicy: .bufferingOldest(Self.backlog))
            for data in state.recent { watcher.yield(data) }
            state.lastWatcher += 1
            state.watchers[state.lastWatcher] = watcher
            return (state.lastWatcher, messages)
        }
    }

    /// A watcher has gone. A caller whom they had taken over is given back to the agent, unless somebody takes them over
    /// again soon.
    func leave(_ id: Int) {
        state.withLock { state in
            state.watchers.removeValue(forKey: id)?.finish()
            guard state.human == id else { return }
            state.human = nil
            order.yield(.takeover(.isForsaken))
        }
    }

    /// Has the call do what a watcher wants.
    ///
    /// - Returns: Why it is not done; nil when it is.
    func follow(_ command: MonitorCommand, of id: Int) -> String? {
        // Under the lock, so that orders reach the call in the order in which the person in the agent's place changes.
        state.withLock { state in
            if command == .disableTakeover {
                guard state.human == id else { return "You have not taken this call over." }
                state.human = nil
                order.yield(.takeover(.ends))
                return nil
            }
            guard state.orders < Self.mostOrders else { return "This call takes no more orders." }
            let input: CallInput
            switch command {
            case .endCall: input = .hangUp
            case .contextualUpdate(let text):
                guard text.utf8.count <= Self.longestText else { return Self.tooLong }
                input = .context(text, id: nil)
            case .enableTakeover:
                guard state.human == nil || state.human == id else { return "Somebody else has taken this call over." }
                state.human = id
                input = .takeover(.begins)
            case .humanMessage(let text):
                guard state.human == id else { return "Take the call over first: send enable_human_takeover." }
                guard text.utf8.count <= Self.longestText else { return Self.tooLong }
                input = .humanWords(text)
            case .disableTakeover: return nil
            case .unknown(let name): return "There is no command \(name.prefix(64)) here."
            }
            state.orders += 1
            order.yield(input)
            return nil
        }
    }

    /// Bytes of a text: some ten minutes of speech.
    private static let longestText = 8192
    private static let tooLong = "The text is longer than \(longestText) bytes."
}
