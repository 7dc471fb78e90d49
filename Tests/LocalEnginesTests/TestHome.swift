import Foundation

@testable import LocalEngines

/// A home of its own for one test, removed at its end.
struct TestHome: ~Copyable {
    let home: EngineHome

    init() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        home = EngineHome(path: directory.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: home.path) }

    /// Puts a file into a model's directory.
    func add(_ file: String, to model: String, _ text: String = "") throws {
        let url = URL(filePath: "\(home.modelDirectory(model))/\(file)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }

    /// Makes the files of an installed model those of another as well, which is then called `name`.
    func link(_ folder: String, as name: String) throws {
        let models = URL(filePath: "\(home.path)/models")
        try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: models.appending(path: name), withDestinationURL: URL(filePath: folder))
    }
}
