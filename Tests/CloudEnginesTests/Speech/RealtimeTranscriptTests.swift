import Testing

@testable import CloudEngines

@Suite struct RealtimeTranscriptTests {
    private func transcript(kept: Int = 1000, uncommitted: Int = 500) -> RealtimeTranscript {
        RealtimeTranscript(
            bounds: .init(
                kept: kept, uncommitted: uncommitted, shortestMessage: 10, longestMessage: 100, shortestCommit: 30))
    }

    private func samples(_ range: Range<Int>) -> [Float] { range.map(Float.init) }

    private func append(_ samples: [Float], to transcript: inout RealtimeTranscript) {
        let isTaken = transcript.append(samples)
        #expect(isTaken)
    }

    private func drain(_ transcript: inout RealtimeTranscript) -> [RealtimeTranscript.Outgoing] {
        var outgoing: [RealtimeTranscript.Outgoing] = []
        while let next = transcript.next() { outgoing.append(next) }
        return outgoing
    }

    @Test func audioIsSentInPiecesThatAreNeitherTooShortNorTooLong() {
        var transcript = transcript()
        append(samples(0..<9), to: &transcript)
        #expect(transcript.next() == nil)
        append(samples(9..<150), to: &transcript)
        #expect(drain(&transcript) == [.audio(samples(0..<100)), .audio(samples(100..<150))])
    }

    @Test func commitCoversWhatItWasWantedForAndNoMore() {
        var transcript = transcript()
        append(samples(0..<105), to: &transcript)
        transcript.wantCommit()
        append(samples(105..<125), to: &transcript)
        #expect(
            drain(&transcript) == [
                .audio(samples(0..<100)), .audio(samples(100..<105)), .commit(padding: 0), .audio(samples(105..<125)),
            ])
        transcript.take(.partial("so"))
        transcript.take(.completed(item: nil, text: "so far", language: "en"))
        #expect(transcript.settled == 105 && transcript.text == "so far" && transcript.language == "en")
        transcript.take(.partial(" and more "))
        #expect(transcript.text == "so far and more")
    }

    @Test func shortCommitIsFilledUp() {
        var transcript = transcript()
        append(samples(0..<12), to: &transcript)
        transcript.wantCommit()
        #expect(drain(&transcript) == [.audio(samples(0..<12)), .commit(padding: 18)])
    }

    @Test func nothingIsCommittedTwice() {
        var transcript = transcript()
        transcript.wantCommit()
        #expect(drain(&transcript).isEmpty)
        append(samples(0..<50), to: &transcript)
        transcript.wantCommit()
        #expect(drain(&transcript).count == 2)
        transcript.wantCommit()
        #expect(drain(&transcript).isEmpty)
    }

    @Test func monologueIsCommittedByAndBy() {
        var transcript = transcript(uncommitted: 200)
        append(samples(0..<250), to: &transcript)
        #expect(drain(&transcript).suffix(2) == [.commit(padding: 0), .audio(samples(200..<250))])
    }

    @Test func itemsKeepTheirOrderWhateverTheOrderOfTheirTexts() {
        var transcript = transcript()
        for end in [50, 100] {
            append(samples(end - 50..<end), to: &transcript)
            transcript.wantCommit()
            _ = drain(&transcript)
        }
        transcript.take(.delta(item: "a", text: "one"))
        transcript.take(.accepted(item: "a"))
        transcript.take(.accepted(item: "b"))
        transcript.take(.delta(item: "b", text: "three"))
        transcript.take(.delta(item: "a", text: " two"))
        #expect(transcript.text == "one two three")
        transcript.take(.completed(item: "b", text: "three four", language: nil))
        #expect(transcript.settled == 0 && transcript.text == "one two three four")
        transcript.take(.completed(item: "a", text: "one two.", language: nil))
        #expect(transcript.settled == 100 && transcript.text == "one two. three four")
        transcript.take(.delta(item: "c", text: "five"))
        #expect(transcript.text == "one two. three four five")
    }

    @Test func serviceMayCommitByItselfAndConfirmTwice() {
        var transcript = transcript()
        append(samples(0..<50), to: &transcript)
        _ = drain(&transcript)
        transcript.take(.partial("one"))
        transcript.take(.completed(item: nil, text: "one", language: nil))
        transcript.take(.confirmed(text: "one"))
        #expect(transcript.settled == 50 && transcript.text == "one")
        append(samples(50..<100), to: &transcript)
        transcript.wantCommit()
        _ = drain(&transcript)
        transcript.take(.confirmed(text: "two"))
        #expect(transcript.settled == 100 && transcript.text == "one two")
    }

    @Test func lostConnectionCostsNoAudioAndRepeatsNone() {
        var transcript = transcript()
        append(samples(0..<50), to: &transcript)
        transcript.wantCommit()
        _ = drain(&transcript)
        transcript.take(.completed(item: nil, text: "one", language: nil))
        append(samples(50..<90), to: &transcript)
        transcript.wantCommit()
        _ = drain(&transcript)
        transcript.take(.partial("tw"))
        transcript.connectionLost()
        #expect(transcript.text == "one")
        #expect(drain(&transcript) == [.audio(samples(50..<90)), .commit(padding: 0)])
        transcript.take(.completed(item: nil, text: "two", language: nil))
        #expect(transcript.text == "one two" && transcript.settled == 90)
    }

    @Test func audioIsBounded() {
        var transcript = transcript(kept: 100)
        append(samples(0..<100), to: &transcript)
        let isTaken = transcript.append([0])
        #expect(!isTaken)
        transcript.wantCommit()
        _ = drain(&transcript)
        transcript.take(.completed(item: nil, text: "", language: nil))
        append(samples(0..<100), to: &transcript)
    }
}
