import Audio
import Engines
import Foundation

/// The languages that espeak-ng speaks, by its own names, such as `pt-br`.
public struct EspeakLanguages: Sendable, Hashable {
    /// The names; those of the same language are in espeak-ng's order of preference.
    public let names: [String]

    /// The languages of the espeak-ng in `PATH`; empty where there is none.
    public static let installed = EspeakLanguages(listing: listing())

    /// Reads the output of `espeak-ng --voices`: a heading, then lines of `priority name …`.
    public init(listing: String) {
        names = listing.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
            line.split(separator: " ").dropFirst().first.map(String.init)
        }
    }

    /// Codes that differ between the two lists, and the usual accent where espeak-ng has no name without a region.
    private static let others = ["zh": "cmn", "no": "nb", "iw": "he", "in": "id", "en": "en-us", "fr": "fr-fr"]

    /// espeak-ng's name of a BCP-47 language, with its region or else without; nil when espeak-ng does not speak it.
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
        // The output is a few kilobytes, which the pipe holds.
        let data = (try? output.fileHandleForReading.readToEnd()) ?? nil
        process.waitUntilExit()
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}
