import Testing

@testable import Language
@testable import Speech

@Suite struct SpeakableTextTests {
    static let markup: [(String, String)] = [
        ("Hello, world!", "Hello, world!"),
        ("**Bold** and *italic* and __strong__ and ~~gone~~.", "Bold and italic and strong and gone."),
        ("***Both*** of **them**, yes", "Both of them, yes"),
        ("# Heading\nText here.", "Heading. Text here."),
        ("### Is it?\nYes.", "Is it? Yes."),
        ("- apples\n- pears\n- plums", "apples, pears, plums"),
        ("* apples\n* pears", "apples, pears"),
        ("• one thing\n• another", "one thing, another"),
        ("- [ ] to do\n- [x] done", "to do, done"),
        ("1. Open the app\n2. Tap settings", "one, Open the app, two, Tap settings"),
        ("1) Go\n2) Stop", "one, Go, two, Stop"),
        ("Here's `code` inline.", "Here's code inline."),
        ("```swift\nlet five\n```\nDone.", "let five, Done."),
        ("[the docs](https://example.com/docs) are good", "the docs are good"),
        ("![a cat](cat.png) sits", "a cat sits"),
        ("[![logo](a.png)](https://a.b) here", "logo here"),
        ("see [1] and [^2], ok", "see and, ok"),
        ("| Name | Price |\n|---|---|\n| Tea | $3 |", "Name, Price. Tea, three dollars,"),
        ("> quoted\n\nNew paragraph", "quoted. New paragraph"),
        ("above\n---\nbelow", "above, below"),
        ("a line\nwrapped here\nNew line", "a line wrapped here, New line"),
        ("Great 👍🏽! Let's go 🚀", "Great! Let's go"),
        ("Family 👨‍👩‍👧 and flag 🇫🇷 here", "Family and flag here"),
        ("1️⃣ First", "one First"),
        ("Acme™ © ®", "Acme"),
        ("[laughs] That's funny.", "That's funny."),
        ("I [short pause] know", "I know"),
        ("[LAUGHS HARDER] Stop!", "Stop!"),
        ("Wait <break time=\"1s\"/> what?", "Wait, what?"),
        ("<speak>Hi <emphasis level=\"strong\">you</emphasis></speak>", "Hi you"),
        ("<phoneme alphabet=\"ipa\" ph=\"x\">word</phoneme>", "word"),
        ("<li>Tea</li><li>Coffee</li>", "Tea, Coffee,"), ("<ul><li>Tea</li><li>Coffee</li></ul>", "Tea, Coffee."),
        ("<b>b</b>old", "bold"), ("<h1>Title</h1>Body", "Title. Body"), ("a<br>b<BR/>c", "a, b, c"),
        ("<think>hm</think>yes", "hm yes"), ("x<y and y>z", "x y and y z"), ("a <!-- no, no --> b", "a b"),
        ("half <break time=\"50", "half,"), ("half <b", "half b"),
        ("Salt &amp; pepper", "Salt and pepper"), ("It&#39;s caf&eacute;&nbsp;time", "It's café time"),
        ("so &#x2014; yes", "so, yes"), ("the &lt;b&gt; tag", "the b tag"), ("5&deg;C", "five degrees Celsius"),
        ("this &foo; that", "this and foo; that"), ("&amp;lt;", "and lt;"),
        ("&#xE000;x", "and hashtag xE zero zero zero; x"),
        ("a \\*literal\\* star", "a literal star"),
        ("It's fast — really fast - and good--yes.", "It's fast, really fast, and good, yes."),
        ("Well... I think so… maybe.", "Well, I think so, maybe."),
        ("I see... Then go.", "I see. Then go."),
        ("Really?!?! Yes!!!", "Really? Yes!"),
        ("(see below) and this (too).", "see below, and this, too."),
        ("\"Quoted,\" she said. ‘Single’ it’s.", "Quoted, she said. Single it's."),
        ("“Curly” quotes", "Curly quotes"),
        ("well-known facts", "well-known facts"),
        ("naïve café", "naïve café"),
        ("one → two", "one, two"),
        ("snake_case and file_name", "snake case and file name"),
        ("Windows\r\nline", "Windows line"),
        ("", ""), ("   \n ", ""), ("**", ""), ("👍", ""), ("---", ""), ("[laughs]", ""), ("...", ""), ("<br/>", ""),
        ("…", ""), ("—", ""), ("&nbsp;", ""), ("<break time=\"1s\"/>", ""),
    ]

    static let numbers: [(String, String)] = [
        ("0 things", "zero things"), ("7", "seven"), ("15", "fifteen"), ("40", "forty"), ("42", "forty-two"),
        ("100", "one hundred"), ("101", "one hundred one"), ("342", "three hundred forty-two"),
        ("1,000", "one thousand"), ("12,345", "twelve thousand three hundred forty-five"),
        ("1,234,567", "one million two hundred thirty-four thousand five hundred sixty-seven"),
        ("5,000,000,000", "five billion"), ("3,000,000,000,001", "three trillion one"),
        ("25000 things", "twenty-five thousand things"), ("1000000 people", "one million people"),
        ("3.14159", "three point one four one five nine"), ("0.5 or .5", "zero point five or zero point five"),
        ("-5 degrees", "minus five degrees"), ("−3.5", "minus three point five"),
        ("1st, 2nd, 3rd, 22nd", "first, second, third, twenty-second"), ("100th", "one hundredth"),
        ("the 8th and 12th and 20th", "the eighth and twelfth and twentieth"),
        ("in 1999", "in nineteen ninety-nine"), ("2026", "twenty twenty-six"), ("2005", "two thousand five"),
        ("1905", "nineteen oh five"), ("1800", "eighteen hundred"), ("2000", "two thousand"),
        ("the 1990s and the 90s", "the nineteen nineties and the nineties"),
        ("1500 people", "fifteen hundred people"), ("4200 people", "four thousand two hundred people"),
        ("3-5 days", "three to five days"), ("pages 10–15", "pages ten to fifteen"),
        ("10–15% off", "ten to fifteen percent off"), ("1939-1945", "nineteen thirty-nine to nineteen forty-five"),
        ("1/2 cup", "one half cup"), ("2/3", "two thirds"), ("3/4 inch", "three quarters inch"),
        ("2 1/2 hours", "two and one half hours"), ("1½ cups", "one and a half cups"), ("¼ cup", "one quarter cup"),
        ("24/7", "twenty-four seven"), ("9/10", "nine out of ten"), ("rated 4/5", "rated four out of five"),
        ("16:9", "sixteen to nine"),
        ("50%", "fifty percent"), ("3.5 %", "three point five percent"), ("5x faster", "five times faster"),
        ("10k users", "ten K users"), ("5M people", "five million people"), ("18+", "eighteen plus"),
        ("~20", "about twenty"), ("3 < 5", "three less than five"), ("2+2=4", "two plus two equals four"),
        ("3 * 4", "three times four"), ("3 × 4", "three times four"), ("5 - 3 = 2", "five minus three equals two"),
        ("5-star hotel", "five star hotel"), ("12x8x4 inches", "twelve by eight by four inches"),
        ("12 x 8", "twelve by eight"), ("221B Baker St.", "two two one B Baker Street."),
        ("10 / 2 = 5", "ten divided by two equals five"),
        ("2^10", "two to the power of ten"), ("50/50", "fifty fifty"), ("4/5 stars", "four out of five stars"),
        ("rated 4.8/5", "rated four point eight out of five"), ("call 911", "call nine one one"),
        ("a Boeing 747-8", "a Boeing seven four seven, eight"), ("order #A-1042", "order number A, one zero four two"),
        (
            "Call (555) 123-4567.", "Call five five five, one two three, four five six seven."
        ),
        ("555-123-4567", "five five five, one two three, four five six seven"),
        ("555-1234", "five five five, one two three four"),
        ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
        ("1-800-555-0199", "one, eight zero zero, five five five, zero one nine nine"),
        ("order number 12345", "order number one two three, four five"),
        ("Order #98765432", "Order number nine eight seven six, five four three two"),
        ("PIN 4821", "PIN four eight two one"), ("ending in 4242", "ending in four two four two"),
        ("CA 90210", "CA nine zero two, one zero"), ("room 412", "room four one two"), ("007", "zero zero seven"),
        ("123-45-6789", "one two three, four five, six seven eight nine"),
        ("4111111111111111", "four one one one, one one one one, one one one one, one one one one"),
        ("A1B2", "A, one B two"), ("B2B", "B two B"), ("MP3", "MP three"), ("GPT-4o", "GPT four o"),
        ("COVID-19", "COVID nineteen"), ("BA2490", "B A, two four nine zero"), ("4K", "four K"), ("3D", "three D"),
        ("v2.1", "version two point one"), ("1.2.3", "one point two point three"), ("#5", "number five"),
        ("192.168.1.1", "one nine two dot one six eight dot one dot one"),
    ]

    static let measures: [(String, String)] = [
        ("at 3:30 PM", "at three thirty P.M."), ("3:05", "three oh five"), ("3:00", "three o'clock"),
        ("15:00", "three P.M."), ("00:15", "twelve fifteen A.M."), ("0:00", "midnight"), ("9am", "nine A.M."),
        ("9 a.m. and", "nine A.M. and"), ("at 5 p.m. We go.", "at five P.M. We go."), ("12:30:00", "twelve thirty"),
        ("9am-5pm", "nine A.M. to five P.M."), ("9:00 AM - 5:00 PM", "nine A.M. to five P.M."),
        ("3:30-5:00 PM", "three thirty to five P.M."), ("9-5 pm", "nine to five P.M."),
        ("2026-11-22", "November twenty-second, twenty twenty-six"),
        ("11/22/2026", "November twenty-second, twenty twenty-six"),
        ("22/11/2026", "November twenty-second, twenty twenty-six"),
        ("22.11.2026", "November twenty-second, twenty twenty-six"),
        ("1/5/99", "January fifth, nineteen ninety-nine"), ("11/22", "November twenty-second"),
        ("Nov 22", "November twenty-second"), ("Nov. 3rd", "November third"),
        ("November 22nd, 2026", "November twenty-second, twenty twenty-six"),
        ("22 November 2026", "the twenty-second of November, twenty twenty-six"),
        ("the 4th of July", "the fourth of July"), ("in March 2026", "in March twenty twenty-six"),
        ("Jan 5–Feb 2", "January fifth to February second"), ("Sat 10-2", "Saturday ten to two"),
        ("on 3/4", "on March fourth"), ("1h 30m", "one hour thirty minutes"),
        ("$5M-$10M", "five to ten million dollars"), ("$2-3 million", "two to three million dollars"),
        ("a $10-million deal", "a ten million dollars deal"),
        ("EUR 1.200,50", "one thousand two hundred euros and fifty cents"),
        ("Dec 25–27", "December twenty-fifth to twenty-seventh"), ("I may 5 times", "I may five times"),
        ("2026-11-22T15:30:00Z", "November twenty-second, twenty twenty-six at three thirty P.M."),
        ("$12.50", "twelve dollars and fifty cents"), ("$1", "one dollar"), ("$0.99", "ninety-nine cents"),
        ("$1.01", "one dollar and one cent"), ("$1,000,000", "one million dollars"),
        ("$2 million", "two million dollars"),
        ("€3", "three euros"), ("€3.50", "three euros and fifty cents"), ("£1.2M", "one point two million pounds"),
        ("£2.01", "two pounds and one penny"), ("¥1000", "one thousand yen"), ("₹500", "five hundred rupees"),
        ("5 USD", "five dollars"), ("20€", "twenty euros"), ("EUR 5", "five euros"), ("US$20", "twenty US dollars"),
        ("$5-10", "five to ten dollars"), ("$5/month", "five dollars per month"), ("-$5", "minus five dollars"),
        ("5 km", "five kilometers"), ("1 km", "one kilometer"), ("72°F", "seventy-two degrees Fahrenheit"),
        ("-5°C", "minus five degrees Celsius"), ("10 mph", "ten miles per hour"), ("3 GB", "three gigabytes"),
        ("100 km/h", "one hundred kilometers per hour"), ("25 m²", "twenty-five square meters"),
        ("5 ft. tall", "five feet tall"), ("6'2\"", "six foot two"), ("2.5 kg", "two point five kilograms"),
        ("20 min", "twenty minutes"), ("5-10 km", "five to ten kilometers"), ("16 GB/s", "sixteen gigabytes s"),
        ("5 in total", "five in total"),
    ]

    static let words: [(String, String)] = [
        ("Dr. Smith", "Doctor Smith"), ("on Elm Dr. today", "on Elm Drive today"),
        ("Mr. and Mrs. Fox", "Mister and Missus Fox"),
        ("Ms. Fox", "Miz Fox"), ("on Main St. near St. Mary", "on Main Street near Saint Mary"),
        ("e.g. this", "for example, this"), ("i.e. that", "that is, that"), ("tea, etc.", "tea, et cetera."),
        ("tea, etc. Next one", "tea, et cetera. Next one"), ("this vs. that", "this versus that"),
        ("A vs B", "A versus B"),
        ("approx. 5", "approximately five"), ("Mon. and Tue.", "Monday and Tuesday."), ("Mon-Fri", "Monday to Friday"),
        ("Mon–Fri", "Monday to Friday"), ("Monday - Friday", "Monday to Friday"),
        ("Acme Inc. is here", "Acme Incorporated is here"),
        ("at Acme Inc. We go", "at Acme Incorporated. We go"), ("No. 5", "number five"),
        ("No. I can't.", "No. I can't."),
        ("J. K. Rowling", "J K Rowling"), ("the U.S. Army", "the US Army"),
        ("He sat. She ran.", "He sat. She ran."),
        ("the sun. The", "the sun. The"),
        ("The API uses JSON", "The API uses JSON"), ("an FAQ", "an F.A.Q."), ("It's OK", "It's okay"),
        ("VERY IMPORTANT", "very important"), ("do NOT go", "do not go"), ("I WANT IT NOW", "I want it now"),
        ("the IT team", "the IT team"), ("in the US", "in the US"), ("NASA", "NASA"),
        ("john.doe_99@example.co.uk", "john dot doe underscore ninety-nine at example dot co dot uk"),
        ("jane@example.com.", "jane at example dot com."), ("<a@b.com>", "a at b dot com"),
        ("https://www.example.com/pricing?utm=1", "example dot com slash pricing"),
        ("https://example.com/a/very/long/path/that/nobody/would/read", "example dot com"),
        ("Go to example.com/help.", "Go to example dot com slash help."),
        ("http://localhost.dev:8080", "localhost dot dev colon eight zero eight zero"),
        ("Stop.Then go", "Stop. Then go"), ("index.html", "index dot html"),
        ("R&D", "R and D"), ("Tom & Jerry", "Tom and Jerry"), ("he/she", "he or she"), ("and/or", "and or"),
        ("w/ milk", "with milk"), ("w/o sugar", "without sugar"), ("C++ and C#", "C plus plus and C sharp"),
        ("#winning", "hashtag winning"), ("ask @anna", "ask at anna"), ("60 miles/hour", "sixty miles per hour"),
    ]

    @Test(arguments: markup) func `Markup is silent`(_ written: String, _ spoken: String) {
        #expect(SpeakableText(written).spoken == spoken)
    }

    @Test(arguments: numbers) func `Numbers are words`(_ written: String, _ spoken: String) {
        #expect(SpeakableText(written).spoken == spoken)
    }

    @Test(arguments: measures) func `Times, dates, money and units are words`(_ written: String, _ spoken: String) {
        #expect(SpeakableText(written).spoken == spoken)
    }

    @Test(arguments: words) func `Short forms, capitals and addresses are words`(_ written: String, _ spoken: String) {
        #expect(SpeakableText(written).spoken == spoken)
    }

    @Test(arguments: [
        ("Det kostar **12,50 €** [här](https://a.b). 👍", "Det kostar 12,50 € här."),
        ("- Klockan 15:30\n- Den 3.5.", "Klockan 15:30, Den 3.5."),
        ("¿Qué tal? (Bien)", "Qué tal? Bien"),
        ("你好。再见", "你好. 再见"),
    ])
    func `Other languages lose markup and keep their numbers`(_ written: String, _ spoken: String) {
        #expect(SpeakableText(written, language: "sv-SE").spoken == spoken)
    }

    @Test func `Each spoken word knows what was written when it is over`() {
        let written = "It costs **$12.50** today, see [docs](http://x.y) ok 👍 fine. "
        let text = SpeakableText(written)
        #expect(text.words.map(\.text).joined(separator: " ") == text.spoken)
        let heard = text.words.map { "\($0.text)|\(written.prefix($0.writtenEnd))" }
        #expect(
            heard == [
                "It|It", "costs|It costs", "twelve|It costs", "dollars|It costs", "and|It costs", "fifty|It costs",
                "cents|It costs **$12.50**", "today,|It costs **$12.50** today,", "see|It costs **$12.50** today, see",
                "docs|It costs **$12.50** today, see [docs](http://x.y)",
                "ok|It costs **$12.50** today, see [docs](http://x.y) ok",
                "fine.|It costs **$12.50** today, see [docs](http://x.y) ok 👍 fine. ",
            ])
    }

    @Test(arguments: ["", " \n", "…", "—", "👍🏽 🎉", "&nbsp;", "<break time=\"1s\"/>", "[laughs]", "**", "\u{200D}"])
    func `Some texts have nothing to say`(_ text: String) {
        for language in ["en", "ja", "und"] { #expect(SpeakableText(text, language: language).words.isEmpty) }
    }

    @Test(arguments: ["a", "5", "你好", "5 %", "&eacute;", "<b>x</b>"])
    func `Others have`(_ text: String) {
        for language in ["en", "ja", "und"] { #expect(!SpeakableText(text, language: language).words.isEmpty) }
        #expect(!SpeakableText("[laughs]", language: "en", keepsAudioTags: true).words.isEmpty)
    }

    @Test func `Digits, separators, tags and entities in any order give words in order and within the text`() {
        let pieces = [
            "0", "1", "7", "12", "05", "020", "555", "0142", "2024", "7946", "123456", " ", " ", "\u{A0}", "\u{2009}",
            "\u{202F}", "-", "–", ".", ",", "'", "’", "/", ":", "(", ")", "+", "$", "€", "%", "°C", "st", "s", "am",
            "k",
            "call ", "code is ", "Mon", "Jan ", "<li>", "</li>", "<b>", "<b", "<break time='1s'/>", "&", "&amp;",
            "&nbsp;",
            "&#39;", "&#x31;", "&lt;", "&foo", ";", "<!--", "-->", "a", "\n", "[laughs]", "½", "\u{301}",
        ]
        for seed in 0..<10_000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let count = Int.random(in: 1...20, using: &random)
            let written = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            let language = ["en", "fr", "und"][seed % 3]
            let text = SpeakableText(written, language: language, keepsAudioTags: seed % 2 == 0)
            #expect(zip(text.words, text.words.dropFirst()).allSatisfy { $0.writtenEnd <= $1.writtenEnd })
            #expect(text.words.last.map { $0.writtenEnd == written.count } ?? true, "\(written.debugDescription)")
            #expect(
                text.spoken.split(whereSeparator: \.isWhitespace).map(String.init) == text.words.map(\.text),
                "\(written.debugDescription)")
        }
    }

    @Test func `Any text gives words in order and within the text`() {
        let pieces = [
            "**", "*", "_", "[", "]", "(", ")", "<", ">", "|", "#", "`", "~", "\\", "\n", " ", "-", "–", "1", "12",
            "1,000", ".",
            ",", "$", "€", "%", "°", "/", ":", "@", "a", "A", "St.", "Dr.", "Nov", "am", "5th", "+", "e.g.", "www.",
            "http://",
            "👍🏽", "e\u{301}", "½", "'", "\"", "&", "=", "\u{E000}", "\u{200D}", "\r\n", "x", "k", "M", "½", "T", "Z",
            "s",
        ]
        for seed in 0..<2000 {
            var random = SeededGenerator(seed: UInt64(seed))
            let written = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            for language in ["en", "fr"] {
                let text = SpeakableText(written, language: language)
                #expect(text.spoken.split(whereSeparator: \.isWhitespace).map(String.init) == text.words.map(\.text))
                #expect(zip(text.words, text.words.dropFirst()).allSatisfy { $0.writtenEnd <= $1.writtenEnd })
                if let last = text.words.last {
                    #expect(last.writtenEnd == written.count, "\(written.debugDescription)")
                }
                if language == "en" {
                    #expect(
                        !text.spoken.contains(where: { "*_[]<>|#`~\\$€%°@&=\u{E000}".contains($0) }),
                        "\(written.debugDescription) → \(text.spoken)")
                }
            }
        }
    }
}
