import CloudEngines
import Engines
import Foundation
import LocalEngines

extension EngineHome {
    /// Where the engines beside the embedded ones are listed.
    var engineFile: String { path + "/engines.yaml" }
}

extension EngineConfiguration {
    /// Reads `file`, which must be there, or else that of `home`, which need not.
    ///
    /// - Throws: `EngineError` when it cannot be read or understood.
    init(file: String?, home: EngineHome, environment: [String: String]) throws {
        if let file {
            try self.init(file: file, environment: environment)
        } else if FileManager.default.fileExists(atPath: home.engineFile) {
            try self.init(file: home.engineFile, environment: environment)
        } else {
            self.init()
        }
    }
}
