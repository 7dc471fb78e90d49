import ArgumentParser
import Audio
import CloudEngines
import Engines
import Foundation
import JSON
import LocalEngines
import Logging

/// The command `parley doctor`.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the installation by running a sentence through every engine.",
        discussion: """
            Speaks a sentence, transcribes it, answers it and speaks the answer, with the time of each step. Exit \
            codes: 0 everything works, 70 something does not.
            """)

    @Flag(help: "Print JSON.")
    var json = false

    private struct Check {
        var name: String
        var detail: String
        var milliseconds: Int?
        var isGood = true
    }

    func run() async throws {
        LoggingSystem.writeToStandardError(from: .error)
        let checks = await check()
        if json {
            let list = checks.map { check -> JSONValue in
                [
                    "name": .string(check.name), "detail": .string(check.detail), "ok": .bool(check.isGood),
                    "milliseconds": check.milliseconds.map(JSONValue.integer) ?? .null,
                ]
            }
            print(JSONValue.array(list).text)
        } else {
            for check in checks {
                let time = check.milliseconds.map { "  \($0) ms" } ?? ""
                print("\(check.isGood ? "ok  " : "FAIL")  \(check.name): \(check.detail)\(time)")
            }
        }
        if checks.contains(where: { !$0.isGood }) { throw ExitCode(70) }
    }

    private func check() async -> [Check] {
        let home = EngineHome()
        let installation = Installation()
        var checks = [
            Check(name: "Engines and models", detail: home.path),
            Check(name: "Data", detail: installation.data.path),
            Check(
                name: "Pages", detail: installation.webRoot?.path ?? "not found; set PARLEY_ROOT",
                isGood: installation.webRoot != nil),
        ]
        checks += await services(in: home)
        do {
            let manifest = try installation.models(in: home)
            let models = Self.check(manifest, in: home)
            checks += models
            guard models.allSatisfy(\.isGood) else { return checks }
            let room = try EngineRoom(manifest: manifest, home: home, logger: Logger(label: "parley"))
            let start = ContinuousClock.now
            try await room.running { engines in
                checks.append(Check(name: "Start", detail: "every engine warm", milliseconds: Self.since(start)))
                checks += try await roundTrip(engines)
            }
        } catch {
            checks.append(Check(name: "Engines", detail: "\(error)", isGood: false))
        }
        return checks
    }

    /// Checks the services that the user's `engines.yaml` names.
    private func services(in home: EngineHome) async -> [Check] {
        let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        do {
            let configuration = try EngineConfiguration(home: home, environment: environment)
            return await ServiceCheck.run(configuration).map { check in
                Check(
                    name: "Service", detail: check.detail + (check.failure.map { ": \($0)" } ?? " answers"),
                    isGood: check.failure == nil)
            }
        } catch {
            return [Check(name: "Configuration", detail: "\(error)", isGood: false)]
        }
    }

    /// Checks every model that calls need, so that all missing ones are named at once.
    private static func check(_ manifest: ModelManifest, in home: EngineHome) -> [Check] {
        EngineRoom.Models.needed.map { kind, engines in
            do {
                let model = try manifest.installedDefault(of: kind, engines: engines, in: home)
                return Check(name: "Model", detail: "\(model.id), \(model.name)")
            } catch {
                return Check(name: "Model", detail: "\(error)", isGood: false)
            }
        }
    }

    private func roundTrip(_ engines: EngineCatalog) async throws -> [Check] {
        var checks: [Check] = []
        let question = "What are your opening hours?"
        let transcriber = engines.transcribers[0]
        let synthesizer = engines.synthesizers[0]
        let model = engines.languageModels[0]

        var start = ContinuousClock.now
        let spoken = try Resampler.resample(
            try await synthesizer.samples(of: question), from: synthesizer.sampleRate, to: 16_000)
        checks.append(
            Check(
                name: "Voice", detail: "\(synthesizer.id) said \"\(question)\"", milliseconds: Self.since(start),
                isGood: !spoken.isEmpty))

        start = .now
        let stream = engines.voiceActivityDetector.openStream()
        var voiced = 0
        let windows = spoken.count / 512
        for window in 0..<windows
        where try await stream.speechProbability(
            of: Array(spoken[window * 512..<(window + 1) * 512])) > 0.5
        {
            voiced += 1
        }
        checks.append(
            Check(
                name: "Voice activity", detail: "speech in \(voiced) of \(windows) windows",
                milliseconds: Self.since(start), isGood: voiced > windows / 3))

        if let suppressor = engines.noiseSuppressor {
            let stream = try await suppressor.openStream()
            start = .now
            let cleaned = try await stream.clean(spoken)
            checks.append(
                Check(
                    name: "Noise suppression", detail: "\(suppressor.id) passed \(cleaned.count / 16) ms on",
                    milliseconds: Self.since(start), isGood: cleaned.count > spoken.count / 2))
        } else {
            checks.append(Check(name: "Noise suppression", detail: "none installed; calls do without"))
        }

        if let detector = engines.turnDetector {
            let judgement = try await detector.judge(spoken + [Float](repeating: 0, count: 16_000 / 5))
            checks.append(
                Check(
                    name: "End of turn",
                    detail: "\(detector.id) is \(Int(100 * judgement.probability)) % sure that this is all",
                    milliseconds: Int(judgement.processingTime / .milliseconds(1)),
                    isGood: judgement.probability > 0.5))
        }

        start = .now
        let heard = try await transcriber.words(in: spoken)
        checks.append(
            Check(
                name: "Transcriber", detail: "\(transcriber.id) heard \"\(heard)\"", milliseconds: Self.since(start),
                isGood: heard.lowercased().contains("hours")))

        start = .now
        let session = await model.openSession()
        var answer = ""
        let request = GenerationRequest(
            messages: [
                .system("You are the receptionist of a shop that is open from nine to five. Answer in one sentence."),
                .user(heard),
            ], temperature: 0, maxTokens: 60)
        for try await event in session.generate(request) {
            if case .text(let text) = event { answer += text }
        }
        await session.close()
        checks.append(
            Check(
                name: "Language model", detail: "\(model.id) answered \"\(answer)\"", milliseconds: Self.since(start),
                isGood: !answer.isEmpty))
        return checks
    }

    private static func since(_ start: ContinuousClock.Instant) -> Int {
        Int((ContinuousClock.now - start) / .milliseconds(1))
    }
}
