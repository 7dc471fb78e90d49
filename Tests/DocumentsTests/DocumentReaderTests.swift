import Foundation
import TestSupport
import Testing

@testable import Documents

@Suite("What a file is, and its text", .timeLimit(.minutes(2)))
struct DocumentReaderTests {
    private func read(
        _ data: Data, limits: DocumentReader.Limits = .init()
    ) async throws -> DocumentReader.Document {
        let scratch = ScratchDirectory()
        defer { withExtendedLifetime(scratch) {} }
        try FileManager.default.createDirectory(at: scratch.url, withIntermediateDirectories: true)
        // The name says something else than the content.
        let file = scratch.url.appending(path: "song.mp3")
        try data.write(to: file)
        return try await DocumentReader(limits: limits).read(file, data)
    }

    private func text(
        _ data: Data, limits: DocumentReader.Limits = .init()
    ) async throws -> (text: String, isWhole: Bool, pages: Int?) {
        guard case .text(let text, let isWhole, let pages) = try await read(data, limits: limits).content else {
            Issue.record("not a text")
            return ("", false, nil)
        }
        return (text, isWhole, pages)
    }

    // MARK: Text

    @Test(
        "text is text in every encoding that people's files have",
        arguments: [
            Data("Grüße\r\naus Wien".utf8), Data([0xEF, 0xBB, 0xBF]) + Data("Grüße\naus Wien".utf8),
            Data([0xFF, 0xFE]) + ("Grüße\naus Wien".data(using: .utf16LittleEndian) ?? Data()),
            Data([0xFE, 0xFF]) + ("Grüße\naus Wien".data(using: .utf16BigEndian) ?? Data()),
            "Grüße\naus Wien".data(using: .windowsCP1252) ?? Data(),
        ])
    func encodings(data: Data) async throws {
        #expect(try await read(data).mimeType == "text/plain")
        let (text, isWhole, pages) = try await text(data)
        #expect(text == "Grüße\naus Wien" && isWhole && pages == nil)
    }

    @Test("a page of the web is text, and nothing that a browser runs")
    func html() async throws {
        #expect(try await read(Data("<html><script>alert(1)</script></html>".utf8)).mimeType == "text/plain")
    }

    @Test("white space that says nothing is left out")
    func tidied() async throws {
        #expect(try await text(Data("a  \n\n\n\n b\t\n\n".utf8)).text == "a\n\n b")
    }

    @Test("a long text is cut at a whole character")
    func cut() async throws {
        var limits = DocumentReader.Limits()
        limits.text = 10
        let (text, isWhole, _) = try await text(Data("äääääääää".utf8), limits: limits)
        #expect(text == "äääää" && !isWhole)
        // Of a file that is far longer only the beginning is decoded.
        let long = try await self.text(Data(String(repeating: "ä", count: 999).utf8) + Data([0]), limits: limits)
        #expect(long.text == "äääää" && !long.isWhole)
    }

    @Test(
        "what is no text is not taken for one",
        arguments: [
            Data([0x50, 0x4B, 0x03, 0x04] + [UInt8](repeating: 0, count: 100)), Data((0...255).map { UInt8($0) }),
            // GB 18030, Shift JIS and Windows-1251.
            Data([0xC4, 0xE3, 0xBA, 0xC3, 0xCA, 0xC0, 0xBD, 0xE7]),
            Data([0x82, 0xB1, 0x82, 0xF1, 0x82, 0xC9, 0x82, 0xBF, 0x82, 0xCD]),
            Data([0xCF, 0xF0, 0xE8, 0xE2, 0xE5, 0xF2, 0x21]),
            Data("a\u{0}b".utf8), Data([0x1F, 0x8B, 0x08, 0, 1]),
        ])
    func binary(data: Data) async throws {
        await #expect(throws: DocumentError.unsupported) { try await read(data) }
    }

    @Test("a character as long as the file is read in time, and cut where it is longer than the limit")
    func marks() async throws {
        for (count, isWhole) in [(30_000, true), (100_000, false)] {
            let data = Data(("a" + String(repeating: "\u{301}\u{323}", count: count)).utf8)
            let text = try await text(data)
            #expect(text.isWhole == isWhole)
            #expect(text.0.utf8.count > 100_000 && text.0.utf8.count <= DocumentReader.Limits().text)
        }
    }

    // MARK: PDF

    @Test("the text of a PDF, page by page")
    func pdf() async throws {
        let document = try await read(TestPDF.data("Invoice 4711\nTotal 99 euros", "Thank you"))
        #expect(document.mimeType == "application/pdf")
        #expect(document.content == .text("Invoice 4711\nTotal 99 euros\n\nThank you", isWhole: true, pages: 2))
    }

    @Test("of a long PDF so many pages are read")
    func pages() async throws {
        var limits = DocumentReader.Limits()
        limits.pages = 3
        let (text, isWhole, pages) = try await text(
            TestPDF.data(pages: (1...6).map { "Page number \($0)" }), limits: limits)
        #expect(!isWhole && pages == 3 && text.contains("number 3") && !text.contains("number 5"))
        #expect(try await self.text(TestPDF.data(pages: ["1", "2", "3"]), limits: limits).isWhole)
    }

    @Test("of a PDF with much text its beginning is read, and its reader ended")
    func much() async throws {
        var limits = DocumentReader.Limits()
        limits.text = 1000
        let page = (0..<40).map { "Line \($0) of a very long document" }.joined(separator: "\n")
        let (text, isWhole, _) = try await text(
            TestPDF.data(pages: [String](repeating: page, count: 150)), limits: limits)
        #expect(!isWhole && text.utf8.count <= 1000 && text.hasPrefix("Line 0 of"))
    }

    @Test("a PDF without text has none")
    func scan() async throws {
        #expect(try await read(TestPDF.data()).content == .text("", isWhole: true, pages: 1))
    }

    @Test("what only begins like a PDF is said to be unreadable")
    func damaged() async throws {
        for data in [Data("%PDF-1.4\nnothing".utf8), Data("%PDF-1.7".utf8) + Data(repeating: 7, count: 5000)] {
            await #expect(throws: DocumentError.unreadable("it is damaged or needs a password")) {
                try await read(data)
            }
        }
    }

    @Test("a PDF that takes too long is given up")
    func slow() async throws {
        var limits = DocumentReader.Limits()
        limits.time = .zero
        await #expect(throws: DocumentError.unreadable("it takes too much time or memory")) {
            try await read(TestPDF.data("Hello"), limits: limits)
        }
    }

    @Test("of one that takes too long at a later page the beginning is read")
    func slowPage() async throws {
        var limits = DocumentReader.Limits()
        limits.time = .seconds(3)
        let page = (0..<40).map { "Line \($0) of a very long document" }.joined(separator: "\n")
        // Words upon words, whose order takes a reader quadratic time.
        let places = (0..<250_000).map { "x) Tj 1 0 0 1 \($0 * 7 % 600) \($0 * 13 % 800) Tm (y" }
        let pages = [String](repeating: page, count: 8) + [places.joined(separator: " ")]
        let (text, isWhole, _) = try await text(TestPDF.data(pages: pages), limits: limits)
        #expect(text.hasPrefix("Line 0 of a very long document") && !isWhole)
    }

    @Test("a text about PDFs is a text, and what begins as a PDF is none")
    func textAboutPDFs() async throws {
        let words = "How they begin: a file has %PDF-1.7 at its head."
        let document = try await read(Data(words.utf8))
        #expect(document == .init(mimeType: "text/plain", content: .text(words, isWhole: true, pages: nil)))
        // A PDF may have other bytes before it.
        let sent = try await read(Data("X-Sender: me\n".utf8) + TestPDF.data("Hello"))
        #expect(sent.mimeType == "application/pdf" && sent.content == .text("Hello", isWhole: true, pages: 1))
        await #expect(throws: DocumentError.unreadable("it is damaged or needs a password")) {
            try await read(Data("\u{0}%PDF-1.7".utf8) + Data(repeating: 7, count: 500))
        }
    }

    // MARK: Images

    private static let headers: [(Data, String, Int, Int)] = [
        (TestImage.png(width: 400, height: 300), "image/png", 400, 300),
        (Data("GIF89a".utf8) + Data([0x90, 0x01, 0x2C, 0x01, 0]), "image/gif", 400, 300),
        (
            // A comment, a table and fill bytes come before the frame.
            Data([0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 1, 2, 0xFF, 0xC4, 0, 2, 0xFF, 0xFF, 0xC2, 0, 8, 8, 1, 0x2C, 1, 0x90]),
            "image/jpeg", 400, 300
        ),
        (
            Data("RIFF....WEBPVP8 ....".utf8) + Data([0, 0, 0, 0x9D, 0x01, 0x2A, 0x90, 0x01, 0x2C, 0x01]), "image/webp",
            400, 300
        ),
        (
            Data("RIFF....WEBPVP8L....".utf8) + Data([0x2F, 0x8F, 0xC1, 0x4A, 0x00]), "image/webp", 400, 300
        ),
        (
            Data("RIFF....WEBPVP8X....".utf8) + Data([0, 0, 0, 0, 0x8F, 0x01, 0, 0x2B, 0x01, 0]), "image/webp", 400, 300
        ),
    ]

    @Test("images are told with their size", arguments: headers.indices)
    func images(index: Int) async throws {
        let (data, type, width, height) = Self.headers[index]
        let document = try await read(data)
        #expect(document.mimeType == type && document.content == .image(width: width, height: height))
        for count in 0..<data.count { _ = ImageHeader(data.prefix(count)) }
    }

    @Test("an image of more pixels or bytes than models take is refused, however small its file")
    func large() async throws {
        await #expect(throws: DocumentError.tooManyPixels(side: 8000)) {
            try await read(TestImage.png(width: 60_000, height: 60_000))
        }
        await #expect(throws: DocumentError.tooLarge(bytes: 3_750_000)) {
            try await read(TestImage.png() + Data(count: 3_750_000))
        }
        await #expect(throws: DocumentError.tooLarge(bytes: 10 << 20)) {
            try await read(Data(repeating: 65, count: (10 << 20) + 1))
        }
        #expect(ImageHeader(TestImage.png(width: 0, height: 3)) == nil)
    }
}
