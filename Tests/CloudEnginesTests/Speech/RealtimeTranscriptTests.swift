import Testing

@testable import CloudEngines

@Suite struct RealtimeTranscriptTests {
    private func transcript(kept: Int = 1000, uncommitted: Int = 500, repeated: Int = 0) -> RealtimeTranscript {
        RealtimeTranscript(
            bounds: .init(
                kept: kept, uncommitted: uncommitted, shortestMessage: 10, longestMessage: 100, shortestCommit: 30,
                repeated: repeated))
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

    // MARK: Pauses

    /// A transcript whose first 50 samples were committed, and are "my number is".
    private func paused(kept: Int = 1000, repeated: Int) -> RealtimeTranscript {
        var transcript = transcript(kept: kept, repeated: repeated)
        append(samples(0..<50), to: &transcript)
        transcript.wantCommit()
        _ = drain(&transcript)
        transcript.take(.completed(item: nil, text: "My number is.", language: nil))
        return transcript
    }

    @Test func nothingIsSentAfterACommitUntilTheCallerGoesOn() {
        var transcript = paused(repeated: 100)
        transcript.goOn()
        append(samples(50..<80), to: &transcript)
        #expect(drain(&transcript).isEmpty && transcript.text == "My number is.")
        transcript.goOn()
        #expect(drain(&transcript) == [.audio(samples(0..<80))])
    }

    @Test func sentenceWithAPauseIsTranscribedAsOne() {
        var transcript = paused(repeated: 100)
        append(samples(50..<80), to: &transcript)
        transcript.goOn()
        _ = drain(&transcript)
        transcript.take(.partial("my number"))
        #expect(transcript.text == "My number is.")
        transcript.take(.partial("my number is five"))
        #expect(transcript.text == "my number is five")
        append(samples(80..<90), to: &transcript)
        transcript.wantCommit()
        #expect(drain(&transcript) == [.audio(samples(80..<90)), .commit(padding: 0)])
        #expect(transcript.settled == 50)
        transcript.take(.completed(item: nil, text: "My number is five.", language: nil))
        #expect(transcript.settled == 90 && transcript.text == "My number is five.")
    }

    @Test func textOfAnEarlierCommitMayComeAfterTheAudioWasSentAgain() {
        var transcript = transcript(repeated: 100)
        append(samples(0..<50), to: &transcript)
        transcript.wantCommit()
        _ = drain(&transcript)
        append(samples(50..<80), to: &transcript)
        transcript.wantCommit()
        #expect(drain(&transcript) == [.audio(samples(0..<80)), .commit(padding: 0)])
        transcript.take(.completed(item: nil, text: "one", language: nil))
        #expect(transcript.settled == 50 && transcript.text == "one")
        transcript.take(.completed(item: nil, text: "one two", language: nil))
        #expect(transcript.settled == 80 && transcript.text == "one two")
    }

    @Test func longStretchIsLeftAsItIs() {
        var transcript = paused(kept: 100, repeated: 40)
        append(samples(50..<90), to: &transcript)
        transcript.wantCommit()
        #expect(drain(&transcript) == [.audio(samples(50..<90)), .commit(padding: 0)])
        transcript.take(.completed(item: nil, text: "Five.", language: nil))
        #expect(transcript.text == "My number is. Five." && transcript.settled == 90)
        // Only what may be sent again is kept.
        append(samples(90..<150), to: &transcript)
        transcript.goOn()
        #expect(drain(&transcript) == [.audio(samples(50..<150))])
    }

    @Test func lostConnectionIsRestedThroughToo() {
        var transcript = paused(repeated: 100)
        append(samples(50..<80), to: &transcript)
        transcript.connectionLost()
        #expect(drain(&transcript).isEmpty && transcript.text == "My number is.")
        transcript.wantCommit()
        #expect(drain(&transcript) == [.audio(samples(0..<80)), .commit(padding: 0)])
        transcript.connectionLost()
        #expect(drain(&transcript) == [.audio(samples(0..<80)), .commit(padding: 0)])
        transcript.take(.completed(item: nil, text: "My number is five.", language: nil))
        #expect(transcript.text == "My number is five.")
    }
}
