import Testing

@testable import LocalEngines

@Suite("Notes about sounds")
struct SoundNotesTests {
    @Test(
        "are removed, whatever brackets they are in",
        arguments: [
            ("[Music]", ""), ("[BLANK_AUDIO].", ""), ("(crickets chirping) (crickets chir", ""), ("♪ La la la ♪", ""),
            ("（音楽）", ""), ("[Laughter] Yes, please.", " Yes, please."), ("Hello. [Music] Bye.", "Hello.  Bye."),
        ])
    func removed(text: String, expected: String) {
        #expect(SoundNotes.removed(from: text) == expected)
    }

    @Test(
        "are not what has a number, nor other words",
        arguments: [
            "My number is (555) 0123.", "It's 4711", "No.", "", "I said, \"No.\"",
            "The city bike (the red one, if you still have it", "It is open (so they say to everybody) until six.",
        ])
    func kept(text: String) {
        #expect(SoundNotes.removed(from: text) == text)
    }
}
