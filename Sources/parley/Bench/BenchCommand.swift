import ArgumentParser
import Audio
import CallMetrics
import Client
import ConvAI
import Foundation
import JSON

/// The command `parley bench`.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure how an agent answers, from the audio as a caller hears it.",
        discussion: """
            Plays recorded caller turns in real time over the wire and measures both channels of the call.

            Sets:
              answers      end of the caller's speech -> first audible sample
              pauses       0.7 to 1.2 s in mid-sentence: taken for the end?
              barge-in     1 s into every answer: -> interruption, -> silence
              backchannel  "mm-hm", "yeah", cough, taps: do they interrupt?
              noise        answers with --noise 20, 10 and 5 dB below the speech
              echo         answers with the agent's own voice in the microphone
              spelling     names and codes joined from --spelling: exact transcripts?
              concurrency  answers with 1, 2 and 4 calls at once
              speech       no call: first audio and transcription of the speech API
              tools        webhooks, announcements, transfers, greetings with tools
              all          all of them; half an hour with 20 turns

            What is measured:
              The microphone is never off: frames of 20 ms, each sent when its last sample is due. The agent's audio is \
            heard at the later of its arrival and the end of what is queued; an interruption empties the queue. The \
            caller's speech ends at the last sample of the recording within 30 dB of its loudest 10 ms, and begins where \
            it stands 10 dB out of the recording's own noise and reaches -50 dBFS. The agent is audible from -50 dBFS \
            over 10 ms on, so silence at the head of its audio counts against it. It is silent after its last audible \
            sample or, when that was less than 300 ms before the interruption, once there is nothing left to play. \
            docs/bench.md says more.

            Exit codes: 0 measured, 64 wrong use, 69 the server cannot be reached, 70 no call could be measured.
            """)

    @Argument(help: "The server; http, https, ws or wss.")
    var url = "http://127.0.0.1:8000"

    @Option(help: "The agent's id. Without it, the demo agent or, where there is none, the newest.")
    var agent: String?

    @Option(help: "The server's API key (default: PARLEY_API_KEY or ELEVENLABS_API_KEY in the environment).")
    var apiKey: String?

    @Option(name: .customLong("set"), parsing: .upToNextOption, help: "What to measure; one or more of the sets.")
    var sets: [BenchSet] = [.answers]

    @Option(help: "Turns of each call; the recordings are repeated as often as needed.")
    var turns = 20

    @Option(parsing: .upToNextOption, help: "WAV files of callers, or folders of them. Convert other formats first.")
    var audio: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: """
            The same of speakers on whom nothing was tuned: each set is measured with both, and their figures stand \
            side by side.
            """)
    var unseen: [String] = []

    @Option(parsing: .upToNextOption, help: "WAV files of noises, or folders of them, for the noise set.")
    var noise: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: "WAV files of letters and digits, or folders of them, named as a_1.wav and seven_2.wav; for spelling.")
    var spelling: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: """
            WAV files of listeners' "mm-hm" and the like, or folders of them. Without them, the embedded voice says \
            some.
            """)
    var backchannels: [String] = []

    @Option(
        help: """
            JSON file with the recordings' words, {"file name": "text"}, for the word error rate. Without it, \
            transcripts.json beside the recordings if there is one.
            """)
    var transcripts: String?

    @Option(help: "Calls at the same time, each with all turns; of the noise, echo and spelling sets always one.")
    var concurrency = 1

    @Option(
        help: """
            Have the answers written by a scripted model that begins after this many milliseconds, in place of the \
            agent's: what is left is the server's own share. The server must be on this machine.
            """)
    var firstToken: Int?

    @Option(
        help: """
            Another server of the same protocol, which is called with the same callers after each run: its figures and \
            the ratios are printed. Examples/pipecat_agent.py makes Pipecat one.
            """)
    var against: String?

    @Option(help: "The id of the agent that is called there.")
    var againstAgent = "agent"

    @Option(help: "The API key for it; none is sent without.")
    var againstApiKey: String?

    @Flag(help: "The same as --set barge-in.")
    var bargeIn = false

    @Option(help: "Silence of the agent after which its answer is over, in seconds.")
    var gap = ScriptedCaller.Options().gap

    @Option(help: "File for the report as JSON.")
    var json: String?

    @Option(help: "File for the report as one HTML page, with a bar for every turn.")
    var html: String?

    @Option(help: "Folder for the calls as WAV files: the caller left, the agent as it was heard right.")
    var output: String?

    @Option(
        help: """
            Process id of the server, to measure its memory and processor time on this machine; with several calls at \
            once also what each further one costs.
            """)
    var pid: Int?

    func run() async throws {
        let sets = BenchSet.expand(bargeIn ? [.bargeIn] : self.sets)
        try check(sets)
        let files = try Recordings.files(audio)
        let strangers = try Recordings.files(unseen)
        let references = try BenchInputs.references(transcripts, beside: files)
            .merging(transcripts == nil ? BenchInputs.references(nil, beside: strangers) : [:]) { first, _ in first }
        let target = try await CallTarget(url: url, agent: agent, apiKey: apiKey)
        print("agent: \(target.agentName.map { "\($0) (\(target.agentID))" } ?? target.agentID)\n")
        let peer = try against.map { try CallTarget(peer: $0, agent: againstAgent, apiKey: againstApiKey) }
        let sampleRate = try await inputRate(of: target)
        if let peer, try await inputRate(of: peer) != sampleRate {
            throw CommandError.usage("--against: the agent there takes audio of another sample rate.")
        }
        let sounds = try await sounds(sets, files: files, sampleRate: sampleRate)
        var report = BenchReport(date: .now, url: url, agent: target.agentID)
        if sets.contains(.speech) {
            let bench = SpeechBench(url: target.url, apiKey: target.apiKey, turns: turns)
            let figures = try await bench.run(sounds.callers.map(\.samples), sampleRate: sounds.sampleRate)
            print(figures.table)
            report.speech = figures
        }
        if sets.contains(.tools) {
            let bench = ToolBench(target: target, turns: turns, gap: gap, callers: sounds.callers)
            let figures = try await bench.run()
            print((report.speech == nil ? "" : "\n") + figures.table)
            report.tools = figures
        }
        let runs = try plan(sets.flatMap { try sounds.runs($0, unseen: strangers) })
        report.runs = try await measure(runs, target: target, peer: peer, references: references)
        if let json { try report.json().write(to: URL(filePath: json)) }
        if let html { try Data(BenchPage(report: report).html.utf8).write(to: URL(filePath: html)) }
        if report.isEmpty {
            let end = report.runs.first?.calls.first?.end
            throw CommandError.failed("No turn could be measured: \(end ?? "no call").")
        }
    }

    /// Holds the calls of every run, and prints their figures.
    private func measure(
        _ runs: [BenchRun], target: CallTarget, peer: CallTarget?, references: [String: String]
    ) async throws -> [BenchReport.Run] {
        var measured: [BenchReport.Run] = []
        var single: BenchReport.Server?
        var tuned: BenchReport.Run?
        for run in runs {
            var (done, usage) = try await measure(run, target: target, references: references)
            if run.calls == 1, single == nil { single = usage }
            if run.isWarmUp { continue }
            if let single { done.compare(with: single) }
            print((measured.isEmpty ? "" : "\n") + done.table)
            if done.isUnseen == true, let tuned { print("\n" + done.comparison(with: tuned)) }
            tuned = done
            measured.append(done)
            guard let peer else { continue }
            var other = run
            other.name += ", \(peer.url.absoluteString)"
            do {
                var theirs = try await measure(other, target: peer, isPeer: true, references: references).run
                (theirs.peer, theirs.server) = (peer.url.absoluteString, nil)
                print("\n\(theirs.table)\n\n\(done.comparison(against: theirs))")
                measured.append(theirs)
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                // What was measured of this server counts without it.
                print("\n\(other.name): not measured: \(error)")
            }
        }
        return measured
    }

    private func measure(
        _ run: BenchRun, target: CallTarget, isPeer: Bool = false, references: [String: String]
    ) async throws -> (run: BenchReport.Run, usage: BenchReport.Server?) {
        let (calls, usage) = try await holdValid(run, target: target)
        let results = calls.map(\.result)
        var waterfalls: [[JSONValue]?] = []
        // Of another server nothing is asked but calls.
        for call in calls { waterfalls.append(isPeer ? nil : await self.waterfalls(of: call.id, target)) }
        let done = BenchReport.Run(
            run, results: results, recordings: try write(results, run: run), waterfalls: waterfalls,
            references: references, server: usage)
        return (done, usage)
    }

    /// Times that turns are said again because they proved nothing.
    private static let mostRepetitions = 3

    /// Holds all calls of a run, and further ones until as many barge-ins or backchannels prove something as were asked
    /// for.
    private func holdValid(_ run: BenchRun, target: CallTarget) async throws -> ([Call], BenchReport.Server?) {
        var (calls, usage) = try await hold(run, target: target)
        let each = run.set.recordingsPerTurn
        guard each > 1, !run.isWarmUp else { return (calls, usage) }
        for repetition in 1...Self.mostRepetitions {
            let figures = CallFigures(calls.map { CallMeasurement($0.result.call) })
            let valid =
                run.set == .bargeIn
                ? figures.bargeIns - figures.voidBargeIns : figures.backchannels - figures.voidBackchannels
            let missing = run.calls * turns - valid
            guard missing > 0 else { break }
            var again = run
            again.calls = 1
            // Other sounds after the same recordings than those that met the end of an answer.
            again.script = { _ in Array(run.script(repetition).prefix(missing * each)) }
            calls += try await hold(again, target: target).0
        }
        return (calls, usage)
    }

    private func check(_ sets: [BenchSet]) throws {
        guard !audio.isEmpty else {
            throw CommandError.usage(
                "Give recordings of callers with --audio. Speech made by a synthesizer is too clean to measure with.")
        }
        guard !sets.contains(.noise) || !noise.isEmpty else {
            throw CommandError.usage("--set noise: give noises with --noise.")
        }
        guard !sets.contains(.spelling) || !spelling.isEmpty else {
            throw CommandError.usage("--set spelling: give recordings of letters and digits with --spelling.")
        }
        guard (1...1000).contains(turns) else { throw CommandError.usage("--turns: 1 to 1000.") }
        guard (1...64).contains(concurrency) else { throw CommandError.usage("--concurrency: 1 to 64.") }
        guard unseen.isEmpty || sets.contains(where: \.playsCallers) else {
            throw CommandError.usage("--unseen: none of the sets plays recordings of callers.")
        }
        guard gap >= 0.1, gap <= 60 else { throw CommandError.usage("--gap: 0.1 to 60 seconds.") }
        if sets.contains(.spelling) || sets.contains(.tools) || firstToken != nil, !ScriptedModel.isReachable(from: url)
        {
            throw CommandError.usage(
                "--first-token, --set spelling, --set tools: the server must be on this machine to reach the scripted model."
            )
        }
        if let firstToken, !(0...60_000).contains(firstToken) {
            throw CommandError.usage("--first-token: 0 to 60000 milliseconds.")
        }
        guard against == nil || firstToken == nil && sets.allSatisfy(\.playsCallers) else {
            throw CommandError.usage("--against: with sets that play callers, and without --first-token.")
        }
        if let pid, ProcessUsage.sample(pid) == nil { throw CommandError.usage("--pid: there is no process \(pid).") }
    }

    /// The sample rate of the agent's calls, found by a call without speech.
    private func inputRate(of target: CallTarget) async throws -> Int {
        let conversation = try await target.connect()
        await conversation.end()
        return try conversation.audioFormats().input.sampleRate
    }

    private func sounds(_ sets: [BenchSet], files: [URL], sampleRate: Int) async throws -> BenchSounds {
        var sounds = BenchSounds(
            sampleRate: sampleRate, turns: turns, calls: concurrency,
            callers: try BenchInputs.callers(files, sampleRate: sampleRate))
        if sets.contains(.backchannel) {
            sounds.backchannels = try await BenchInputs.backchannels(
                try Recordings.files(backchannels), sampleRate: sampleRate)
        }
        if sets.contains(.noise) {
            sounds.noises = try Recordings.files(noise).map { try Recordings.load($0, sampleRate: sampleRate) }
        }
        if sets.contains(.spelling) {
            sounds.letters = try BenchInputs.letters(try Recordings.files(spelling), sampleRate: sampleRate)
        }
        return sounds
    }

    /// The runs in order. To compare memory, the first one must have a single call.
    private func plan(_ runs: [BenchRun]) -> [BenchRun] {
        guard pid != nil, let first = runs.first, first.calls > 1 else { return runs }
        var warmUp = first
        warmUp.calls = 1
        warmUp.isWarmUp = true
        warmUp.script = { call in Array(first.script(call).prefix(2)) }
        return [warmUp] + runs
    }

    private struct Call: Sendable {
        var id: String
        var result: ScriptedCall.Result
    }

    /// The waterfalls of a call; nil where the server has none.
    private func waterfalls(of id: String, _ target: CallTarget) async -> [JSONValue]? {
        guard let client = try? ConversationsClient(url: target.url, apiKey: target.apiKey) else { return nil }
        return try? await client.waterfalls(of: id)
    }

    /// Holds all calls of a run, with the scripted model if the run has one.
    private func hold(_ run: BenchRun, target: CallTarget) async throws -> ([Call], BenchReport.Server?) {
        guard var model = run.model ?? firstToken.map({ _ in ScriptedModel() }) else {
            return try await holdCalls(of: run, target: target)
        }
        if let firstToken { model.firstToken = .milliseconds(firstToken) }
        return try await model.lead(target) { try await holdCalls(of: run, target: $0) }
    }

    /// Holds all calls of a run at the same time.
    private func holdCalls(
        of run: BenchRun, target: CallTarget
    ) async throws -> ([Call], BenchReport.Server?) {
        let watch = pid.map(ProcessWatch.init)
        let results = try await withThrowingTaskGroup(of: (Int, Call)?.self) { group in
            if let watch {
                group.addTask {
                    await watch.run()
                    return nil
                }
            }
            for index in 0..<run.calls {
                group.addTask { (index, try await call(index, of: run, target: target)) }
            }
            var results: [Int: Call] = [:]
            while results.count < run.calls, let result = try await group.next() {
                if let (index, result) = result { results[index] = result }
            }
            group.cancelAll()
            return results.sorted { $0.key < $1.key }.map(\.value)
        }
        return (results, await watch?.report().map { BenchReport.Server(own: $0.own, children: $0.children) })
    }

    private func call(_ index: Int, of run: BenchRun, target: CallTarget) async throws -> Call {
        let conversation = try await target.connect()
        do {
            var options = ScriptedCaller.Options()
            options.gap = run.gap ?? gap
            options.seed = UInt64(index + 1)
            let call = try ScriptedCall(
                conversation, recordings: run.script(index), options: options, background: run.background,
                echo: run.echoDelay.map(EchoPath.Options.init(delay:)))
            return Call(id: conversation.metadata.conversationID, result: await call.run())
        } catch {
            await conversation.end()
            throw error
        }
    }

    private func write(_ results: [ScriptedCall.Result], run: BenchRun) throws -> [String?] {
        guard let output else { return results.map { _ in nil } }
        let folder = URL(filePath: output)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try results.enumerated().map { index, result in
            let name = "\(run.name.map { $0.isLetter || $0.isNumber ? String($0) : "-" }.joined())-\(index + 1).wav"
            try Recordings.write(
                caller: result.caller, callerRate: result.callerRate, agent: result.call.heard,
                agentRate: result.call.sampleRate, to: folder.appending(path: name))
            return name
        }
    }
}
