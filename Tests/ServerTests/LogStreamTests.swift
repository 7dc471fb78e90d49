import Logging
import Server
import Synchronization
import Testing

@Suite("The log")
struct LogStreamTests {
    @Test("has a line for each entry, and nothing in it that steers a terminal")
    func entries() {
        let lines = Lines()
        var handler = StreamLogHandler(label: "parley", stream: LogStream { lines.add($0) })
        handler.logLevel = .trace
        var logger = Logger(label: "parley") { _ in handler }
        logger[metadataKey: "client"] = "a\nerror forged"
        logger.info("GET /\u{1B}[2J\r\n2026 error all is lost", metadata: ["user\u{9B}": "\u{202E}evil\u{7F}"])
        #expect(lines.all.count == 1)
        let line = lines.all.first ?? ""
        #expect(line.hasSuffix("GET /\\u{1b}[2J  2026 error all is lost\n"), "\(line)")
        #expect(line.contains("client=a error forged") && line.contains("user\\u{9b}=\\u{202e}evil\\u{7f}"))
        #expect(line.unicodeScalars.dropLast().allSatisfy { $0.properties.generalCategory != .control })
    }

    @Test("words of all languages stay as they are")
    func words() {
        for text in ["", "Grüße, 你好 👩‍👩‍👧", "e\u{301}", "שלום"] { #expect(text.onOneLine == text) }
        #expect("a\tb\u{2028}c".onOneLine == "a b c")
    }

    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock(\.self) }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }
}
