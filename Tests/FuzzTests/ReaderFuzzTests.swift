import Foundation
import Testing

/// That the process is still there is the first proof. The others are in `Fuzzer`: what is read is bounded by what was
/// sent, does not depend on how it was cut, and costs no more than its size.
///
/// `PARLEY_FUZZ_INPUTS` sets how many inputs each reader gets, `PARLEY_FUZZ_READERS` which readers, by their names with
/// commas between them.
@Suite("Readers take anything", .serialized)
struct ReaderFuzzTests {
    static let readers: [Reader] = [
        .json, .clientMessage, .serverMessage, .speechMessage, .transcriptionMessage, .cursor, .frames, .multipart,
        .query, .wav, .audioFrames, .serverSentEvents, .imageHeader, .plainText, .lexicon,
    ].filter { reader in
        guard let names = ProcessInfo.processInfo.environment["PARLEY_FUZZ_READERS"] else { return true }
        return names.split(separator: ",").contains { $0 == reader.name }
    }

    @Test("bytes that no client should send are answered or refused, at a bounded cost", arguments: readers)
    func fuzz(reader: Reader) async throws {
        var fuzzer = Fuzzer(reader)
        try await fuzzer.run()
    }
}
