import Client
import ConvAI
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import NIOWebSocket
import ScriptedServer
import Testing

@Suite("Conversation over a real socket", .timeLimit(.minutes(1)))
struct ConversationTests {
    /// Everything until the end.
    func events(of conversation: AgentConversation) async -> [ConversationEvent] {
        var events: [ConversationEvent] = []
        for await event in conversation.events { events.append(event) }
        return events
    }

    func messages(in events: [ConversationEvent]) -> [ServerMessage] {
        events.compactMap { if case .message(let message, _) = $0 { message } else { nil } }
    }

    @Test("Upgrades below the base path, with the key, sends the initiation first and gives typed events in order")
    func wholeConversation() async throws {
        let events = try await ScriptedServer.run { peer, frames in
            #expect(peer.request.uri == "/base/v1/convai/conversation?agent_id=agent_1%2B")
            #expect(peer.request.headers["xi-api-key"] == ["secret"])
            let initiation = try await frames.message()
            #expect(initiation?["type"] == "conversation_initiation_client_data")
            #expect(initiation?.value(at: "dynamic_variables", "name") == "Ada")
            try await peer.sendMetadata()
            try await peer.send(ServerMessage.audio(AudioMessage(bytes: Data([1, 2]), eventID: 1)).json)
            try await peer.send(["type": "from_the_future", "x": 1])
            try await peer.send(.text, Data("no json".utf8))
            try await peer.send(.binary, ServerMessage.agentResponse("Hello.", eventID: 1).json.data)
            try await peer.close(1000, "Agent ended")
            while try await frames.next() != nil {}
        } body: { url in
            let conversation = try await AgentConversation.connect(
                url: url, agentID: "agent_1+", apiKey: "secret",
                initiation: ConversationInitiation(dynamicVariables: ["name": "Ada"]))
            #expect(conversation.metadata.conversationID == "conv_1")
            return await self.events(of: conversation)
        }
        #expect(
            messages(in: events).map(\.type) == [
                "conversation_initiation_metadata", "audio", "from_the_future", "agent_response",
            ])
        #expect(events.contains { if case .unreadable = $0 { true } else { false } })
        #expect(events.last == .ended(ConversationEnd(initiator: .server, code: 1000, reason: "Agent ended")))
    }

    @Test("Every kind of message reaches the server in its wire form")
    func sending() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: JSONValue.self)
        try await ScriptedServer.run { peer, frames in
            try await peer.sendMetadata()
            while let message = try await frames.message() { continuation.yield(message) }
            continuation.finish()
        } body: { url in
            let conversation = try await AgentConversation.connect(url: url, agentID: "a")
            try await conversation.send(audio: Data([1, 2, 3, 4]))
            try await conversation.send(text: "hi")
            try await conversation.contextualUpdate("in a hurry", contextID: "c")
            try await conversation.userActivity()
            try await conversation.feedback(.like, eventID: 3)
            let end = await conversation.end()
            #expect(end.initiator == .client && !end.isError)
            await #expect(throws: ClientError.self) { try await conversation.send(text: "too late") }
        }
        var received: [JSONValue] = []
        for await message in stream { received.append(message) }
        #expect(
            Array(received.dropFirst()) == [
                ["user_audio_chunk": "AQIDBA=="], ["type": "user_message", "text": "hi"],
                ["type": "contextual_update", "text": "in a hurry", "context_id": "c"], ["type": "user_activity"],
                ["type": "feedback", "event_id": 3, "score": "like"],
            ])
    }

    @Test("Pings of both kinds are answered although nobody reads the events")
    func pings() async throws {
        let (stream, continuation) = AsyncStream.makeStream(of: String.self)
        try await ScriptedServer.run { peer, frames in
            try await peer.sendMetadata()
            _ = try await frames.message()
            try await peer.send(ServerMessage.ping(eventID: 7, roundTrip: nil).json)
            #expect(try await frames.message() == ["type": "pong", "event_id": 7])
            try await peer.send(.ping, Data("beat".utf8))
            let pong = try await frames.next()
            #expect(pong?.opcode == .pong)
            continuation.yield(pong.map { String(buffer: $0.unmaskedData) } ?? "")
            while try await frames.next() != nil {}
        } body: { url in
            let conversation = try await AgentConversation.connect(url: url, agentID: "a")
            for await payload in stream {
                #expect(payload == "beat")
                break
            }
            await conversation.end()
        }
    }

    @Test("A message in fragments with a ping between them arrives whole")
    func fragments() async throws {
        let events = try await ScriptedServer.run { peer, frames in
            try await peer.sendMetadata()
            let bytes = ServerMessage.agentResponse("In three pieces.", eventID: 1).json.data
            try await peer.send(.text, bytes.prefix(10), fin: false)
            try await peer.send(.continuation, Data(bytes.dropFirst(10).prefix(10)), fin: false)
            try await peer.send(.ping, Data())
            try await peer.send(.continuation, Data(bytes.dropFirst(20)))
            try await peer.close(1000, "")
            while try await frames.next() != nil {}
        } body: { url in
            await self.events(of: try await AgentConversation.connect(url: url, agentID: "a"))
        }
        #expect(messages(in: events).last == .agentResponse("In three pieces.", eventID: 1))
    }

    @Test("A message over the limit ends the conversation with a reason", arguments: [true, false])
    func tooLarge(fragmented: Bool) async throws {
        var options = ConversationOptions()
        options.maximumMessageSize = 1000
        let events = try await ScriptedServer.run { [options] peer, frames in
            _ = options
            try await peer.sendMetadata()
            if fragmented {
                try? await peer.send(.text, Data(repeating: 32, count: 600), fin: false)
                try? await peer.send(.continuation, Data(repeating: 32, count: 600))
            } else {
                try? await peer.send(.text, Data(repeating: 32, count: 1200))
            }
            while (try? await frames.next()) ?? nil != nil {}
        } body: { [options] url in
            await self.events(of: try await AgentConversation.connect(url: url, agentID: "a", options: options))
        }
        guard case .ended(let end) = events.last else {
            Issue.record("no end")
            return
        }
        #expect(end.initiator == .connection && end.isError && !end.reason.isEmpty)
    }

    @Test("Client tools run and answer; a missing one and a failing one answer with an error")
    func tools() async throws {
        struct Broken: Error, CustomStringConvertible { var description: String { "out of order" } }
        let (stream, continuation) = AsyncStream.makeStream(of: [String: JSONValue].self)
        try await ScriptedServer.run { peer, frames in
            _ = try await frames.message()
            try await peer.sendMetadata()
            for (id, name) in [("1", "double"), ("2", "missing"), ("3", "broken")] {
                try await peer.send(
                    ServerMessage.clientToolCall(
                        ClientToolCall(
                            name: name, callID: id, parameters: ["n": 21], eventID: 1, expectsResponse: true)
                    ).json)
            }
            var results: [String: JSONValue] = [:]
            while results.count < 3, let result = try await frames.message() {
                results[result["tool_call_id"]?.stringValue ?? ""] = result
            }
            continuation.yield(results)
            while try await frames.next() != nil {}
        } body: { url in
            let conversation = try await AgentConversation.connect(
                url: url, agentID: "a",
                tools: [
                    "double": { parameters in .integer((parameters["n"]?.intValue ?? 0) * 2) },
                    "broken": { _ in throw Broken() },
                ])
            for await results in stream {
                #expect(results["1"]?["result"] == 42 && results["1"]?["is_error"] == false)
                #expect(results["2"]?["result"] == "Client tool with name missing is not defined on client")
                #expect(results["2"]?["is_error"] == true)
                #expect(results["3"]?["result"] == "out of order" && results["3"]?["is_error"] == true)
                break
            }
            await conversation.end()
        }
    }

    @Test("A client that reads late gets everything, in order")
    func lateReader() async throws {
        let count = 600
        let chunk = Data(repeating: 7, count: 24_000)
        var options = ConversationOptions()
        options.eventBuffer = 16
        let (written, continuation) = AsyncStream.makeStream(of: Int.self)
        let ids = try await ScriptedServer.run { peer, frames in
            try await peer.sendMetadata()
            for id in 1...count {
                try await peer.send(ServerMessage.audio(AudioMessage(bytes: chunk, eventID: id)).json)
                continuation.yield(id)
            }
            continuation.finish()
            try await peer.close(1000, "")
            while try await frames.next() != nil {}
        } body: { [options] url in
            let conversation = try await AgentConversation.connect(url: url, agentID: "a", options: options)
            // The socket's buffers hold some megabytes; the rest of these 19 MB has to wait for the reader.
            var last = 0
            var reader: [Int] = []
            for await id in written {
                last = id
                if last >= 50 { break }
            }
            for await event in conversation.events {
                if case .message(.audio(let audio), _) = event { reader.append(audio.eventID) }
            }
            return reader
        }
        #expect(ids == Array(1...count))
    }

    @Test("An error message before the close is part of the end")
    func serverError() async throws {
        let events = try await ScriptedServer.run { peer, frames in
            try await peer.sendMetadata()
            try await peer.send(
                ServerMessage.error(ErrorMessage(code: 1008, type: "override_error", message: "Not allowed.")).json)
            try await peer.close(1008, "Override for field 'prompt' is not allowed")
            while try await frames.next() != nil {}
        } body: { url in
            await self.events(of: try await AgentConversation.connect(url: url, agentID: "a"))
        }
        guard case .ended(let end) = events.last else {
            Issue.record("no end")
            return
        }
        #expect(end.code == 1008 && end.isError && end.error?.type == "override_error")
        #expect(end.description == "Override for field 'prompt' is not allowed (1008)")
    }

    @Test("A connection that breaks ends the conversation without a code")
    func broken() async throws {
        let events = try await ScriptedServer.run { peer, frames in
            // Closing with the client's message unread resets the connection, and the metadata may be lost with it.
            _ = try await frames.message()
            try await peer.sendMetadata()
            try await peer.channel.close()
        } body: { url in
            await self.events(of: try await AgentConversation.connect(url: url, agentID: "a"))
        }
        guard case .ended(let end) = events.last else {
            Issue.record("no end")
            return
        }
        #expect(end.initiator == .connection && end.code == nil && end.isError)
        #expect(end.reason.hasPrefix("the connection was lost"))
    }

    @Test("A server that falls silent is noticed")
    func silentServer() async throws {
        var options = ConversationOptions()
        options.keepAliveInterval = .seconds(1)
        let events = try await ScriptedServer.run { peer, frames in
            try await peer.sendMetadata()
            while try await frames.next() != nil {}
        } body: { [options] url in
            await self.events(of: try await AgentConversation.connect(url: url, agentID: "a", options: options))
        }
        guard case .ended(let end) = events.last else {
            Issue.record("no end")
            return
        }
        #expect(
            end.initiator == .connection && end.reason.hasPrefix("the connection was lost: the server sent nothing for")
        )
    }

    @Test("wss with a trusted certificate talks; with an untrusted one it fails as TLS")
    func secure() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString).pem")
        try TestCertificate.certificate.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        try await ScriptedServer.run(tls: TestCertificate.serverContext()) { peer, frames in
            try await peer.sendMetadata()
            while try await frames.next() != nil {}
        } body: { url in
            var options = ConversationOptions()
            options.trustedCertificates = file.path
            let conversation = try await AgentConversation.connect(url: url, agentID: "a", options: options)
            #expect(await conversation.end().initiator == .client)
            let error = await #expect(throws: ClientError.self) {
                try await AgentConversation.connect(url: url, agentID: "a")
            }
            guard case .tls = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
