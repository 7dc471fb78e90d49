import Audio
import Engines
import Foundation

/// What espeak-ng speaks, by its own names, such as `pt-br`.
public struct EspeakLanguages: Sendable, Hashable {
    /// In espeak-ng's order of preference among those of one language.
    public let names: [String]

    /// Those of the espeak-ng in `PATH`; empty where there is none.
    public static let installed = EspeakLanguages(listing: listing())

    /// Reads what `espeak-ng --voices` prints: a heading, then lines of `priority name …`.
    public init(listing: String) {
        names = listing.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
            line.split(separator: " ").dropFirst().first.map(String.init)
        }
    }

    /// Where the two lists of codes differ, and the accent that most expect where espeak-ng has none without a region.
    private static let others = ["zh": "cmn", "no": "nb", "iw": "he", "in": "id", "en": "en-us", "fr": "fr-fr"]

    /// espeak-ng's name of a BCP-47 language: with its region, else without; nil when it does not speak it.
    public func name(of language: String) -> String? {
        let tag = language.lowercased().replacing("_", with: "-")
        let primary = LanguageTag.primary(tag)
        let candidates = [tag, Self.others[primary], primary].compactMap(\.self)
        return candidates.first(where: names.contains) ?? names.first { LanguageTag.primary($0) == primary }
    }

    private static func listing() -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["espeak-ng", "--voices"]
        process.environment = ChildEnvironment.variables()
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return "" }
        // A few kilobytes, which the pipe holds.
        let data = (try? output.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}
