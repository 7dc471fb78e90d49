import ArgumentParser
import Audio
import CallMetrics
import Client
import ConvAI
import Foundation
import Synchronization

/// The command `parley talk`.
struct TalkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "talk", abstract: "Talk to an agent.",
        discussion: """
            With microphone and loudspeaker, with recordings (--input), or by typing (--text). Use headphones: a loud \
            loudspeaker in the microphone hides your voice. Without them, --mute-while-speaking sends silence while \
            the agent speaks.

            Exit codes: 0 the conversation ended well, also by Ctrl-C; 64 wrong use; 69 the server cannot be reached; 70 \
            the conversation ended with an error; 130 Ctrl-C before it began.
            """)

    @OptionGroup var server: ServerOptions

    @Option(help: "The agent's id. Without it, the demo agent or, where there is none, the newest.")
    var agent: String?

    @Option(
        name: .long, parsing: .upToNextOption,
        help: "WAV files or folders of them to speak, one after the other, each when the agent has finished.")
    var input: [String] = []

    @Option(help: "A WAV file for the call: the caller left, the agent as it was heard right.")
    var output: String?

    @Option(help: "With --input: silence of the agent, in seconds, after which it has finished.")
    var gap = ScriptedCaller.Options().gap

    @Flag(help: "Type instead of speaking; lines are read from the standard input.")
    var text = false

    @Flag(help: "Send silence while the agent speaks. It cannot be interrupted then.")
    var muteWhileSpeaking = false

    @Flag(help: "List the sound devices.")
    var listDevices = false

    @Option(help: "Number of the microphone in --list-devices.")
    var inputDevice: Int?

    @Option(help: "Number of the loudspeaker in --list-devices.")
    var outputDevice: Int?

    func run() async throws {
        if listDevices { return try list() }
        try check()
        // Checked before the call, so that a wrong name does not break it off.
        let files = try Recordings.files(input)
        if let output { try Recordings.checkWritable(URL(filePath: output)) }
        let target = try await CallTarget(url: server.url, agent: agent, apiKey: server.apiKey)
        let end: ConversationEnd
        if text {
            end = try await TextCall(target: target).run()
        } else if !files.isEmpty {
            end = try await talk(to: target, with: files)
        } else {
            let call = try await LiveCall(
                target: target, input: inputDevice, output: outputDevice, isHalfDuplex: muteWhileSpeaking)
            end = try await call.run(recording: output.map { URL(filePath: $0) })
        }
        if end.isError { throw CommandError.failed("The conversation ended: \(end).") }
    }

    private func check() throws {
        guard !text || input.isEmpty else { throw CommandError.usage("--text and --input exclude each other.") }
        guard !text || output == nil else {
            throw CommandError.usage("--text has no sound to write; --output is for spoken conversations.")
        }
        let isLive = !text && input.isEmpty
        guard isLive || !(muteWhileSpeaking || inputDevice != nil || outputDevice != nil) else {
            throw CommandError.usage(
                "--mute-while-speaking, --input-device and --output-device are for microphone and loudspeaker.")
        }
        guard gap >= 0.1, gap <= 60 else { throw CommandError.usage("--gap: 0.1 to 60 seconds.") }
    }

    private func list() throws {
        let devices = try SoundCard.devices()
        if devices.isEmpty { print("There are no sound devices.") }
        for device in devices {
            let uses = [
                device.inputs > 0 ? "microphone" + (device.isDefaultInput ? " (default)" : "") : nil,
                device.outputs > 0 ? "loudspeaker" + (device.isDefaultOutput ? " (default)" : "") : nil,
            ]
            print("\(device.index)\t\(device.name)\t\(uses.compactMap { $0 }.joined(separator: ", "))")
        }
    }

    private func talk(to target: CallTarget, with files: [URL]) async throws -> ConversationEnd {
        let conversation = try await target.connect()
        let rate = try conversation.audioFormats().input.sampleRate
        var recordings: [ScriptedCaller.Recording] = []
        do {
            recordings = try files.map {
                ScriptedCaller.Recording(name: $0.lastPathComponent, samples: try Recordings.load($0, sampleRate: rate))
            }
        } catch {
            await conversation.end()
            throw error
        }
        var options = ScriptedCaller.Options()
        options.gap = gap
        let transcript = LiveTranscript()
        let call = try ScriptedCall(conversation, recordings: recordings, options: options) { transcript.take($0) }
        let result = try await Signals.cancelling { await call.run() }
        transcript.close()
        if let output {
            try Recordings.write(
                caller: result.caller, callerRate: result.callerRate, agent: result.call.heard,
                agentRate: result.call.sampleRate, to: URL(filePath: output))
        }
        return result.end
    }
}

/// Writes a conversation while it goes on: `User:` and `Agent:` lines, latencies, and the status line.
final class LiveTranscript: Sendable {
    private let terminal = Terminal()
    /// The latest partial transcript.
    private let partial = Mutex("")

    func take(_ event: ScriptedCall.Event) {
        switch event {
        case .answered(let latency): terminal.line("       answered after \(Int((latency * 1000).rounded())) ms")
        case .levels(let caller, let agent):
            terminal.show(
                status: "you \(Terminal.meter(caller)) agent \(Terminal.meter(agent)) "
                    + partial.withLock { String($0.suffix(60)) })
        case .message(let message): take(message)
        }
    }

    func close() { terminal.show(status: "") }

    func note(_ text: String) { terminal.line(text) }

    private func take(_ message: ServerMessage) {
        switch message {
        case .tentativeUserTranscript(let text, _): partial.withLock { $0 = text }
        case .userTranscript(let text, _):
            partial.withLock { $0 = "" }
            terminal.line("User:  \(text)")
        case .agentResponse(let text, _): terminal.line("Agent: \(text)")
        case .agentResponseCorrection(_, let corrected, _): terminal.line("       (heard: \(corrected))")
        case .clientToolCall(let call): terminal.line("       (tool \(call.name) is not available here)")
        case .error(let error): terminal.line("Error: \(error.message)")
        default: break
        }
    }
}
