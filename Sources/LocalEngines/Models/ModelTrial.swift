import Audio
import Engines
import Foundation
import Subprocess
import Tasks

/// Loads and runs a model once in a separate process first: sherpa-onnx ends the process when a model is not what its
/// engine expects, and all calls with it.
///
/// A model that has passed is not tried again until its files or its entry change.
public struct ModelTrial: Sendable {
    private let home: EngineHome
    private let command: [String]
    private let timeout: Double

    /// Bytes of the other process's output that are kept.
    private static let longestOutput = 1 << 20

    /// - Parameters:
    ///   - command: The command, to which the model's id is appended; its exit status is 0 if the model works.
    ///   - timeout: Time-out in seconds.
    public init(
        home: EngineHome, command: [String], timeout: Double = LocalEngineOptions.Models().trialTimeout
    ) {
        self.home = home
        self.command = command
        self.timeout = timeout
    }

    /// Tries a model, unless it has passed before.
    ///
    /// - Throws: `EngineError` with the output of sherpa-onnx.
    public func run(_ model: ModelManifest.Model) async throws {
        guard !model.isParleys, !model.files.isEmpty else { return }
        let stamp = URL(filePath: "\(home.path)/stamps/trial-\(model.id)")
        let key = key(of: model)
        if (try? String(contentsOf: stamp, encoding: .utf8)) == key { return }
        try await passes(model)
        // Without the stamp the model is only tried again the next time.
        try? FileManager.default.createDirectory(
            at: stamp.deletingLastPathComponent(), withIntermediateDirectories: true)
        try? Data(key.utf8).write(to: stamp, options: .atomic)
    }

    private func passes(_ model: ModelManifest.Model) async throws {
        var platform = PlatformOptions()
        platform.processGroupID = 0
        var environment = ChildEnvironment.variables(also: ["PARLEY_ROOT"])
        environment["PARLEY_HOME"] = home.path
        let arguments = command + [model.id]
        let late = EngineError(.timeout, engine: model.id, "the model was not loaded within \(timeout) s")
        let result: (isGood: Bool, output: String) = try await TaskClock.continuous().value(
            within: .seconds(timeout), orThrow: late
        ) { [platform, environment] in
            let result = try await Subprocess.run(
                .name("env"), arguments: Arguments(arguments), environment: .only(environment),
                platformOptions: platform,
                output: .string(limit: Self.longestOutput), error: .combinedWithOutput)
            return (result.terminationStatus.isSuccess, result.standardOutput)
        }
        guard result.isGood else {
            let lines = result.output.split(whereSeparator: \.isNewline).suffix(3).joined(separator: " ")
            throw EngineError(.failed, engine: model.id, "the model cannot be run: \(lines.suffix(500))")
        }
    }

    /// A key that changes with the entry and with its files.
    private func key(of model: ModelManifest.Model) -> String {
        let files = model.files.map { file in
            let path = "\(home.modelDirectory(model.id))/\(file.path)"
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            let size = (attributes?[.size] as? NSNumber)?.int64Value ?? -1
            let time = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(file.path) \(size) \(time)"
        }
        return ([model.engine, model.languages.joined(separator: ","), model.options.summary] + files)
            .joined(separator: "\n")
    }
}
