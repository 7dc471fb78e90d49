// What the bench measures, and how.
//
// Every call is held over the wire in real time. The microphone is never off: 20 ms frames go out for as long as the
// call lasts, with room noise at -65 dBFS between the recordings. A frame goes out when its last sample has been
// captured, so the 20 ms that framing costs are part of every latency, as they are for a real caller.
//
// The agent is heard as a well-behaved client plays it (`PlayoutBuffer`): at the later of a chunk's arrival and the end
// of what is queued; an `interruption` empties the queue. The arrival is the moment at which the message was read from
// the socket. All times are places in these two channels:
//
// - The caller's speech ends at the last sample of the clean recording that reaches a threshold 30 dB under its loudest
//   10 ms (`AudibilityOptions`), not at the end of the file: silence at the end of a recording does not make a server
//   look fast.
// - The agent is audible from the first sample at which 10 ms of its audio reach -50 dBFS for at least 20 ms. Silence
//   at the head of its audio counts against the server.
// - A turn is answered by the first sound of the agent that begins after the end of the speech and before the next turn.
//   If the agent began to speak while the caller still spoke, the turn is "talked into" and is not in the latencies.
// - A barge-in begins at its first audible sample, some 1.5 s into the answer. The agent is silent after the last
//   audible sample of the utterance that began before its `interruption`, pauses of up to 300 ms included. Without an
//   `interruption` it has not yielded.
// - An underrun is a time of more than 40 ms with nothing to play between two chunks of the same answer.
// - Percentiles are nearest ranks.

import ArgumentParser
import Audio
import CallMetrics
import Client
import Foundation
import JSON

/// `parley bench`.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure how an agent answers, from the audio as a caller hears it.",
        discussion: """
            Plays recorded caller turns in real time and measures both channels: end of the caller's speech to the \
            first audible sample of the answer, barge-in to silence, underruns, word error rate.

            Exit codes: 0 measured, 2 wrong use, 69 the server cannot be reached, 70 no call could be measured.
            """)

    @Argument(help: "The server; http, https, ws or wss.")
    var url = "http://127.0.0.1:8000"

    @Option(help: "The agent's id. Without it, the server's first agent.")
    var agent: String?

    @Option(help: "The key for the server; PARLEY_API_KEY or ELEVENLABS_API_KEY in the environment do the same.")
    var apiKey: String?

    @Option(help: "Turns of each call; the recordings are repeated as often as needed.")
    var turns = 20

    @Option(parsing: .upToNextOption, help: "WAV files of callers, or folders of them. Convert other formats first.")
    var audio: [String] = []

    @Option(
        help: """
            JSON file with the recordings' words, {"file name": "text"}, for the word error rate. Without it, \
            transcripts.json beside the recordings if there is one.
            """)
    var transcripts: String?

    @Option(help: "Calls at the same time, each with all turns.")
    var concurrency = 1

    @Flag(help: "Interrupt every answer after 1.5 s with the next recording.")
    var bargeIn = false

    @Option(help: "Silence of the agent after which its answer is over, in seconds.")
    var gap = ScriptedCaller.Options().gap

    @Option(help: "File for the report as JSON.")
    var json: String?

    @Option(help: "Folder for the calls as WAV files: the caller left, the agent as it was heard right.")
    var output: String?

    @Option(help: "Process id of the server, to measure its memory and processor time on this machine.")
    var pid: Int?

    func run() async throws {
        try await CommandError.reporting {
            try check()
            let files = try Recordings.files(audio)
            let references = try self.references(beside: files)
            let target = try await CallTarget(url: url, agent: agent, apiKey: apiKey)
            let watch = pid.map(ProcessWatch.init)
            let results = try await withThrowingTaskGroup(of: (Int, ScriptedCall.Result)?.self) { group in
                if let watch {
                    group.addTask {
                        await watch.run()
                        return nil
                    }
                }
                for index in 0..<concurrency {
                    group.addTask { (index, try await call(index, target: target, files: files)) }
                }
                var results: [Int: ScriptedCall.Result] = [:]
                while results.count < concurrency, let result = try await group.next() {
                    if let (index, result) = result { results[index] = result }
                }
                group.cancelAll()
                return results.sorted { $0.key < $1.key }.map(\.value)
            }
            let usage = await watch?.report().map { BenchReport.Server(own: $0.own, children: $0.children) }
            let report = BenchReport(
                url: url, agent: target.agentID, results: results, recordings: try write(results),
                references: references, server: usage)
            print(report.table)
            if let json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                encoder.dateEncodingStrategy = .iso8601
                try encoder.encode(report).write(to: URL(filePath: json))
            }
            if report.figures.turns == 0 {
                throw CommandError.failed(
                    "No turn could be measured: \(results.first.map { "\($0.end)" } ?? "no call").")
            }
        }
    }

    private func check() throws {
        guard !audio.isEmpty else {
            throw CommandError.usage(
                "Give recordings of callers with --audio. Speech made by a synthesizer is too clean to measure with.")
        }
        guard (1...1000).contains(turns) else { throw CommandError.usage("--turns: 1 to 1000.") }
        guard (1...64).contains(concurrency) else { throw CommandError.usage("--concurrency: 1 to 64.") }
        guard gap >= 0.1, gap <= 60 else { throw CommandError.usage("--gap: 0.1 to 60 seconds.") }
        if let pid, ProcessUsage.sample(pid) == nil { throw CommandError.usage("--pid: there is no process \(pid).") }
    }

    private func call(_ index: Int, target: CallTarget, files: [URL]) async throws -> ScriptedCall.Result {
        let conversation = try await target.connect()
        do {
            let rate = try conversation.audioFormats().input.sampleRate
            var options = ScriptedCaller.Options()
            options.gap = gap
            options.seed = UInt64(index + 1)
            return try await ScriptedCall(
                conversation, recordings: script(try load(files, sampleRate: rate), offset: index), options: options
            ).run()
        } catch {
            await conversation.end()
            throw error
        }
    }

    private func load(_ files: [URL], sampleRate: Int) throws -> [ScriptedCaller.Recording] {
        try files.map { file in
            let samples = try Recordings.load(file, sampleRate: sampleRate)
            guard Audibility.speech(in: samples, sampleRate: sampleRate) != nil else {
                throw CommandError.usage("\(file.lastPathComponent): there is no speech in it.")
            }
            return ScriptedCaller.Recording(name: file.lastPathComponent, samples: samples)
        }
    }

    /// The recordings of one call in turn, each call beginning with another one; with barge-ins, every turn is followed
    /// by one.
    private func script(_ recordings: [ScriptedCaller.Recording], offset: Int) -> [ScriptedCaller.Recording] {
        (0..<turns).flatMap { turn -> [ScriptedCaller.Recording] in
            var recording = recordings[(turn + offset) % recordings.count]
            guard bargeIn else { return [recording] }
            recording.isInterrupted = true
            return [recording, recordings[(turn + offset + 1) % recordings.count]]
        }
    }

    private func references(beside files: [URL]) throws -> [String: String] {
        let beside = files.first?.deletingLastPathComponent().appending(path: "transcripts.json")
        let file: URL
        if let transcripts {
            file = URL(filePath: transcripts)
        } else if let beside, FileManager.default.fileExists(atPath: beside.path) {
            file = beside
        } else {
            return [:]
        }
        guard let members = try? JSONValue(parsing: Data(contentsOf: file)).objectValue else {
            throw CommandError.usage("\(file.lastPathComponent): expected {\"file name\": \"text\"}.")
        }
        // Names may stand without their extension.
        return Dictionary(
            members.compactMap { name, value in
                value.stringValue.map { (name.hasSuffix(".wav") ? name : name + ".wav", $0) }
            }, uniquingKeysWith: { _, last in last })
    }

    private func write(_ results: [ScriptedCall.Result]) throws -> [String?] {
        guard let output else { return results.map { _ in nil } }
        let folder = URL(filePath: output)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try results.enumerated().map { index, result in
            let name = "call-\(index + 1).wav"
            try Recordings.write(
                caller: result.caller, callerRate: result.callerRate, agent: result.call.heard,
                agentRate: result.call.sampleRate, to: folder.appending(path: name))
            return name
        }
    }
}
