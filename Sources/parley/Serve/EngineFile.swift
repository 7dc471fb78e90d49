import CloudEngines
import Engines
import Foundation
import LocalEngines

extension EngineHome {
    /// The path of the list of engines besides the embedded ones.
    var engineFile: String { path + "/engines.yaml" }
}

extension EngineConfiguration {
    /// Reads `file` or else the one of `PARLEY_ENGINES`, which must exist, or otherwise the file of `home`, which need
    /// not.
    ///
    /// - Throws: `EngineError` when the file cannot be read, or has a mistake.
    init(file: String? = nil, home: EngineHome, environment: [String: String]) throws {
        if let file = file ?? environment["PARLEY_ENGINES"] {
            try self.init(file: EngineHome.expandingTilde(file, environment), environment: environment)
        } else if FileManager.default.fileExists(atPath: home.engineFile) {
            try self.init(file: home.engineFile, environment: environment)
        } else {
            self.init()
        }
    }
}
