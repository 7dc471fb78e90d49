import Agents
import Foundation
import Testing

@Suite("API keys")
struct KeyStoreTests {
    let clock = ManualClock()
    let scratch = ScratchDirectory()
    let storage: Storage

    init() throws { storage = try Storage(directory: scratch.url, now: clock.now) }

    @Test("a key is made, verified, listed and revoked")
    func lifecycle() async throws {
        let keys = storage.keys
        #expect(try await !keys.hasAny)
        let (key, info) = try await keys.create(name: "laptop")
        #expect(key.hasPrefix("pk_"))
        #expect(key.count == 46)
        #expect(key.dropFirst(3).allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
        #expect(key.hasPrefix(info.prefix))
        #expect(try await keys.hasAny)
        #expect(try await keys.list() == [info])
        let other = try await keys.create(name: "phone")
        #expect(other.key != key)
        #expect(try await keys.verify(key)?.id == info.id)
        #expect(try await keys.verify(other.key)?.name == "phone")
        try await keys.revoke(info.id)
        #expect(try await keys.verify(key) == nil)
        #expect(try await keys.verify(other.key) != nil)
        await #expect(throws: StorageError.notFound("key", id: info.id)) { try await keys.revoke(info.id) }
    }

    @Test("anything but the whole key is refused")
    func wrongKeys() async throws {
        let (key, _) = try await storage.keys.create(name: "one")
        for wrong in [
            "", "pk_", String(key.dropLast()), key + "A", key.uppercased(), String(key.dropFirst(3)), "💥" + key,
        ] {
            #expect(try await storage.keys.verify(wrong) == nil, "\(wrong)")
        }
    }

    @Test("the key itself is nowhere in the files")
    func hashed() async throws {
        let (key, _) = try await storage.keys.create(name: "one")
        #expect(try await storage.keys.verify(key) != nil)
        let files = try FileManager.default.contentsOfDirectory(at: scratch.url, includingPropertiesForKeys: nil)
        for file in files where !file.hasDirectoryPath {
            #expect(try Data(contentsOf: file).range(of: Data(key.dropFirst(12).utf8)) == nil, "\(file)")
        }
    }

    @Test("the last use is noted, at most once a minute")
    func lastUse() async throws {
        let (key, info) = try await storage.keys.create(name: "one")
        #expect(info.lastUsedAt == nil)
        let first = Int(clock.now().timeIntervalSince1970)
        _ = try await storage.keys.verify(key)
        clock.advance(by: 59)
        _ = try await storage.keys.verify(key)
        #expect(try await storage.keys.list().map(\.lastUsedAt) == [first])
        clock.advance(by: 1)
        _ = try await storage.keys.verify(key)
        #expect(try await storage.keys.list().map(\.lastUsedAt) == [first + 60])
    }
}

@Suite("Signed URLs")
struct SignedURLTests {
    let clock = ManualClock()
    let storage: Storage
    var urls: SignedURLs { storage.signedURLs }

    init() throws { storage = try Storage.temporary(now: clock.now) }

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

    @Test("a token with a conversation id is good once, and not used up by a check or a refusal")
    func singleUse() async throws {
        let token = urls.sign(agentID: "agent_a", conversationID: "conv_1")
        #expect(throws: SignatureError.wrongAgent) { try urls.verify(token, agentID: "agent_b") }
        for _ in 0..<2 { #expect(try urls.verify(token, agentID: "agent_a").conversationID == "conv_1") }
        let verified = try urls.verify(token, agentID: "agent_a")
        try await urls.use(verified)
        await #expect(throws: SignatureError.alreadyUsed) { try await urls.use(verified) }
        clock.advance(by: 900)
        #expect(throws: SignatureError.expired) { try urls.verify(token, agentID: "agent_a") }
        // Sweeping old uses must not forget those that still count.
        let next = try urls.verify(urls.sign(agentID: "agent_a", conversationID: "conv_2"), agentID: "agent_a")
        try await urls.use(next)
        await #expect(throws: SignatureError.alreadyUsed) { try await urls.use(next) }
    }

    @Test("one of many starts at the same time wins")
    func race() async throws {
        let verified = try urls.verify(urls.sign(agentID: "agent_a", conversationID: "conv_1"), agentID: "agent_a")
        let won = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { [urls] in (try? await urls.use(verified)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
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
        let other = try Storage.temporary(now: clock.now)
        let token = other.signedURLs.sign(agentID: "agent_a")
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
