import Agents
import ConvAI
import Conversation
import Egress
import Engines
import Foundation
import JSON
import NIOHTTP1
import Synchronization
import TestSupport
import Testing

/// Bookings that callers interrupt at random moments: each is made once, and none is forgotten.
@Suite("Interrupted bookings", .timeLimit(.minutes(10)))
struct BookingTests {
    /// How many are tried; `PARLEY_BOOKINGS` in the environment changes it.
    static let count = UInt64(ProcessInfo.processInfo.environment["PARLEY_BOOKINGS"] ?? "") ?? 60

    /// What the server of the tools has done.
    private final class Desk: Sendable {
        let bookings = Mutex<[(key: String, day: String)]>([])
        func note(_ key: String, _ day: String) { bookings.withLock { $0.append((key, day)) } }
    }

    /// Books each day that the caller has asked for, unless it sees that it has.
    private static func answer(_ request: GenerationRequest, _ random: inout SeededGenerator) -> [TestModel.Step] {
        let wait = TestModel.Step.wait(.milliseconds(Int.random(in: 50...900, using: &random)))
        let asked = ["Monday", "Tuesday"].filter { day in
            request.messages.contains { if case .user(let text, _) = $0 { text.contains(day) } else { false } }
        }
        let called = Set(request.calls.compactMap { $0.arguments["day"]?.stringValue })
        let open = asked.filter { !called.contains($0) }
        guard !open.isEmpty, !request.tools.isEmpty else { return [wait, .text("Is there anything else?")] }
        let speech: [TestModel.Step] = Bool.random(using: &random) ? [.text("Let me do that for you. ")] : []
        return [wait] + speech + open.map { .call("book", ["day": .string($0)]) }
    }

    @Test("each is made once, and its result is in the record", arguments: 1...BookingTests.count)
    func once(seed: UInt64) async throws {
        let desk = Desk()
        let hungUp = Mutex(false)
        var random = SeededGenerator(state: seed)
        let modes = ["immediate", "async"]
        let mode = modes[Int.random(in: 0..<modes.count, using: &random)]
        let latency = Duration.milliseconds(Int.random(in: 0...6000, using: &random))
        var setup = VirtualCall.Setup(
            configuration: tools(WebhookCallTests.webhook("book", ["execution_mode": .string(mode)])), seed: seed)
        setup.send = { request, time in
            try await time.sleep(latency)
            let body = try JSONValue(parsing: request.body ?? Data())
            desk.note(request.headers.first(name: "idempotency-key") ?? "", body["day"]?.stringValue ?? "")
            return WebhookCallTests.answer(#"{"number":17}"#)
        }
        let outcome = try await VirtualCall.hold(setup) { request in
            var random = SeededGenerator(state: seed &* 1000 &+ UInt64(request.messages.count))
            return Self.answer(request, &random)
        } _: { caller, _ in
            var random = SeededGenerator(state: seed &+ 7)
            try await caller.say("Book Monday please.")
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                try await caller.sleep(.milliseconds(Int.random(in: 0...2500, using: &random)))
                switch Int.random(in: 0..<6, using: &random) {
                case 0: try await caller.say("Hello? Are you still there?")
                case 1: caller.type("And Tuesday too.")
                case 2: try await caller.say("Wait a moment, I have a question about that.")
                case 3: try await caller.say("And Tuesday as well please.")
                case 4:
                    hungUp.withLock { $0 = true }
                    return caller.hangUp()
                default: break
                }
            }
            // The longest wait for more words and the model's own time: who leaves sooner has hung up on it.
            let rest = Int.random(in: 0...9000, using: &random)
            if rest < 5000 { hungUp.withLock { $0 = true } }
            try await caller.sleep(.milliseconds(rest))
        }
        let made = desk.bookings.withLock(\.self)
        #expect(!made.isEmpty || hungUp.withLock(\.self), "nothing was booked")
        #expect(Set(made.map(\.key)).count == made.count, "two requests had one key")
        #expect(Set(made.map(\.day)).count == made.count, "a day was booked twice")
        let turns = outcome.record.transcript
        let called = turns.flatMap(\.toolCalls).filter(\.hasBeenCalled)
        #expect(called.count == made.count, "the record has other calls than were made")
        let results = turns.flatMap(\.toolResults).filter { !$0.isError }
        #expect(results.count == made.count, "a result was lost")
    }
}
