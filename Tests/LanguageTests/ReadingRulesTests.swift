import TestSupport
import Testing

@testable import Language

@Suite("What voices of other languages read wrongly")
struct ReadingRulesTests {
    private func spoken(_ written: String, _ language: String) -> String {
        SpeakableText(written, language: language).spoken
    }

    @Test("the rules are there, and complete where there are any for reading")
    func data() throws {
        #expect(
            Set(ReadingRules.all.keys).isSuperset(of: ["de", "es", "fr", "it", "nl", "pt", "pl", "da", "cs", "fi"]))
        for (language, rules) in ReadingRules.all where !rules.words.isEmpty {
            for word in ["minus", "to", "and", "per", "number", "times", "about"] {
                #expect(rules.words[word] != nil, "\(language): \(word)")
            }
            #expect(rules.address["_"] != nil && rules.address.count == 4, "\(language)")
            #expect(rules.dates?.months.count == 12 && rules.weekdays.count >= 7, "\(language)")
            #expect(rules.units.count > 20 && !rules.currencies.isEmpty && rules.times != nil, "\(language)")
            if rules.dates?.ordinalDays == true { #expect(rules.ordinals?.stems.count == 31, "\(language)") }
            #expect(
                try #require(rules.dates).full.contains("{year}") && rules.amount.contains("{cents}"), "\(language)")
        }
        #expect(ReadingRules.all["de"]?.years?.numbers.count == 100)
    }

    @Test(arguments: [
        ("-5 °C, −5 und (-5)", "minus 5 Grad, minus 5 und, minus 5"), ("-3 €", "minus 3 Euro"),
        ("9-17 Uhr", "9 bis 17 Uhr"), ("9 – 17 Uhr", "9 bis 17 Uhr"), ("22-6 Uhr", "22 bis 6 Uhr"),
        ("10–12 Leute", "10 bis 12 Leute"), ("5-10 €", "5 bis 10 Euro"), ("2019-2021", "2019 bis 2021"),
        ("1990-1995", "neunzehnhundertneunzig bis neunzehnhundertfünfundneunzig"),
        ("Mo.–Fr. 9-17 Uhr", "Montag bis Freitag 9 bis 17 Uhr"), ("Montag - Freitag", "Montag bis Freitag"),
        ("Sa. von 10", "Samstag von 10"), ("So 10–12 Uhr", "Sonntag 10 bis 12 Uhr"),
        ("am 3. Mai", "am dritten Mai"), ("3. Mai", "dritter Mai"), ("der 3. Mai", "der dritte Mai"),
        ("vom 1. bis 3. Mai", "vom ersten bis dritten Mai"), ("am 1. oder 2. Mai", "am ersten oder zweiten Mai"),
        ("im 2. Stock", "im zweiten Stock"), ("die 3. Etage", "die dritte Etage"),
        ("in der 3. Etage", "in der dritten Etage"), ("im 1. OG", "im ersten Obergeschoss"),
        ("Wir sehen uns am 7. um neun.", "Wir sehen uns am siebten um neun."), ("Am 8.", "Am achten."),
        ("am 21.12.2026", "am einundzwanzigsten Dezember 2026"), ("21.12.2026", "einundzwanzigster Dezember 2026"),
        ("am 24.12. um neun", "am vierundzwanzigsten Dezember um neun"), ("Am 3.5.", "Am dritten Mai."),
        ("geboren am 3.5.1985", "geboren am dritten Mai neunzehnhundertfünfundachtzig"),
        ("2026-12-21", "einundzwanzigster Dezember 2026"),
        ("14:30 Uhr", "14 Uhr 30"), ("14.30 Uhr", "14 Uhr 30"), ("um 9:00", "um 9 Uhr"), ("1:05 Uhr", "ein Uhr 5"),
        ("13:00-15:30 Uhr", "13 Uhr bis 15 Uhr 30"), ("1 Uhr", "ein Uhr"),
        ("3,5 km", "3,5 Kilometer"), ("1 km", "ein Kilometer"), ("80 km/h", "80 Kilometer pro Stunde"),
        ("25 m²", "25 Quadratmeter"), ("2 Std.", "2 Stunden."), ("5 Min. Wartezeit", "5 Minuten Wartezeit"),
        ("3 x 4 m", "3 mal 4 Meter"), ("½ Stunde", "eine halbe Stunde"), ("2½ Tage", "2 einhalb Tage"),
        ("z. B. heute, z.B. morgen", "zum Beispiel heute, zum Beispiel morgen"), ("D. h. ja", "das heißt ja"),
        ("Äpfel usw.", "Äpfel und so weiter."), ("Äpfel usw. sind da", "Äpfel und so weiter sind da"),
        ("Äpfel usw. Danach", "Äpfel und so weiter. Danach"), ("ca. 5 bzw. Nr. 6", "circa 5 beziehungsweise Nummer 6"),
        ("Hr. Dr. Weber", "Herr Doktor Weber"), ("Hauptstr. 5", "Hauptstraße 5"),
        ("12,50 €", "12 Euro 50"), ("€ 12,50, ja", "12 Euro 50, ja"), ("1.250,00 €", "1250 Euro"), ("1 €", "ein Euro"),
        ("kostet 1 €", "kostet einen Euro"), ("0,99 €", "99 Cent"), ("12 $", "12 Dollar"), ("20 EUR", "20 Euro"),
        ("9,99 €/Monat", "9 Euro 99 pro Monat"), ("2,5 Mio. €", "2,5 Millionen Euro"),
        ("30 €/Std.", "30 Euro pro Stunde."), ("0-6 Jahre", "0 bis 6 Jahre"),
        ("bis spätestens 1.2.2027", "bis spätestens ersten Februar 2027"), ("der 1. FC", "der erste FC"),
        ("und/oder A & B", "und oder A und B"), ("#5", "Nummer 5"), ("1 Nacht", "eine Nacht"),
        ("in 1 Stunde", "in einer Stunde"), ("PIN 4821", "PIN 4 8 2 1"),
        ("Weg 5, 10115 Berlin", "Weg 5, 1 0 1 1 5 Berlin"),
        ("a_b@c-d.de.", "a Unterstrich b@c Bindestrich d Punkt de."),
        ("https://www.weber.de/hilfe?x=1", "weber Punkt de Schrägstrich hilfe"),
    ])
    func german(written: String, said: String) {
        #expect(spoken(written, "de") == said)
        #expect(spoken(written, "de-AT") == said)
    }

    @Test(arguments: [
        ("-5 °C", "menos 5 grados"), ("9-14 h", "9 a 14 horas"), ("10-12 personas", "10 a 12 personas"),
        ("21/12/2026", "21 de diciembre de 2026"), ("el 24/12", "el 24 de diciembre"),
        ("2026-12-21", "21 de diciembre de 2026"), ("1.º, 2.ª, 1.er piso", "primero, segunda, primer piso"),
        ("14:30 h", "14:30 horas"), ("a las 9:00", "a las 9"), ("a la 1:30", "a la una y 30"),
        ("21 h", "veintiuna horas"),
        ("a las 6:05", "a las 6 y 5"), ("13:00-15:30", "13 a 15:30"), ("p. ej. hoy", "por ejemplo hoy"),
        ("n.º 14, nº 14", "número 14, número 14"), ("el Sr. López", "el señor López"),
        ("la Dra. Ruiz", "la doctora Ruiz"),
        ("Uds. y/o A & B", "ustedes y o A y B"), ("C/ Mayor, 5", "calle Mayor, 5"), ("tel. 5", "teléfono 5"),
        ("12,50 €", "12 euros con 50"), ("1 €", "un euro"), ("0,85 €", "85 céntimos"), ("1.250 €", "1250 euros"),
        ("9,99 €/mes", "9 euros con 99 por mes"), ("5 km, 20 min", "5 kilómetros, 20 minutos"),
        ("1 noche", "una noche"),
        ("½ hora", "media hora"), ("etc. Luego", "etcétera. Luego"), ("lun.-vie.", "lunes a viernes"),
        ("a@b.es", "a@b punto es"), ("#5", "número 5"), ("21 personas", "veintiuna personas"),
    ])
    func spanish(written: String, said: String) { #expect(spoken(written, "es") == said) }

    @Test(arguments: [
        ("-5 °C", "moins 5 degrés"), ("9-17 h", "9 à 17 heures"), ("de 9h-18h", "de 9 heures à 18 heures"),
        ("21/12/2026", "21 décembre 2026"), ("le 01/05/2026", "le premier mai 2026"), ("le 24/12", "le 24 décembre"),
        ("2e étage, 1er, 1re, 21e", "deuxième étage, premier, première, vingt et unième"),
        ("14h30, 14 h 30, 14:30", "14 heures 30, 14 heures 30, 14 heures 30"), ("à 9h00", "à 9 heures"),
        ("1h", "une heure"), ("21 h", "vingt et une heures"), ("24 h", "24 heures"),
        ("n° 14", "numéro 14"), ("M. Dupont et Mme Leroy", "monsieur Dupont et madame Leroy"),
        ("p. ex. ici, c.-à-d. là", "par exemple ici, c'est-à-dire là"), ("12 bd Voltaire", "12 boulevard Voltaire"),
        ("12,50 €", "12 euros 50"), ("1 249,00 €", "1249 euros"), ("1\u{202F}249 €", "1249 euros"),
        ("0,85 €", "85 centimes"), ("9,99 €/mois", "9 euros 99 par mois"), ("20 Go", "20 gigaoctets"),
        ("et/ou A & B", "et ou A et B"), ("1 nuit, 21 nuits", "une nuit, vingt et une nuits"),
        ("a@b.fr", "a@b point fr"), ("2 350 km", "2350 kilomètres"), ("20 €/h", "20 euros par heure"),
        ("75 m²", "75 mètres carrés"), ("lundi-vendredi", "lundi à vendredi"),
    ])
    func french(written: String, said: String) { #expect(spoken(written, "fr") == said) }

    @Test(arguments: [
        ("it", "il 21/12/2026", "il 21 dicembre 2026"), ("it", "il 1/5/2026", "il primo maggio 2026"),
        ("it", "alle 14.30", "alle 14 e 30"), ("it", "alle 9:00", "alle 9"), ("it", "2° piano", "secondo piano"),
        ("it", "12,50 €", "12 euro e 50"), ("it", "Sig. Rossi, ecc.", "signor Rossi, eccetera."),
        ("it", "-5 °C", "meno 5 gradi"), ("it", "1 notte", "una notte"),
        ("nl", "op 21-12-2026", "op 21 december 2026"), ("nl", "14.30 uur", "14 uur 30"),
        ("nl", "9-17 uur", "9 tot 17 uur"),
        ("nl", "2e verdieping", "tweede verdieping"), ("nl", "€ 12,50", "12 euro 50"),
        ("nl", "Kerkstr. 5", "Kerkstraat 5"),
        ("nl", "dhr. Jansen, bijv. hier", "de heer Jansen, bijvoorbeeld hier"),
        ("pt", "21/12/2026", "21 de dezembro de 2026"), ("pt", "às 14h30", "às 14 horas e 30"),
        ("pt", "R$ 12,50", "12 reais e 50"), ("pt", "2 noites", "duas noites"), ("pt", "2.º andar", "segundo andar"),
        ("pt", "o Sr. Silva", "o senhor Silva"), ("pt", "-5 °C", "menos 5 graus"),
    ])
    func others(language: String, written: String, said: String) { #expect(spoken(written, language) == said) }

    @Test(
        "what may mean something else stays as it is, and so do phone numbers, codes and names",
        arguments: [
            ("de", "3/4 davon"), ("de", "A4-B7"), ("de", "E-Mail"), ("de", "24-Stunden-Service"), ("de", "Version 3.5"),
            ("de", "Zimmer 12. Danach"), ("de", "3-1"), ("de", "1995 Leute"), ("de", "12345 Leute"), ("de", "50 %"),
            ("de", "das So ist"), ("de", "5G und MP3"), ("de", "9 Uhr"), ("de", "im Fr."),
            ("es", "3/4 de hora"), ("es", "el mar. Luego"), ("es", "14:30"), ("es", "3 de mayo"), ("es", "A-7"),
            ("fr", "3/4 du temps"), ("fr", "3 mai"), ("fr", "75011 Paris"), ("fr", "celle-ci"), ("fr", "la mer"),
            ("it", "3 maggio"), ("nl", "een"), ("pt", "3 de maio"), ("sv", "-5 °C den 3. maj 14:30"),
            ("und", "-5 °C am 3. Mai z. B. 12,50 €"),
        ])
    func kept(language: String, written: String) { #expect(spoken(written, language) == written) }

    @Test("digits in groups are still spelled")
    func groups() {
        #expect(spoken("0800 123 4567 oder 030-123456", "de").hasPrefix("0 8 0 0, 1 2 3, 4 5 6 7 oder"))
        #expect(spoken("4929 1183 0042 7715", "es") == "4 9 2 9, 1 1 8 3, 0 0 4 2, 7 7 1 5")
        #expect(spoken("+33 1 23 45 67 89", "fr") == "+33, 1, 23, 45, 67, 89")
    }

    @Test("each spoken word knows what was written when it is over")
    func ledger() {
        func heard(_ written: String, _ language: String) -> [String] {
            SpeakableText(written, language: language).words.map { "\($0.text)|\(written.prefix($0.writtenEnd))" }
        }
        #expect(
            heard("Am 3. Mai, 9-17 Uhr: 12,50 €!", "de") == [
                "Am|Am", "dritten|Am 3.", "Mai,|Am 3. Mai,", "9|Am 3. Mai, 9", "bis|Am 3. Mai, 9-",
                "17|Am 3. Mai, 9-17",
                "Uhr:|Am 3. Mai, 9-17 Uhr:", "12|Am 3. Mai, 9-17 Uhr:", "Euro|Am 3. Mai, 9-17 Uhr:",
                "50!|Am 3. Mai, 9-17 Uhr: 12,50 €!",
            ])
        #expect(
            heard("**z. B.** -5 °C", "de") == [
                "zum|", "Beispiel|**z. B.**", "minus|**z. B.** -", "5|**z. B.** -5", "Grad|**z. B.** -5 °C",
            ])
        #expect(heard("y/o a@b.es", "es") == ["y|y", "o|y/o", "a@b|y/o a@b", "punto|y/o a@b.", "es|y/o a@b.es"])
    }

    @Test("any text gives words in order and within the text, and never two in one")
    func anything() {
        let pieces = [
            "-", "–", "1", "12", "2026", "05", ".", ",", "/", ":", " ", " ", "\n", "€", "$", "%", "°C", " km", "h",
            " h ",
            "Uhr", "am ", "3. Mai", "z. B.", "n.º", "2e", "½", "x", "@", "a@b.de", "www.", "Mo", "Fr.", "&", "#",
            "Str.",
            "str.", "1er ", "(", ")", "+", "l", "Dr.", "A", "e\u{301}", "👍🏽", "**", "\u{A0}", "EUR ", "R$", "Min.",
            "lun.",
        ]
        for round in 0..<6000 {
            var random = SeededGenerator(state: UInt64(round))
            let count = Int.random(in: 1...16, using: &random)
            let written = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let text = SpeakableText(written, language: ["de", "es", "fr", "it", "nl", "pt"][round % 6])
            #expect(
                text.spoken.split(whereSeparator: \.isWhitespace).map(String.init) == text.words.map(\.text),
                "\(written.debugDescription)")
            #expect(zip(text.words, text.words.dropFirst()).allSatisfy { $0.writtenEnd <= $1.writtenEnd })
            #expect(text.words.last.map { $0.writtenEnd == written.count } ?? true, "\(written.debugDescription)")
        }
    }
}
