import Audio
import Client
import ConvAI

/// Hears a call as its caller does: feeds the agent's messages through a `PlayoutBuffer`, and records its output.
///
/// A plain value without a clock: every message comes with its time, in seconds since the WebSocket opened. Times never
/// go back behind what has been listened to.
public struct CallListener: Sendable {
    /// The call as recorded so far; `speech` is added by the caller of this type.
    public private(set) var call: RecordedCall
    private var decoder: FrameDecoder
    private var buffer: PlayoutBuffer
    private var answer = 0
    /// The index of the first chunk with the latest event id.
    private var firstOfID = 0
    private var lastAudioID: Int?

    /// - Parameter format: of the agent's audio, as in the conversation's metadata.
    public init(format: AudioFormat) {
        call = RecordedCall(sampleRate: format.sampleRate)
        decoder = FrameDecoder(format: format)
        buffer = PlayoutBuffer(sampleRate: format.sampleRate)
    }

    /// Audio that waits to be played, in seconds.
    public var queued: Double { Double(buffer.queued) / Double(call.sampleRate) }

    /// Takes in a message that came at `time`.
    public mutating func receive(_ message: ServerMessage, at time: Double) {
        listen(until: time)
        switch message {
        case .audio(let audio):
            guard let place = buffer.enqueue(decoder.decode(audio.bytes), eventID: audio.eventID), place.count > 0
            else { return }
            if audio.eventID != lastAudioID { firstOfID = call.chunks.count }
            lastAudioID = audio.eventID
            call.chunks.append(.init(start: seconds(place.start), end: seconds(place.end), answer: answer))
        case .interruption(let eventID):
            buffer.interrupt(eventID: eventID)
            let now = seconds(buffer.position)
            call.chunks.removeAll { $0.start >= now }
            if let last = call.chunks.indices.last { call.chunks[last].end = min(call.chunks[last].end, now) }
            call.interruptions.append(time)
            answer += 1
        case .userTranscript(let text, let eventID):
            call.transcripts.append(.init(time: time, eventID: eventID, text: text))
            answer += 1
        case .agentResponse(_, let eventID):
            call.responses.append(time)
            // The text may come before a response's audio or, when it is late, in the middle of it.
            if eventID != lastAudioID {
                answer += 1
            } else if call.chunks.indices.contains(firstOfID), firstOfID > 0,
                call.chunks[firstOfID - 1].answer == answer
            {
                // The agent spoke without a turn of the caller's: the audio under this id is an answer of its own.
                answer += 1
                for index in firstOfID..<call.chunks.count { call.chunks[index].answer = answer }
            }
        default: break
        }
    }

    /// Plays everything until `time`.
    public mutating func listen(until time: Double) {
        call.heard.append(contentsOf: buffer.advance(to: Int(time * Double(call.sampleRate))))
    }

    /// Adds something that the caller said.
    public mutating func note(_ speech: RecordedCall.Speech) { call.speech.append(speech) }

    private func seconds(_ samples: Int) -> Double { Double(samples) / Double(call.sampleRate) }
}
