import Foundation

/// The measurements of one turn of the caller.
public struct TurnMeasurement: Sendable, Hashable, Codable {
    /// The recording's name.
    public var name: String
    /// Its first audible moment, in seconds of the call.
    public var start: Double
    /// Its last audible moment, in seconds of the call.
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
    /// Whether the agent began to speak while the caller spoke or paused in mid-sentence.
    public var isCutOff: Bool
    /// The server's transcripts between this turn's start and the next one's.
    public var transcript: String
}

/// The measurements of one barge-in; times are in seconds from its first audible sample.
public struct BargeInMeasurement: Sendable, Hashable, Codable {
    /// The recording's name.
    public var name: String
    /// Time until the interrupted answer was over for the listener: its last audible sample or, if a pause between
    /// words followed, the time when nothing was left to play or the interruption dropped the rest.
    public var silentAfter: Double
    /// Time until the `interruption` message; nil when none came before the next turn.
    public var interruptionAfter: Double?
    /// Whether there was no `interruption`, and the answer ended so soon after the onset that this proves nothing.
    public var isVoid: Bool
}

/// The measurements of one backchannel.
public struct BackchannelMeasurement: Sendable, Hashable, Codable {
    /// The recording's name.
    public var name: String
    /// First audible sample to the `interruption` message, in seconds; nil when none came before the next turn.
    public var interruptionAfter: Double?
    /// Whether the answer ended so soon after the onset that this proves nothing.
    public var isVoid: Bool
}

/// A gap in an answer: nothing was left to play although more of the answer came later.
public struct Underrun: Sendable, Hashable, Codable {
    /// When the audio ran out, in seconds of the call.
    public var time: Double
    /// The length of the gap, in seconds.
    public var length: Double
}

/// All measurements of one call.
public struct CallMeasurement: Sendable, Hashable, Codable {
    /// Opening of the WebSocket to the first audible sample, in seconds; nil when the caller spoke first.
    public var greetingAfter: Double?
    /// The turns and barge-ins of the caller.
    public var turns: [TurnMeasurement]
    /// The measurements of the barge-ins.
    public var bargeIns: [BargeInMeasurement]
    /// The measurements of the backchannels.
    public var backchannels: [BackchannelMeasurement]
    /// Gaps inside the agent's answers.
    public var underruns: [Underrun]
    /// When the agent's track jumps, in seconds of the call.
    public var clicks: [Double]
    /// Silence at the beginning of each of the agent's answers, in seconds.
    public var leadingSilences: [Double]
    /// Answers of the agent of which something was heard, the greeting included.
    public var answers: Int
    /// When answers were interrupted although the caller had said nothing, in seconds of the call.
    public var unaskedInterruptions: [Double]
    /// Transcripts of sounds that were no turn of the caller's: noise, echo, backchannels.
    public var openedTurns: [String]

    /// Longest gap that is not counted, in seconds: one lost and concealed frame of 40 ms is not noticed.
    public static let tolerableGap = 0.040
    /// Time within which an answer that ends by itself makes a barge-in void, in seconds.
    public static let voidWithin = 0.5
    /// How long after the caller's speech an interruption still counts as caused by it, in seconds: voice activity
    /// detection is late by less.
    public static let reactionTime = 1.0

    /// Measures a call, by its audio wherever possible.
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
        // The answer is the chunk with its first audible sample, and the chunks before it without a gap.
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

    /// The latest transcript for each event id.
    private static func distinct(_ transcripts: [RecordedCall.Transcript]) -> [RecordedCall.Transcript] {
        transcripts.reduce(into: []) { result, transcript in
            if let index = result.firstIndex(where: { $0.eventID == transcript.eventID && $0.eventID != 0 }) {
                result[index].text = transcript.text
            } else {
                result.append(transcript)
            }
        }
    }

    /// Measures one barge-in. The agent is silent when the last utterance that began before the interruption is over:
    /// what a server sends after it without a pause counts against the server. So does a pause within the queued audio,
    /// which the listener cannot tell from silence until the next word is due. Where nothing was left to play, there
    /// was no pause, unless that was so before the caller spoke.
    private static func bargeIn(
        _ speech: RecordedCall.Speech, in window: Range<Double>, call: RecordedCall, utterances: [Span], pause: Double
    ) -> BargeInMeasurement {
        // An interruption of a later answer does not count for this one.
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

    /// Transcripts that belong neither to a turn that is being spoken, nor are the first one after its end.
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
