import Audio
import CallMetrics
import Client
import ConvAI
import Foundation
import JSON
import ScriptedServer
import Testing

/// An agent whose every reaction is known. Its clock are the caller's frames of 20 ms, which come in real time: it sends
/// a frame of a tone for each that it receives, a lead of 100 ms ahead.
private struct ScriptedAgent {
    /// Frames after the last loud one until it answers, and after the first one until it yields: 300 ms.
    static let patience = 15
    /// Silence at the head of its answers, in frames.
    static let leadingSilence = 5
    /// Frames sent ahead of real time.
    static let lead = 5

    /// Lengths of its answers in frames, the greeting first; 0 keeps silent.
    var answers: [Int]
    /// After so many frames of the greeting it sends nothing for 200 ms.
    var stallsAfter = 15

    private var turn = 0
    private var loud = 0
    private var quiet = 0
    private var heardSpeech = false
    /// Frames of the present answer that are still to be sent, and how many were.
    private var left = 0
    private var sent = 0
    private var stall = 0

    init(answers: [Int]) { self.answers = answers }

    mutating func begin() -> [ServerMessage] {
        left = answers[0]
        return [.agentResponse("Hello.", eventID: 1)] + (0..<Self.lead).map { _ in speak() }
    }

    /// What it sends for one frame of the caller.
    mutating func hear(_ frame: [Float]) -> [ServerMessage] {
        if Level.peak(frame) > 0.02 {
            loud += 1
            quiet = 0
            heardSpeech = true
        } else {
            quiet += 1
        }
        if heardSpeech, quiet == Self.patience {
            (heardSpeech, loud) = (false, 0)
            turn += 1
            guard turn < answers.count, answers[turn] > 0 else { return [] }
            (left, sent) = (answers[turn], 0)
            return [
                .userTranscript("turn \(turn)", eventID: turn + 1), .agentResponse("answer", eventID: turn + 1),
            ] + (0..<Self.lead).map { _ in speak() }
        }
        if left > 0, loud == Self.patience + 1 {
            left = 0
            return [.interruption(eventID: turn + 1)]
        }
        if turn == 0, sent == stallsAfter, stall < 10 {
            stall += 1
            return []
        }
        return left > 0 ? [speak()] : []
    }

    private mutating func speak() -> ServerMessage {
        let isSilent = turn > 0 && sent < Self.leadingSilence
        let samples = isSilent ? silence(0.02) : tone(0.02)
        sent += 1
        left -= 1
        return .audio(AudioMessage(bytes: FrameEncoder.encode(samples, as: .pcm16000), eventID: turn + 1))
    }
}

@Suite("Measuring an agent of known behaviour over a real socket", .timeLimit(.minutes(1)))
struct MeasuredCallTests {
    /// Greets, is asked, interrupted, asked with a pause, and asked in vain.
    func call() async throws -> ScriptedCall.Result {
        try await ScriptedServer.run { peer, frames in
            var agent = ScriptedAgent(answers: [30, 150, 30, 60, 30, 0])
            try await peer.sendMetadata()
            for message in agent.begin() { try await peer.send(message.json) }
            while let message = try await frames.message() {
                guard case .audio(let bytes)? = try? ClientMessage(frame: message.data) else { continue }
                var decoder = FrameDecoder(format: .pcm16000)
                for answer in agent.hear(decoder.decode(bytes)) { try await peer.send(answer.json) }
            }
        } body: { url in
            let conversation = try await AgentConversation.connect(url: url, agentID: "a")
            var options = ScriptedCaller.Options()
            (options.gap, options.answerTimeout, options.bargeInDelay) = (0.4, 1, 0.5)
            let recordings: [ScriptedCaller.Recording] = [
                .init(name: "question", samples: tone(0.6)),
                .init(name: "stop", samples: tone(0.5), role: .bargeIn),
                .init(name: "pause", samples: tone(0.5) + silence(0.8) + tone(0.5)),
                .init(name: "in vain", samples: tone(0.4)),
            ]
            return await (try ScriptedCall(conversation, recordings: recordings, options: options)).run()
        }
    }

    @Test("What the bench prints is what the agent did")
    func knownAnswers() async throws {
        let result = try await call()
        #expect(result.isComplete)
        let measured = CallMeasurement(result.call)
        // Nothing may come out earlier than it was, which would flatter a server. Later it may be by as much as a busy
        // machine makes it.
        let late = 0.5 + (result.lateness.max() ?? 0)
        func expect(_ value: Double?, _ expected: Double, _ what: Comment) throws {
            let value = try #require(value, what)
            #expect(value > expected - 0.005 && value < expected + late, what)
        }
        try expect(measured.greetingAfter, 0, "greeting")
        #expect(measured.turns.map(\.name) == ["question", "stop", "pause", "in vain"])
        #expect(measured.turns.map(\.role) == [.turn, .bargeIn, .turn, .turn])

        let question = measured.turns[0]
        try expect(question.transcriptAfter, 0.3, "transcript")
        try expect(question.responseAfter, 0.3, "text of the answer")
        try expect(question.audioAfter, 0.3, "audio of the answer")
        try expect(question.answerAfter, 0.4, "audible answer")
        #expect(question.transcript == "turn 1")

        // The first loud frame is there 20 ms after the onset, the sixteenth 300 ms later.
        let bargeIn = try #require(measured.bargeIns.first)
        try expect(bargeIn.interruptionAfter, 0.32, "interruption")
        try expect(bargeIn.silentAfter, 0.32, "silence")
        #expect(!bargeIn.isVoid)

        #expect(measured.turns.map(\.isCutOff) == [false, false, true, false])
        #expect(measured.turns[3].answerAfter == nil && !measured.turns[3].isCutOff)
        try expect(measured.underruns.map(\.length).max(), 0.1 - 0.01, "gap in the greeting")
        for silence in measured.leadingSilences.dropFirst() { try expect(silence, 0.1, "leading silence") }
        #expect(measured.leadingSilences.count == 5)

        let figures = CallFigures([measured])
        #expect(figures.turns == 3 && figures.unanswered == 1 && figures.cutOff == 1)
        #expect(figures.unaskedInterruptions == 0 && figures.openedTurns == 0)
    }
}
