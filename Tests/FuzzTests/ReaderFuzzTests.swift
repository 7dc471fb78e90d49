import Testing

/// That the process is still there is the first proof. The others are in `Fuzzer`: what is read is bounded by what was
/// sent, does not depend on how it was cut, and costs no more than its size.
///
/// `PARLEY_FUZZ_INPUTS` sets how many inputs each reader gets.
@Suite("Readers take anything", .serialized)
struct ReaderFuzzTests {
    static let readers: [Reader] = [
        .json, .clientMessage, .serverMessage, .speechMessage, .transcriptionMessage, .cursor, .frames, .multipart,
        .query, .wav, .audioFrames, .serverSentEvents,
    ]

    @Test("bytes that no client should send are answered or refused, at a bounded cost", arguments: readers)
    func fuzz(reader: Reader) async throws {
        var fuzzer = Fuzzer(reader)
        try await fuzzer.run()
    }
}
