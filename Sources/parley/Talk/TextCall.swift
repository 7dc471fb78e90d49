import Client
import ConvAI
import Foundation
import JSON

/// A conversation in text: a line, its answer, the next line. Works with a pipe as well.
actor TextCall {
    /// How long to wait for an answer before the next line is read.
    private static let answerTimeout = Duration.seconds(60)
    /// How long to wait for a greeting.
    private static let greetingTimeout = Duration.seconds(3)

    private let conversation: AgentConversation
    private let terminal = Terminal()
    private var parts = ""
    /// The last answer that came in parts, which the server sends again as a whole.
    private var streamed: String?
    private var answers = 0
    private var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?
    private var end: ConversationEnd?

    init(target: CallTarget) async throws {
        conversation = try await target.connect(
            initiation: ConversationInitiation(isTextOnly: true))
    }

    func run() async throws -> ConversationEnd {
        let conversation = conversation
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await event in conversation.events { await self.take(event) }
            }
            group.addTask {
                _ = try? await Signals.cancelling {
                    await self.waitForAnswer(1, Self.greetingTimeout)
                    for await line in Self.lines() where !line.isEmpty {
                        let count = await self.answers
                        try await conversation.send(text: line)
                        await self.waitForAnswer(count + 1, Self.answerTimeout)
                    }
                }
                await conversation.end()
            }
            await group.next()
            group.cancelAll()
            return await conversation.waitForEnd()
        }
    }

    private func take(_ event: ConversationEvent) {
        switch event {
        case .message(.agentChatResponsePart(let text, let kind, _), _):
            if kind == .start { parts = "" }
            parts += text
            if kind == .stop {
                streamed = parts
                answer(parts)
            }
        case .message(.agentResponse(let text, _), _):
            if text != streamed { answer(text) }
            streamed = nil
        case .message(.error(let error), _): terminal.line("Error: \(error.message)")
        case .ended(let end):
            self.end = end
            resume()
        default: break
        }
    }

    private func answer(_ text: String) {
        guard !text.isEmpty else { return }
        terminal.line("Agent: \(text)")
        answers += 1
        if let waiting, answers >= waiting.count { resume() }
    }

    private func resume() {
        waiting?.continuation.resume()
        waiting = nil
    }

    private func waitForAnswer(_ count: Int, _ timeout: Duration) async {
        guard answers < count, end == nil else { return }
        let timer = Task {
            try await Task.sleep(for: timeout)
            resume()
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { continuation.resume() } else { waiting = (count, continuation) }
            }
        } onCancel: {
            Task { await self.resume() }
        }
        timer.cancel()
    }

    /// The lines of the standard input, read on a thread of their own since reading blocks.
    private static func lines() -> AsyncStream<String> {
        AsyncStream { continuation in
            let thread = Thread {
                while let line = readLine() { continuation.yield(line) }
                continuation.finish()
            }
            thread.start()
        }
    }
}
