import ConvAI

/// A message with the moment at which it arrived.
struct Received: Sendable {
    var message: ServerMessage
    /// Since the call began.
    var time: Duration
}

/// What a client has received, and those who wait for more.
actor Inbox {
    struct Missing: Error, CustomStringConvertible {
        var description: String
    }

    private struct Waiter {
        var what: String
        /// Nil waits for the end of the call.
        var matches: (@Sendable (ServerMessage) -> Bool)?
        var remaining: Int
        var continuation: CheckedContinuation<Received?, any Error>
    }

    /// Longer than anything takes on a busy machine.
    private static let patience = Duration.seconds(60)

    private(set) var received: [Received] = []
    private(set) var isOver = false
    private var waiters: [Int: Waiter] = [:]
    private var lastWaiter = 0
    private let start = ContinuousClock.now

    var messages: [ServerMessage] { received.map(\.message) }

    func add(_ message: ServerMessage) {
        let new = Received(message: message, time: .now - start)
        received.append(new)
        for (id, waiter) in waiters where waiter.matches?(message) == true {
            if waiter.remaining > 1 {
                waiters[id]?.remaining -= 1
            } else {
                waiters[id] = nil
                waiter.continuation.resume(returning: new)
            }
        }
    }

    /// The call is over: nothing more comes.
    func finish() {
        isOver = true
        for waiter in waiters.values {
            if waiter.matches == nil {
                waiter.continuation.resume(returning: nil)
            } else {
                waiter.continuation.resume(throwing: Missing(description: "The call ended without \(waiter.what)."))
            }
        }
        waiters = [:]
    }

    /// The `count`th message, from the start of the call, that matches.
    @discardableResult
    func wait(
        for what: String, count: Int = 1, _ matches: @escaping @Sendable (ServerMessage) -> Bool
    ) async throws -> ServerMessage {
        let found = received.filter { matches($0.message) }
        if found.count >= count { return found[count - 1].message }
        guard !isOver else { throw Missing(description: "The call ended without \(what).") }
        guard let new = try await wait(what, remaining: count - found.count, matches) else {
            throw Missing(description: "There was no \(what).")
        }
        return new.message
    }

    /// Waits until the call is over.
    func waitForEnd() async throws {
        if !isOver { _ = try await wait("end of the call", remaining: 1, nil) }
    }

    private func wait(
        _ what: String, remaining: Int, _ matches: (@Sendable (ServerMessage) -> Bool)?
    ) async throws -> Received? {
        lastWaiter += 1
        let id = lastWaiter
        let timer = Task {
            try await Task.sleep(for: Self.patience)
            self.expire(id)
        }
        defer { timer.cancel() }
        return try await withCheckedThrowingContinuation { continuation in
            waiters[id] = Waiter(what: what, matches: matches, remaining: remaining, continuation: continuation)
        }
    }

    private func expire(_ id: Int) {
        guard let waiter = waiters.removeValue(forKey: id) else { return }
        let types = messages.map(\.type).filter { $0 != "audio" && $0 != "ping" }.joined(separator: ", ")
        waiter.continuation.resume(
            throwing: Missing(description: "No \(waiter.what) within \(Self.patience). There were: \(types)."))
    }
}

extension [ServerMessage] {
    var audio: [AudioMessage] { compactMap { if case .audio(let audio) = $0 { audio } else { nil } } }

    /// The agent's responses with their event ids.
    var responses: [(text: String, eventID: Int)] {
        compactMap { if case .agentResponse(let text, let id) = $0 { (text, id) } else { nil } }
    }

    /// The caller's words with their event ids.
    var transcripts: [(text: String, eventID: Int)] {
        compactMap { if case .userTranscript(let text, let id) = $0 { (text, id) } else { nil } }
    }

    var interruptions: [Int] { compactMap { if case .interruption(let id) = $0 { id } else { nil } } }

    var pings: [Int] { compactMap { if case .ping(let id, _) = $0 { id } else { nil } } }

    var metadata: [ConversationMetadata] {
        compactMap { if case .initiationMetadata(let metadata) = $0 { metadata } else { nil } }
    }

    func types(_ types: String...) -> [String] { map(\.type).filter(types.contains) }
}

extension Sequence where Element: Comparable {
    var isNeverDecreasing: Bool { zip(self, dropFirst()).allSatisfy { $0 <= $1 } }
}
