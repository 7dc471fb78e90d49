import Agents
import Foundation
import JSON
import TestSupport
import Testing

@Suite("API keys")
struct KeyStoreTests {
    let stores = OpenStores()
    let clock = ManualClock()

    @Test("a key is made, verified, listed and revoked", arguments: Store.allCases)
    func lifecycle(_ kind: Store) async throws {
        let keys = try stores.open(kind, clock).keys
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

    @Test("anything but the whole key is refused", arguments: Store.allCases)
    func wrongKeys(_ kind: Store) async throws {
        let keys = try stores.open(kind, clock).keys
        let (key, _) = try await keys.create(name: "one", now: clock.now())
        for wrong in [
            "", "pk_", String(key.dropLast()), key + "A", key.uppercased(), String(key.dropFirst(3)), "💥" + key,
        ] {
            #expect(try await keys.verify(wrong) == nil, "\(wrong)")
        }
    }

    @Test("the last use is noted, at most once a minute", arguments: Store.allCases)
    func lastUse(_ kind: Store) async throws {
        let keys = try stores.open(kind, clock).keys
        let (key, info) = try await keys.create(name: "one", now: clock.now())
        #expect(info.lastUsedAt == nil)
        let first = Int(clock.now().timeIntervalSince1970)
        _ = try await keys.verify(key, now: clock.now())
        clock.advance(by: 59)
        _ = try await keys.verify(key, now: clock.now())
        #expect(try await keys.list().map(\.lastUsedAt) == [first])
        clock.advance(by: 1)
        _ = try await keys.verify(key, now: clock.now())
        #expect(try await keys.list().map(\.lastUsedAt) == [first + 60])
    }
}

@Suite("Tokens that can be used once")
struct UsedTokenTests {
    let stores = OpenStores()
    let clock = ManualClock()

    @Test(
        "a token with a conversation id is good once, and not used up by a check or a refusal",
        arguments: Store.allCases)
    func singleUse(_ kind: Store) async throws {
        let urls = try stores.open(kind, clock).signedURLs
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

    @Test("one of many starts at the same time wins", arguments: Store.allCases)
    func race(_ kind: Store) async throws {
        let urls = try stores.open(kind, clock).signedURLs
        let verified = try urls.verify(urls.sign(agentID: "agent_a", conversationID: "conv_1"), agentID: "agent_a")
        let won = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { (try? await urls.use(verified)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(won == 1)
    }
}

@Suite("The default settings of voices")
struct VoiceSettingsStoreTests {
    let stores = OpenStores()

    @Test("what is changed is merged, voice by voice", arguments: Store.allCases)
    func merging(_ kind: Store) async throws {
        let settings = try stores.open(kind).voiceSettings
        #expect(try await settings.settings(of: "joe") == [:])
        try await settings.change(["speed": 1.1, "style": 0.5], of: "joe")
        try await settings.change(["speed": 0.9], of: "joe")
        #expect(try await settings.settings(of: "joe") == ["speed": 0.9, "style": 0.5])
        #expect(try await settings.settings(of: "amy") == [:])
    }
}
