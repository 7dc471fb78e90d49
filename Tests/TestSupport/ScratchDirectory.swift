import Foundation

/// A directory that is removed with the object.
package final class ScratchDirectory: Sendable {
    package let url = FileManager.default.temporaryDirectory.appending(path: "parleytest_\(UUID().uuidString)")

    package init() {}

    deinit { try? FileManager.default.removeItem(at: url) }
}
