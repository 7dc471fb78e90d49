import Audio
import Engines
import Foundation
import JSON
import Testing

@testable import CloudEngines

@Suite struct ElevenLabsReplyTests {
    private func reply(_ json: JSONValue) throws -> ElevenLabsSpeechReply {
        try #require(ElevenLabsSpeechReply(json.data))
    }

    @Test func bothFormsOfAlignmentAreRead() throws {
        let socket = try reply([
            "audio": "AQI=", "isFinal": nil, "contextId": "c", "normalizedAlignment": nil,
            "alignment": ["chars": ["a", "b"], "charStartTimesMs": [0, 100], "charDurationsMs": [100, 50]],
        ])
        #expect(socket.audio == Data([1, 2]) && socket.contextID == "c" && !socket.isFinal)
        #expect(socket.characters.map(\.text) == ["a", "b"])
        #expect(abs((socket.characters.last?.end ?? 0) - 0.15) < 1e-9)
        let line = try reply([
            "audio_base64": "AQI=",
            "normalized_alignment": [
                "characters": ["a"], "character_start_times_seconds": [0.5], "character_end_times_seconds": [0.7],
            ],
        ])
        #expect(line.characters == [.init(text: "a", start: 0.5, end: 0.7)])
    }

    @Test func endsAndFailuresAreRead() throws {
        #expect(try reply(["isFinal": true, "contextId": "c"]).isFinal)
        let failure = try reply(["message": "No input", "error": "input_timeout_exceeded", "code": 1008]).failure
        #expect(failure == .init(word: "input_timeout_exceeded", message: "No input"))
    }

    @Test(arguments: ["", "[]", "{", "{\"audio\": \"*\"}", "null"]) func nonsenseIsNone(text: String) {
        #expect(ElevenLabsSpeechReply(Data(text.utf8)) == nil)
    }

    @Test func unevenAlignmentIsLeftOut() throws {
        let uneven = try reply(["alignment": ["chars": ["a", "b"], "charStartTimesMs": [0], "charDurationsMs": [1]]])
        #expect(uneven.characters.isEmpty)
    }

    /// Two pieces of a second each; the second piece's times count from where `second` says.
    private func words(_ origin: ElevenLabsClause.Origin, second: Double) throws -> [WordTiming] {
        var clause = ElevenLabsClause(text: "one two", format: .pcm8000, origin: origin, limit: 10)
        let audio = Data(count: 16_000)
        func characters(_ text: String, at start: Double) -> [AlignedWords.Character] {
            text.enumerated().map {
                .init(text: String($1), start: start + Double($0) / 10, end: start + 0.1 * Double($0 + 1))
            }
        }
        let first = try clause.chunk(audio: audio, characters: characters("one ", at: 0.2))
        let next = try clause.chunk(audio: audio, characters: characters("two", at: second))
        #expect(clause.length == 16_000)
        return (first?.words ?? []) + (next?.words ?? []) + (clause.rest()?.words ?? [])
    }

    @Test func timesCountFromTheMessageOrTheClause() throws {
        let expected = [WordTiming(index: 0, samples: 1600..<4000), WordTiming(index: 1, samples: 9600..<12000)]
        #expect(try words(.message, second: 0.2) == expected)
        #expect(try words(.clause, second: 1.2) == expected)
        // A service whose times begin anew with each line.
        #expect(try words(.clause, second: 0.2) == expected)
    }

    @Test func clauseHasAnEnd() throws {
        var clause = ElevenLabsClause(text: "one", format: .pcm8000, origin: .clause, limit: 1)
        #expect(throws: ElevenLabsClause.TooLong.self) { try clause.chunk(audio: Data(count: 16_002), characters: []) }
    }

    @Test func settingsAreSentWhereTheySaySomething() {
        var settings = ElevenLabsSynthesizer.Settings()
        #expect(settings.json(speed: 1) == nil)
        #expect(settings.json(speed: 9) == ["speed": 1.2])
        let style = VoiceStyle(stability: 0.3, similarityBoost: 0.9)
        #expect(settings.json(speed: 1, style: style) == ["stability": 0.3, "similarity_boost": 0.9])
        settings.stability = 0.3
        settings.similarityBoost = 0.8
        settings.style = 0
        settings.useSpeakerBoost = false
        #expect(
            settings.json(speed: 0.8) == [
                "stability": 0.3, "similarity_boost": 0.8, "style": 0, "use_speaker_boost": false, "speed": 0.8,
            ])
    }
}
