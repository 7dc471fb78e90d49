import Foundation

/// What became of one thing that the caller said.
public struct TurnMeasurement: Sendable, Hashable, Codable {
    /// The recording's name.
    public var name: String
    /// First audible moment, in seconds of the call.
    public var start: Double
    /// Last audible moment, in seconds of the call.
    public var end: Double
    /// Why it was said.
    public var role: RecordedCall.Role
    /// End of the caller's speech to the first audible sample of what the agent said after it, in seconds. Nil when
    /// nothing came before the next turn.
    public var answerAfter: Double?
    /// End of the caller's speech to its final transcript, in seconds; negative when it came before.
    public var transcriptAfter: Double?
    /// End of the caller's speech to the text of the answer, in seconds.
    public var responseAfter: Double?
    /// End of the caller's speech to the first sample of the answer, audible or not, in seconds.
    public var audioAfter: Double?
    /// The agent began to speak while the caller still spoke, or paused in mid-sentence.
    public var isCutOff: Bool
    /// What the server understood between this turn's start and the next one's.
    public var transcript: String
}

/// What became of one barge-in; times from its first audible sample, in seconds.
public struct BargeInMeasurement: Sendable, Hashable, Codable {
    /// The recording's name.
    public var name: String
    /// Until the interrupted answer was over for who listens: its last audible sample or, if that was followed by a pause
    /// between words, when there was nothing left to play or the interruption dropped it.
    public var silentAfter: Double
    /// Until the `interruption` message; nil when none came before the next turn.
    public var interruptionAfter: Double?
    /// Without an `interruption`, the answer was over by itself so soon after the onset that nothing can be said.
    public var isVoid: Bool
}

/// What became of one sound that does not want the floor.
public struct BackchannelMeasurement: Sendable, Hashable, Codable {
    /// The recording's name.
    public var name: String
    /// First audible sample to the `interruption` message, in seconds; nil when none came before the next turn.
    public var interruptionAfter: Double?
    /// The answer was over by itself so soon after the onset that nothing can be said.
    public var isVoid: Bool
}

/// A moment within an answer at which there was nothing to play although more of it came later.
public struct Underrun: Sendable, Hashable, Codable {
    /// When the audio ran out, in seconds of the call.
    public var time: Double
    /// In seconds.
    public var length: Double
}

/// Everything measured of one call.
public struct CallMeasurement: Sendable, Hashable, Codable {
    /// Open WebSocket to the first audible sample, in seconds, when that came before the caller spoke.
    public var greetingAfter: Double?
    /// Turns and barge-ins of the caller.
    public var turns: [TurnMeasurement]
    /// What became of the barge-ins.
    public var bargeIns: [BargeInMeasurement]
    /// What became of the backchannels.
    public var backchannels: [BackchannelMeasurement]
    /// Gaps inside the agent's answers.
    public var underruns: [Underrun]
    /// When the agent's track jumps, in seconds of the call.
    public var clicks: [Double]
    /// Silence at the head of each of the agent's answers, in seconds.
    public var leadingSilences: [Double]
    /// Answers of the agent of which something was heard, the greeting included.
    public var answers: Int
    /// When answers were interrupted although the caller said nothing, in seconds of the call.
    public var unaskedInterruptions: [Double]
    /// Transcripts of something that the caller did not say as a turn: noise, echo, backchannels.
    public var openedTurns: [String]

    /// Gaps up to this long are not counted, in seconds: one lost and concealed frame of 40 ms is not noticed.
    public static let tolerableGap = 0.040
    /// An answer that ends by itself within this time of a barge-in's onset says nothing, in seconds.
    public static let voidWithin = 0.5
    /// An interruption belongs to what the caller said until this long after its end, in seconds: voice activity is
    /// late by less.
    public static let reactionTime = 1.0

    /// Measures a call, from its audio wherever audio can tell.
    public init(_ call: RecordedCall, options: AudibilityOptions = AudibilityOptions()) {
        let rate = Double(call.sampleRate)
        let utterances = Audibility.utterances(in: call.heard, sampleRate: call.sampleRate, options: options)
            .map { Span(start: Double($0.start) / rate, end: Double($0.end) / rate) }
        let firstSpeech = call.speech.first?.start ?? .infinity
        greetingAfter = utterances.first.flatMap { $0.start < firstSpeech ? $0.start : nil }

        (turns, bargeIns, backchannels) = ([], [], [])
        for (index, speech) in call.speech.enumerated() {
            let window = speech.start..<(index + 1 < call.speech.count ? call.speech[index + 1].start : .infinity)
            switch speech.role {
            case .turn: turns.append(Self.turn(speech, in: window, call: call, utterances: utterances))
            case .bargeIn:
                turns.append(Self.turn(speech, in: window, call: call, utterances: utterances))
                bargeIns.append(
                    Self.bargeIn(speech, in: window, call: call, utterances: utterances, pause: options.longestPause))
            case .backchannel:
                let interruption = call.interruptions.first(where: window.contains)
                let spoken = utterances.last { $0.start < speech.start }?.end ?? 0
                backchannels.append(
                    BackchannelMeasurement(
                        name: speech.name, interruptionAfter: interruption.map { $0 - speech.start },
                        isVoid: interruption == nil && spoken < speech.start + Self.voidWithin))
            }
        }
        underruns = zip(call.chunks, call.chunks.dropFirst()).compactMap { before, after in
            let length = after.start - before.end
            guard before.answer == after.answer, length > Self.tolerableGap else { return nil }
            return Underrun(time: before.end, length: length)
        }
        clicks = TrackFaults.clicks(in: call.heard, sampleRate: call.sampleRate).map { Double($0) / rate }
        leadingSilences = TrackFaults.leadingSilences(of: call, options: options)
        answers = leadingSilences.count
        unaskedInterruptions = call.interruptions.filter { time in
            !call.speech.contains { $0.start <= time && time <= $0.end + Self.reactionTime }
        }
        openedTurns = Self.openedTurns(call)
    }

    private struct Span {
        var start: Double
        var end: Double
    }

    private static func turn(
        _ speech: RecordedCall.Speech, in window: Range<Double>, call: RecordedCall, utterances: [Span]
    ) -> TurnMeasurement {
        let said = call.transcripts.filter { window.contains($0.time) }
        let answer = utterances.first { $0.start >= speech.end && window.contains($0.start) }?.start
        // The answer is the chunk in which its first audible sample lies, and what came without a gap before it.
        let chunk = answer.flatMap { answer in
            call.chunks.first { chunk in
                chunk.end > answer && chunk.start >= window.lowerBound
            }.flatMap { audible in call.chunks.first { $0.answer == audible.answer && $0.start >= speech.end } }
        }
        return TurnMeasurement(
            name: speech.name, start: speech.start, end: speech.end, role: speech.role,
            answerAfter: answer.map { $0 - speech.end },
            transcriptAfter: said.last { answer == nil || $0.time <= answer ?? 0 }.map { $0.time - speech.end },
            responseAfter: call.responses.first { $0 >= speech.end && window.contains($0) }.map { $0 - speech.end },
            audioAfter: chunk.map { $0.start - speech.end },
            isCutOff: utterances.contains { $0.start > speech.start && $0.start < speech.end },
            transcript: distinct(said).map(\.text).joined(separator: " "))
    }

    /// A transcript that was sent again with the same event id replaces the earlier one.
    private static func distinct(_ transcripts: [RecordedCall.Transcript]) -> [RecordedCall.Transcript] {
        transcripts.reduce(into: []) { result, transcript in
            if let index = result.firstIndex(where: { $0.eventID == transcript.eventID && $0.eventID != 0 }) {
                result[index].text = transcript.text
            } else {
                result.append(transcript)
            }
        }
    }

    /// The agent is silent when the last utterance that began before the interruption is over: what a server still
    /// sends after it, without a pause, counts against it. So does a pause in what is being played: until the next word
    /// is due, who listens cannot tell it from silence. Where there was nothing left to play, there was no pause, unless
    /// that was so before the caller spoke.
    private static func bargeIn(
        _ speech: RecordedCall.Speech, in window: Range<Double>, call: RecordedCall, utterances: [Span], pause: Double
    ) -> BargeInMeasurement {
        // An interruption of a later answer is not this one's.
        let answer = call.chunks.last { $0.start < speech.start }?.answer
        let next = call.chunks.first { $0.start >= speech.start && $0.answer != answer }?.start ?? .infinity
        let interruption = call.interruptions.first { window.contains($0) && $0 <= next }
        let spoken = utterances.last { $0.start < min(interruption ?? speech.end, next) }?.end ?? 0
        var silent = spoken
        if let interruption, interruption > spoken, interruption - spoken <= pause {
            let played = call.chunks.last { $0.answer == answer && $0.start < interruption }?.end ?? interruption
            silent = played >= speech.start ? min(interruption, max(spoken, played)) : interruption
        }
        let silentAfter = max(0, silent - speech.start)
        return BargeInMeasurement(
            name: speech.name, silentAfter: silentAfter, interruptionAfter: interruption.map { $0 - speech.start },
            isVoid: interruption == nil && silentAfter < voidWithin)
    }

    /// Transcripts that are neither of a turn that is being spoken nor the first one after its end.
    private static func openedTurns(_ call: RecordedCall) -> [String] {
        var answered = Set<Int>()
        return distinct(call.transcripts).compactMap { transcript in
            guard let index = call.speech.lastIndex(where: { $0.start <= transcript.time }),
                call.speech[index].role != .backchannel
            else { return transcript.text }
            guard transcript.time >= call.speech[index].end else { return nil }
            return answered.insert(index).inserted ? nil : transcript.text
        }
    }
}
