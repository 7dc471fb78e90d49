import Agents
import Foundation
import JSON
import Speech
import TurnTaking

/// The log of a call, read back: what the turn-taking machine went through, and how long the engines took.
///
/// `RecordWriter` writes lines of these kinds, in this order: `policy` before everything else; `voice` (a row of
/// windows, the last of which ends at the line's time); `event`, and after each event its `decision`s and `command`s.
/// `transcriber` and `turn_detector` (milliseconds of work) and `milestone` (of a response) stand in between.
public struct CallLog: Sendable, Hashable {
    /// A moment in the making of a response.
    public struct Milestone: Sendable, Hashable {
        /// What was reached.
        public enum Name: String, Sendable, Hashable, CaseIterable {
            /// The model's first words.
            case firstToken = "first_token"
            /// The first clause is complete.
            case firstClause = "first_clause"
            /// The first clause's first audio is there.
            case firstAudio = "first_audio"
            /// The audio so far will last until more follows; details: `queued_ms` of audio, `needed_ms`.
            case safe
            /// The first audio was sent to the caller.
            case heard
            /// The second clause's first audio is there; detail: `left_ms` of audio were still to be heard.
            case secondAudio = "second_audio"
            /// A filler is about to be heard, since the next word is not there.
            case bridged
            /// The model or the voice failed; details: `task` (`language_model`, `voice`), `engine`, `message`.
            case failed
            /// The agent apologises for that.
            case apology
        }

        /// The response that it belongs to.
        public var response: ResponseID
        /// Which moment it is.
        public var name: Name
        /// The machine's time, plus the real time since its last window.
        public var time: CallTime
        /// The measurements behind it, such as `queued_ms`.
        public var detail: [String: JSONValue] = [:]
    }

    /// A piece of an engine's work for one pause.
    public struct Work: Sendable, Hashable {
        /// The number of the pause.
        public var pause: Int
        /// Time from request to result.
        public var milliseconds: Int
    }

    /// The events, decisions and commands of the turn-taking machine.
    public var turns: TurnLog
    /// Moments of responses, in the order of time.
    public var milestones: [Milestone] = []
    /// The making of final transcripts.
    public var transcriptions: [Work] = []
    /// The turn detector's verdicts, in order.
    public var judgements: [Work] = []

    /// A log that cannot be read back.
    public struct Unreadable: Error, CustomStringConvertible {
        /// Why the log cannot be read.
        public var description: String
    }

    /// Reads the lines of a log. Logs of older builds hold no policy: their decisions can be shown, but not replayed.
    ///
    /// - Throws: `Unreadable`.
    public init(_ lines: [CallEvent]) throws {
        var policy: TurnPolicy?
        var entries: [TurnLog.Entry] = []
        func read<T: Decodable>(_ type: T.Type, _ line: CallEvent, over base: JSONValue = [:]) throws -> T {
            do { return try JSONDecoder().decode(type, from: base.merging(line.detail).data) } catch {
                throw Unreadable(
                    description: "The log's line \(line.kind) at sample \(line.time) cannot be read: \(error)")
            }
        }
        for line in lines {
            let time = CallTime(samples: line.time)
            switch line.kind {
            case "policy": policy = try read(TurnPolicy.self, line, over: Self.newerNumbers)
            case "voice":
                for (window, end) in try Self.windows(line) {
                    entries.append(TurnLog.Entry(time: end, event: .voice(window)))
                }
            case "event":
                // Holds a policy of its own.
                let base: JSONValue =
                    line.detail["takenOver"] == nil ? [:] : ["takenOver": ["_0": Self.newerNumbers]]
                entries.append(TurnLog.Entry(time: time, event: try read(TurnEvent.self, line, over: base)))
            case "decision" where !entries.isEmpty:
                entries[entries.count - 1].decisions.append(try read(TurnDecision.self, line))
            case "command" where !entries.isEmpty:
                entries[entries.count - 1].commands.append(try read(TurnCommand.self, line))
            case "transcriber": if let work = Work(line.detail) { transcriptions.append(work) }
            case "turn_detector": if let work = Work(line.detail) { judgements.append(work) }
            case "milestone": if let milestone = Milestone(line.detail) { milestones.append(milestone) }
            default: break
            }
        }
        guard let policy else {
            throw Unreadable(description: "The log holds no policy: the call never began, or an older build wrote it.")
        }
        turns = TurnLog(policy: policy, entries: entries)
    }

    /// Defaults for numbers that an older build's policy lacks. A number that is absent because it was nil stays nil.
    private static let newerNumbers: JSONValue = {
        var policy = TurnPolicy()
        (policy.turnTimeout, policy.initialWait, policy.silenceEndCall) = (nil, nil, nil)
        (policy.softTimeout, policy.maximumDuration) = (nil, nil)
        // The values that behave as builds before these numbers did.
        policy.yieldGrace = .zero
        (policy.echoAfterglow, policy.endingPatience) = (.milliseconds(-32), policy.endingWait)
        (policy.othersAfter, policy.noisyWithin) = (.seconds(86_400), -200)
        return policy.json
    }()

    /// Length of one window.
    private static let window = Span.milliseconds(32)

    private static func windows(_ line: CallEvent) throws -> [(VoiceWindow, CallTime)] {
        func column(_ name: String) throws -> [Float] {
            guard let values = line.detail[name]?.arrayValue else {
                throw Unreadable(description: "The log's voice at sample \(line.time) has no \(name).")
            }
            // JSON has no number for the level of silence, −∞.
            return values.map { $0.doubleValue.map(Float.init) ?? -.infinity }
        }
        let (probabilities, levels, echoes) = (try column("probabilities"), try column("levels"), try column("echoes"))
        guard levels.count == probabilities.count, echoes.count == probabilities.count else {
            throw Unreadable(description: "The log's voice at sample \(line.time) has columns of different lengths.")
        }
        return probabilities.indices.map { index in
            (
                VoiceWindow(probability: probabilities[index], level: levels[index], echo: echoes[index]),
                CallTime(samples: line.time - (probabilities.count - 1 - index) * window.samples)
            )
        }
    }
}

extension CallLog.Work {
    fileprivate init?(_ detail: JSONValue) {
        guard let pause = detail["pause"]?.intValue, let milliseconds = detail["elapsed_ms"]?.intValue else {
            return nil
        }
        self.init(pause: pause, milliseconds: milliseconds)
    }
}

extension CallLog.Milestone {
    fileprivate init?(_ detail: JSONValue) {
        guard let response = detail["response"]?.intValue, let time = detail["at"]?.intValue,
            let name = detail["name"]?.stringValue.flatMap(Name.init)
        else { return nil }
        var inputs = detail.objectValue ?? [:]
        for key in ["response", "at", "name"] { inputs[key] = nil }
        self.init(
            response: ResponseID(number: response), name: name, time: CallTime(samples: time), detail: inputs)
    }

    var json: JSONValue {
        var json = detail
        json["response"] = .integer(response.number)
        json["name"] = .string(name.rawValue)
        json["at"] = .integer(time.samples)
        return .object(json)
    }
}
