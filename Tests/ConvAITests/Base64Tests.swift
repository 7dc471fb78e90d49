import ConvAI
import Foundation
import TestSupport
import Testing

@Suite("Base64")
struct Base64Tests {
    @Test(
        "each spelling of the same bytes is taken",
        arguments: ["+/v8AA==", "-_v8AA==", "+/v8AA", "-_v8AA", "+/v8\r\nAA==", " +/v8A\nA==\n", "-_v8\tAA"])
    func spellings(text: String) {
        #expect(Base64.decode(text) == Data([0xFB, 0xFB, 0xFC, 0x00]))
    }

    @Test("nothing is nothing", arguments: ["", "\n", " \r\n"])
    func empty(text: String) {
        #expect(Base64.decode(text) == Data())
    }

    @Test(
        "what is not base64 is refused",
        arguments: ["A", "AAAAA", "AA=", "=", "A=AA", "AA==AA==", "AA.A", "***", "AAAÄ", "AA\0A"])
    func wrong(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("bytes of every length come back from every spelling")
    func lengths() {
        var random = SeededGenerator(state: 15)
        for length in 0..<200 {
            let data = Data((0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
            let text = data.base64EncodedString()
            let url = text.replacing("+", with: "-").replacing("/", with: "_")
            let lines = data.base64EncodedString(options: .lineLength76Characters)
            for spelling in [text, url, lines, String(text.prefix { $0 != "=" }), String(url.prefix { $0 != "=" })] {
                #expect(Base64.decode(spelling) == data)
            }
        }
    }
}
