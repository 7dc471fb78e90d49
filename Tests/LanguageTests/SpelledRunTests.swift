import Testing

@testable import Language

@Suite("What is spelled in languages of which little is known")
struct SpelledRunTests {
    @Test(
        "letters and digits said one by one are one piece, whatever stands between them",
        arguments: [
            ("Mein Name ist W-E-I-S-S.", "Mein Name ist WEISS."), ("V E S S", "VESS"),
            ("0 8 0 1 2 1 8 8 5", "080121885"), ("0, 4, 4, 9, 1, 1 8, 4, 4", "044911844"),
            ("El código es a, b, 3, 7, gracias.", "El código es AB37, gracias."),
            ("Müller, M-Ü-L-L-E-R, und 1, 2, 3, 4.", "Müller, MÜLLER, und 1234."),
        ])
    func joins(heard: String, written: String) {
        #expect(NeutralLanguage("de").written(heard, expecting: .anything) == written)
    }

    @Test(
        "sentences stay as they are",
        arguments: [
            "Il y a un train à 9 h.", "E o a casa?", "Um 3, 4 oder 5 Uhr.", "Ein T-Shirt, Größe M.", "Haus 7 b.",
            "1, 2, 3!",
            "Le plan B, s'il vous plaît.", "", "É  isso.", "C-3-PO",
        ])
    func leaves(text: String) {
        #expect(NeutralLanguage("fr").written(text, expecting: .anything) == text)
    }
}
