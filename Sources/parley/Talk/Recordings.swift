import Audio
import Foundation

/// Reads and writes recordings in files.
enum Recordings {
    /// The recordings that paths name: WAV files, or folders of them in the order of their names.
    static func files(_ paths: [String]) throws -> [URL] {
        try paths.flatMap { path -> [URL] in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw CommandError.usage("\(path): no such file.")
            }
            let url = URL(filePath: path)
            guard isFolder.boolValue else {
                guard url.pathExtension.lowercased() == "wav" else {
                    throw CommandError.usage("\(path): only WAV files are read; convert it first.")
                }
                return [url]
            }
            let found = try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)
                .filter { $0.pathExtension.lowercased() == "wav" }
                .sorted { $0.lastPathComponent < $1.lastPathComponent }
            guard !found.isEmpty else { throw CommandError.usage("\(path): no WAV files in it.") }
            return found
        }
    }

    /// Loads a recording as mono samples at a call's rate.
    static func load(_ url: URL, sampleRate: Int) throws -> [Float] {
        do {
            let file = try WAV(contentsOf: url, limit: 100 << 20)
            return try Resampler.resample(file.mono, from: file.sampleRate, to: sampleRate)
        } catch {
            throw CommandError.usage("\(url.lastPathComponent): \(error)")
        }
    }

    /// Checks that a recording can be written to the file, so that no call is held in vain.
    static func checkWritable(_ url: URL) throws {
        var isFolder: ObjCBool = false
        let files = FileManager.default
        let folder = url.deletingLastPathComponent()
        guard files.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandError.usage("\(url.path): there is no folder \(folder.path).")
        }
        if files.fileExists(atPath: url.path, isDirectory: &isFolder) {
            guard !isFolder.boolValue, files.isWritableFile(atPath: url.path) else {
                throw CommandError.usage("\(url.path) cannot be written.")
            }
        } else if !files.isWritableFile(atPath: folder.path) {
            throw CommandError.usage("\(url.path) cannot be written.")
        }
    }

    /// Writes both sides of a call: the caller left, the agent right, at the higher of their rates.
    static func write(caller: [Float], callerRate: Int, agent: [Float], agentRate: Int, to url: URL) throws {
        let rate = max(callerRate, agentRate)
        var left = try Resampler.resample(caller, from: callerRate, to: rate)
        var right = try Resampler.resample(agent, from: agentRate, to: rate)
        let count = max(left.count, right.count)
        left += repeatElement(0, count: count - left.count)
        right += repeatElement(0, count: count - right.count)
        try WAV(sampleRate: rate, channels: [left, right]).encoded().write(to: url)
    }
}
