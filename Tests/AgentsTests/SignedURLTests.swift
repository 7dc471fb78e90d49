import Agents
import Foundation
import MemoryStore
import TestSupport
import Testing

@Suite("Signed URLs")
struct SignedURLTests {
    let clock = ManualClock()
    let urls: SignedURLs

    init() { urls = MemoryStorage(now: clock.now).signedURLs }

    @Test("a token lets a call start for fifteen minutes, as often as one likes")
    func validity() async throws {
        let token = urls.sign(agentID: "agent_a")
        clock.advance(by: 899)
        #expect(try urls.verify(token, agentID: "agent_a").conversationID == nil)
        #expect(try urls.verify(token, agentID: "agent_a").agentID == "agent_a")
        clock.advance(by: 1)
        #expect(throws: SignatureError.expired) { try urls.verify(token, agentID: "agent_a") }
    }

    @Test("no two are the same, of one second and for one agent too")
    func unique() throws {
        let tokens = Set((0..<100).map { _ in urls.sign(agentID: "agent_a") })
        #expect(tokens.count == 100)
        for token in tokens { #expect(try urls.verify(token, agentID: "agent_a").agentID == "agent_a") }
    }

    @Test("a token for another agent is refused")
    func wrongAgent() async throws {
        let token = urls.sign(agentID: "agent_a")
        #expect(throws: SignatureError.wrongAgent) { try urls.verify(token, agentID: "agent_b") }
    }

    @Test("any changed character is noticed")
    func altered() async throws {
        let token = urls.sign(agentID: "agent_a")
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        for index in token.indices where token[index] != "." {
            let place = alphabet.firstIndex(of: token[index]) ?? 0
            // The highest bit of the six: the lowest ones of a last character mean nothing in base 64.
            let changed = token.replacingCharacters(in: index...index, with: String(alphabet[place ^ 32]))
            #expect(throws: SignatureError.altered) { try urls.verify(changed, agentID: "agent_a") }
        }
        for wrong in ["", ".", "x.y", token + ".z", String(token.dropLast(4)), "a" + token, "%", "💥.💥"] {
            #expect(throws: SignatureError.altered) { try urls.verify(wrong, agentID: "agent_a") }
        }
    }

    @Test("a token of another server is refused")
    func otherServer() async throws {
        let token = MemoryStorage(now: clock.now).signedURLs.sign(agentID: "agent_a")
        #expect(throws: SignatureError.altered) { try urls.verify(token, agentID: "agent_a") }
    }

    @Test("it survives what clients do to URLs")
    func encodings() async throws {
        let token = urls.sign(agentID: "agent_a")
        #expect(
            token.utf8.allSatisfy {
                ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || (0x30...0x39).contains($0)
                    || [0x2d, 0x2e, 0x5f].contains($0)
            })
        let escaped = token.utf8.map { String(format: "%%%02X", $0) }.joined()
        let dots = token.replacingOccurrences(of: ".", with: "%2E")
        for form in [escaped, dots, token + "&source=python_sdk&version=2.78.0"] {
            #expect(try urls.verify(form, agentID: "agent_a").agentID == "agent_a", "\(form)")
        }
        var components = try #require(
            URLComponents(string: "wss://host/v1/convai/conversation?agent_id=agent_a&conversation_signature=\(token)"))
        components.queryItems = (components.queryItems ?? []) + [URLQueryItem(name: "source", value: "js sdk")]
        let parsed = try #require(URLComponents(string: components.string ?? ""))
        let value = parsed.queryItems?.first { $0.name == "conversation_signature" }?.value
        #expect(value == token)
    }
}
