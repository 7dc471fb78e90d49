import Audio
import Foundation
import JSON
import Subprocess

/// The text of a PDF, read by Poppler's program.
///
/// It runs in a process of its own: a file that crashes it, or makes it use too much memory or time, ends only that
/// process. Of a document that is longer than the limits, the beginning is used.
struct PDFText: Sendable {
    let limits: DocumentReader.Limits

    /// The exit status of programs such as `nice` when the program to run does not exist.
    private static let notFound: Int32 = 127
    /// The exit status of `pdftotext` for a document whose author forbids it.
    private static let forbidden: Int32 = 3

    /// What one run of the program has brought.
    private struct Output: Sendable {
        var bytes: [UInt8] = []
        var isCut = false
        var status: TerminationStatus?
    }

    /// - Throws: `DocumentError`, or `CancellationError`.
    func read(_ file: URL) async throws -> DocumentReader.Document.Content {
        let output = try await run(file)
        try Task.checkCancellation()
        switch output.status {
        case .exited(0)?: break
        case .exited(Self.notFound)?: throw DocumentError.noReader
        case .exited(Self.forbidden)?: throw DocumentError.unreadable("its author does not allow it")
        // Of a document that is damaged or too much work, the beginning is used.
        case _ where output.isCut || !output.bytes.isEmpty: break
        case .exited?: throw DocumentError.unreadable("it is damaged or needs a password")
        default: throw DocumentError.unreadable("it takes too much time or memory")
        }
        // Each page ends in a form feed.
        let pages = output.bytes.count { $0 == 0x0C }
        let isLonger = pages > limits.pages
        // A character that was cut at the end reads as its replacement.
        var text = PlainText.tidied(String(decoding: output.bytes, as: UTF8.self).streamSafe)
        if output.isCut, text.last == "\u{FFFD}" { text.removeLast() }
        let isWhole = !output.isCut && !isLonger && output.status == .exited(0)
        return .text(text, isWhole: isWhole, pages: min(pages, limits.pages))
    }

    private func run(_ file: URL) async throws -> Output {
        // One page more shows whether there are more.
        let arguments = [
            "--as=\(limits.memory)", "--cpu=\(limits.processorTime)", "--fsize=0", "--core=0", "--nofile=64", "nice",
            "-n", "10", "pdftotext", "-q", "-enc", "UTF-8", "-eol", "unix", "-l", "\(limits.pages + 1)",
            file.path(percentEncoded: false), "-",
        ]
        var platform = PlatformOptions()
        // A process group of its own: an interrupt from the terminal is for Parley.
        platform.processGroupID = 0
        let result = try await Subprocess.run(
            .name("prlimit"), arguments: Arguments(arguments), environment: .only(ChildEnvironment.variables()),
            platformOptions: platform, input: .none, output: .sequence, error: .discarded
        ) { execution in
            let end: @Sendable () async -> Void = { [time = limits.time] in
                guard (try? await Task.sleep(for: time)) != nil else { return }
                try? execution.send(signal: .kill)
            }
            // Cancelled when the output is over.
            async let _: Void = end()
            var output = Output()
            for try await buffer in execution.standardOutput {
                let room = limits.text - output.bytes.count
                output.bytes += buffer.withUnsafeBytes { Array($0.prefix(room)) }
                if !output.isCut, buffer.count > room {
                    output.isCut = true
                    // What it still writes is dropped.
                    try? execution.send(signal: .kill)
                }
            }
            return output
        }
        var output = result.closureResult
        output.status = result.terminationStatus
        return output
    }
}
