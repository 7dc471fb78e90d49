import Agents
import Audio
import Conversation
import Engines
import Foundation
import Synchronization
import Testing
import Tools

/// Calls on a line that is no WebSocket: `CallPort` alone.
@Suite("A call on any line", .timeLimit(.minutes(1)))
struct PortTests {
    /// A telephone whose player may lag behind what it was sent, and which does what it is asked.
    final class Line: Sendable {
        let inputs: AsyncStream<CallInput>
        private let input: AsyncStream<CallInput>.Continuation
        private let stage: Stage
        private let heard = Mutex<[(output: CallOutput, time: Duration)]>([])
        /// What becomes of what the line is asked to do; nil leaves it without an answer.
        private let outcome: (@Sendable (LineAct) -> LineOutcome?)?

        init(_ stage: Stage, _ outcome: (@Sendable (LineAct) -> LineOutcome?)? = nil) {
            self.stage = stage
            self.outcome = outcome
            (inputs, input) = AsyncStream.makeStream()
        }

        var outputs: [CallOutput] { heard.withLock { $0.map(\.output) } }

        func take(_ output: CallOutput) {
            heard.withLock { $0.append((output, stage.time.now)) }
            guard case .act(let request) = output, let outcome = outcome?(request.act) else { return }
            send(.acted(outcome, requestID: request.id))
        }

        var acts: [LineAct] { outputs.compactMap { if case .act(let request) = $0 { request.act } else { nil } } }

        /// When the first output came that matches; nil when none has.
        func time(of match: (CallOutput) -> Bool) -> Duration? {
            heard.withLock { $0.first { match($0.output) }?.time }
        }

        func send(_ input: CallInput) { self.input.yield(input) }

        func hangUp() { input.finish() }

        func say(_ text: String) async throws {
            let samples = stage.vocabulary.samples(saying: text)
            for start in stride(from: 0, to: samples.count, by: 320) {
                let frame = samples[start..<min(start + 320, samples.count)]
                send(.audio(frame.withUnsafeBytes { Data($0) }))
                try await stage.time.sleep(.milliseconds(20))
            }
        }

        func wait<Value>(for what: String, _ match: (CallOutput) -> Value?) async throws -> Value {
            for _ in 0..<4000 {
                if let found = outputs.lazy.compactMap(match).first { return found }
                try await stage.time.sleep(.milliseconds(5))
            }
            throw VirtualCall.Missing(description: "no \(what)")
        }
    }

    /// - Parameters:
    ///   - outcome: what becomes of what the line is asked to do.
    ///   - caller: hangs up when it returns.
    static func hold(
        _ stage: Stage, telephone: TelephoneCall? = nil, abilities: Set<LineAbility> = [],
        outcome: (@Sendable (LineAct) -> LineOutcome?)? = nil,
        _ caller: @escaping @Sendable (Line) async throws -> Void
    ) async throws -> (outputs: [CallOutput], ending: CallEnding, record: ConversationRecord) {
        try await stage.run {
            let line = Line(stage, outcome)
            let request = stage.request(
                formats: LineFormats(input: .pcm16000, output: .ulaw8000), telephone: telephone, abilities: abilities)
            let call = Call(request, environment: stage.environment, clock: stage.time.clock())
            async let ending = call.run(line.inputs) { line.take($0) }
            do {
                try await caller(line)
            } catch {
                line.hangUp()
                _ = await ending
                throw error
            }
            line.hangUp()
            let result = await ending
            return (line.outputs, result, try await stage.record())
        }
    }

    @Test("a whole call is held in the line's own formats, whatever the agent's are")
    func wholeCall() async throws {
        let stage = try Stage { _ in [.text("We open at nine.")] }
        let (outputs, ending, record) = try await Self.hold(stage) { line in
            line.send(.begin(CallInitiation(userID: "+4366012345")))
            try await line.say("When do you open?")
            try await line.wait(for: "the answer's end") { if case .responseComplete = $0 { true } else { nil } }
        }
        guard case .began(let description)? = outputs.first else { throw VirtualCall.Missing(description: "no start") }
        #expect(description.output == .ulaw8000 && description.input == .pcm16000)
        // Four words of 200 ms, one byte a sample.
        let bytes = outputs.reduce(0) { if case .audio(let chunk) = $1 { $0 + chunk.bytes.count } else { $0 } }
        #expect(abs(bytes - 4 * 1600) < 400)
        #expect(ending.code == 1000)
        #expect(record.transcript.map(\.message) == ["When do you open?", "We open at nine."])
        #expect(record.details.userID == "+4366012345")
    }

    @Test("what a line says was heard counts, not what was sent", arguments: [nil, 400, 1200])
    func heard(lag: Int?) async throws {
        let words = (1...20).map { "word\($0)" }.joined(separator: " ") + "."
        let heardFor = Mutex(Duration.zero)
        let stage = try Stage { request in
            request.messages.count > 2 ? [.text("Yes.")] : [.text(words)]
        }
        let (outputs, _, _) = try await Self.hold(stage) { line in
            line.send(.begin(CallInitiation()))
            try await line.say("Tell me everything.")
            let first = try await line.wait(for: "audio") { if case .audio(let chunk) = $0 { chunk } else { nil } }
            let start = stage.time.now
            async let spoken: Void = line.say("Stop it now please.")
            // The player reports every 100 ms how far it has come.
            for _ in 0..<25 {
                try await stage.time.sleep(.milliseconds(100))
                guard let lag else { continue }
                let played = max(0, Int((stage.time.now - start) / .milliseconds(1)) - lag)
                line.send(.heard(upTo: played * 8, eventID: first.eventID))
            }
            try await spoken
            try await line.wait(for: "the correction") { if case .correction = $0 { true } else { nil } }
            let end = try #require(line.time { if case .interruption = $0 { true } else { false } })
            heardFor.withLock { $0 = max(.zero, end - start - .milliseconds(lag ?? 0)) }
        }
        let corrected = try #require(
            outputs.lazy.compactMap { if case .correction(_, let text, _) = $0 { text } else { nil } }.first)
        let count = corrected.split(separator: " ").count
        // A word takes 200 ms.
        let expected = Int(heardFor.withLock(\.self) / .milliseconds(200))
        #expect(abs(count - expected) <= 1, "\(count) words, \(lag ?? 0) ms late, where \(expected) were heard")
    }
}
