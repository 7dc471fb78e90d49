import Agents
import ConvAI
import Conversation
import Engines
import Foundation
import JSON
import TestSupport
import Testing

/// Files of the caller's in whole calls: how they reach the model and the record.
@Suite("Files of a conversation", .timeLimit(.minutes(2)))
struct FileTests {
    private static let menu = ConversationFile(
        id: "file_menu", conversationID: Stage.conversationID, name: "menu.pdf", mimeType: "application/pdf", size: 9,
        content: .text("Soup 5 euros", isWhole: true, pages: 2))
    private static let photo = ConversationFile(
        id: "file_photo", conversationID: Stage.conversationID, name: "photo.png", mimeType: "image/png", size: 3,
        content: .image(width: 40, height: 30))
    private static let bounds = ConversationFileBounds(files: 100, bytes: 1 << 30)

    /// What the model was last asked by the user, with images.
    private static func asked(_ model: TestModel) -> (text: String, images: [ModelImage]) {
        for case .user(let text, let images) in (model.requests.entries.last?.messages ?? []).reversed() {
            return (text, images)
        }
        return ("", [])
    }

    private static func send(_ file: ConversationFile, _ call: VirtualCall, _ text: String? = nil) async throws {
        try await call.storage.files.insert(file, bytes: Data([1, 2, 3]), within: bounds)
        call.send(.multimodal(text: text, fileIDs: [file.id, file.id]))
    }

    private static func errors(_ outcome: VirtualCall.Outcome) -> [String] {
        outcome.messages.compactMap { if case .error(let error) = $0 { error.message } else { nil } }
    }

    @Test(
        "the text of a document reaches the model's next request, before the words, and stays there",
        arguments: [
            false, true,
        ])
    func document(isTextOnly: Bool) async throws {
        let asked = Log<String>()
        let initiation = ConversationInitiation(isTextOnly: isTextOnly)
        let outcome = try await VirtualCall.hold(.init(initiation: initiation)) { _ in
            [.text("Five euros.")]
        } _: { caller, model in
            // The call has to have begun: its files belong to its record.
            try await caller.sleep(.milliseconds(100))
            try await Self.send(Self.menu, caller, "What is the soup?")
            try await caller.hearResponse(1)
            asked.add(Self.asked(model).text)
            caller.type("And again?")
            try await caller.hearResponse(2)
            let users = model.requests.entries.last?.messages.filter { if case .user = $0 { true } else { false } }
            #expect(users?.count == 2)
            asked.add("\(users ?? [])")
        }
        #expect(
            asked.entries.first
                == "(The user sends the file “menu.pdf”, 2 pages:)\nSoup 5 euros\n(End of the file.)\nWhat is the soup?"
        )
        #expect(asked.entries.last?.contains("Soup 5 euros") == true)
        let turn = try #require(outcome.record.transcript.first)
        #expect(turn.message == "What is the soup?" && turn.sourceMedium == "text")
        #expect(turn.files == [TranscriptTurn.FileInput(Self.menu)])
        #expect(Self.errors(outcome).isEmpty && outcome.record.details.warnings.isEmpty)
        let json = conversationJSON(outcome.record, base: "https://example.com")
        let shown = json["transcript"]?.arrayValue?.first?["file_input"]
        #expect(
            shown == [
                "file_id": "file_menu", "original_filename": "menu.pdf", "mime_type": "application/pdf",
                "file_url": "https://example.com/v1/convai/conversations/conv_virtual/files/file_menu",
            ])
        #expect(outcome.messages.responses == ["Five euros.", "Five euros."])
    }

    @Test("a file alone is a turn of the caller's, and interrupts as typed words do")
    func fileAlone() async throws {
        let asked = Log<String>()
        let outcome = try await VirtualCall.hold(
            .init(configuration: ["agent": ["first_message": "Good morning and welcome to the restaurant by the sea."]])
        ) { _ in
            [.text("A menu.")]
        } _: { caller, model in
            try await caller.hearAudio()
            try await Self.send(Self.menu, caller)
            try await caller.hearResponse()
            asked.add(Self.asked(model).text)
        }
        #expect(outcome.messages.interruptions.count == 1)
        #expect(asked.entries.first?.hasSuffix("Soup 5 euros\n(End of the file.)") == true)
        let turn = try #require(outcome.record.transcript.first { $0.role == .user })
        #expect(turn.message == nil && turn.files?.map(\.id) == ["file_menu"])
        #expect(outcome.record.transcript.first?.isInterrupted == true)
    }

    @Test("a model that sees is shown an image")
    func image() async throws {
        let images = Log<[ModelImage]>()
        let outcome = try await VirtualCall.hold(.init(seesImages: true)) { _ in
            [.text("A bike.")]
        } _: { caller, model in
            try await caller.sleep(.milliseconds(100))
            try await Self.send(Self.photo, caller, "What is it?")
            try await caller.hearResponse()
            images.add(Self.asked(model).images)
            #expect(Self.asked(model).text == "(The user sends the image “photo.png”.)\nWhat is it?")
        }
        #expect(images.entries == [[ModelImage(id: "file_photo", mimeType: "image/png", base64: "AQID")]])
        #expect(Self.errors(outcome).isEmpty)
    }

    @Test("one that does not see is told that an image came, and so is the client that it cannot see it")
    func blindModel() async throws {
        let asked = Log<String>()
        let outcome = try await VirtualCall.hold { request in
            [.text(request.hasImages ? "Wrong." : "I cannot see it.")]
        } _: { caller, model in
            try await caller.sleep(.milliseconds(100))
            try await Self.send(Self.photo, caller, "What is it?")
            try await caller.hearResponse()
            asked.add(Self.asked(model).text)
        }
        #expect(
            asked.entries == [
                "(The user sends an image, which you cannot see. Say so if it matters, and ask what is on it.)\n"
                    + "(The user sends the image “photo.png”.)\nWhat is it?"
            ])
        #expect(outcome.messages.responses == ["I cannot see it."])
        #expect(Self.errors(outcome).count == 1 && Self.errors(outcome)[0].contains("cannot see images"))
        #expect(outcome.record.details.warnings.count == 1)
        #expect(outcome.ending.code == 1000)
    }

    @Test("a file that is not there, or another conversation's, is told to client and model")
    func missing() async throws {
        let asked = Log<String>()
        let outcome = try await VirtualCall.hold { _ in
            [.text("Please send it again.")]
        } _: { caller, model in
            try await caller.sleep(.milliseconds(100))
            try await caller.storage.conversations.begin(
                ConversationStart(id: "conv_other", agentID: "a", agentName: "A", startTime: 0))
            var foreign = Self.menu
            foreign.conversationID = "conv_other"
            try await caller.storage.files.insert(foreign, bytes: Data(), within: Self.bounds)
            caller.send(.multimodal(text: nil, fileIDs: [foreign.id, "file_none"]))
            try await caller.hearResponse()
            asked.add(Self.asked(model).text)
        }
        let sentence = "(The user sends a file, which could not be read.)"
        #expect(asked.entries == ["\(sentence)\n\(sentence)"])
        #expect(Self.errors(outcome).count == 2 && Self.errors(outcome)[0].contains("no file file_menu"))
        #expect(outcome.record.transcript.first?.files == nil)
    }

    @Test("an agent that takes no files ignores them, and says so to client and model; the words are answered")
    func disabled() async throws {
        let asked = Log<String>()
        let outcome = try await VirtualCall.hold(
            .init(configuration: ["conversation": ["file_input": ["enabled": false]]])
        ) { _ in
            [.text("Yes.")]
        } _: { caller, model in
            try await caller.sleep(.milliseconds(100))
            try await Self.send(Self.menu, caller)
            try await caller.hearResponse()
            asked.add(Self.asked(model).text)
            caller.send(.multimodal(text: "Hello?", fileIDs: [Self.menu.id]))
            try await caller.hearResponse(2)
            asked.add(Self.asked(model).text)
        }
        let sentence = "(The user sends a file, which could not be read.)"
        #expect(asked.entries == [sentence, "\(sentence)\nHello?"])
        #expect(Self.errors(outcome).count == 2)
        #expect(outcome.record.transcript.filter { $0.role == .user }.allSatisfy { $0.files == nil })
    }

    @Test("client and model are told of files that a message has too many of")
    func tooMany() async throws {
        let asked = Log<String>()
        let setup = VirtualCall.Setup(
            configuration: ["conversation": ["file_input": ["max_files_in_memory": 2]]])
        let outcome = try await VirtualCall.hold(setup) { _ in
            [.text("Yes.")]
        } _: { caller, model in
            try await caller.sleep(.milliseconds(100))
            let most = CallOptions().filesOfMessage
            var ids: [String] = []
            for number in 0..<most + 2 {
                var file = Self.menu
                (file.id, file.name) = ("file_\(number)", "menu\(number).pdf")
                try await caller.storage.files.insert(file, bytes: Data(), within: Self.bounds)
                ids.append(file.id)
            }
            caller.send(.multimodal(text: "What is it?", fileIDs: ids))
            try await caller.hearResponse()
            asked.add(Self.asked(model).text)
        }
        let text = try #require(asked.entries.first)
        #expect(text.ranges(of: "(The user sends a file, which could not be read.)").count == 2)
        #expect(text.ranges(of: "It is not shown").count == CallOptions().filesOfMessage - 2)
        #expect(text.ranges(of: "Soup 5 euros").count == 2)
        #expect(Self.errors(outcome).count == 2 && Self.errors(outcome)[1].contains("“menu0.pdf”"))
    }

    @Test("the turn that names a file is in the record before the model has answered it, since a crash may be next")
    func recorded() async throws {
        var setup = VirtualCall.Setup()
        setup.options.saveInterval = .seconds(600)
        let named = Log<String>()
        _ = try await VirtualCall.hold(setup) { _ in
            [.text("Five euros.")]
        } _: { caller, _ in
            try await caller.sleep(.milliseconds(100))
            try await Self.send(Self.menu, caller, "The soup?")
            try await caller.hearResponse()
            let record = try await caller.storage.conversations.get(Stage.conversationID)
            for turn in record?.transcript ?? [] { for file in turn.files ?? [] { named.add(file.id) } }
        }
        #expect(named.entries == ["file_menu"])
    }

    @Test("a long document is cut to its share, and the model is told how much is missing")
    func long() async throws {
        let asked = Log<String>()
        _ = try await VirtualCall.hold { _ in
            [.text("Long.")]
        } _: { caller, model in
            try await caller.sleep(.milliseconds(100))
            var book = Self.menu
            book.content = .text(String(repeating: "All about soups. ", count: 20_000), isWhole: true, pages: 90)
            try await Self.send(book, caller, "Sum up.")
            try await caller.hearResponse()
            asked.add(Self.asked(model).text)
        }
        let text = try #require(asked.entries.first)
        #expect(text.utf8.count < 3 * CallOptions().longestFiles + 300)
        #expect(text.contains("All about soups."))
        #expect(text.hasSuffix("words, is left out.)\nSum up."))
    }

    @Test("only the latest files are shown, as many as the agent is set to")
    func memory() async throws {
        let asked = Log<String>()
        _ = try await VirtualCall.hold(
            .init(configuration: ["conversation": ["file_input": ["max_files_in_memory": 1]]])
        ) { _ in
            [.text("Yes.")]
        } _: { caller, model in
            try await caller.sleep(.milliseconds(100))
            try await Self.send(Self.menu, caller)
            try await caller.hearResponse(1)
            var second = Self.menu
            (second.id, second.name, second.content) = ("file_2", "wine.txt", .text("Red", isWhole: true, pages: nil))
            try await Self.send(second, caller)
            try await caller.hearResponse(2)
            asked.add("\(model.requests.entries.last?.messages ?? [])")
        }
        let messages = try #require(asked.entries.first)
        #expect(!messages.contains("Soup 5 euros") && messages.contains("menu.pdf”. It is no longer shown."))
        #expect(messages.contains("wine.txt") && messages.contains("Red"))
    }

    @Test("what the model has been shown cannot be taken back, and is there after an interruption")
    func interrupted() async throws {
        let asked = Log<String>()
        let outcome = try await VirtualCall.hold { request in
            request.lastUser.contains("And the fish") ? [.text("Ten.")] : [.text("Soup is five euros, and it is good.")]
        } _: { caller, model in
            try await caller.sleep(.milliseconds(100))
            try await Self.send(Self.menu, caller, "The soup?")
            try await caller.hearAudio()
            await #expect(throws: StorageError.used("file", id: "file_menu")) {
                try await caller.storage.files.delete("file_menu", of: Stage.conversationID)
            }
            caller.type("And the fish?")
            try await caller.hearResponse()
            asked.add("\(model.requests.entries.last?.messages ?? [])")
        }
        #expect(asked.entries.first?.contains("Soup 5 euros") == true)
        #expect(outcome.messages.interruptions.count == 1)
    }

    @Test(
        "an image that a model's server refuses, or fails on, costs no answer, and is not sent again",
        arguments: [(EngineError.Kind.rejected, [true, false, false]), (.failed, [true, true, false, false])])
    func refused(kind: EngineError.Kind, sent: [Bool]) async throws {
        let images = Log<Bool>()
        let outcome = try await VirtualCall.hold(.init(seesImages: true)) { request in
            request.hasImages ? [.fail(kind)] : [.text("I cannot open it.")]
        } _: { caller, model in
            try await caller.sleep(.milliseconds(100))
            try await Self.send(Self.photo, caller, "What is it?")
            try await caller.hearResponse(1)
            caller.type("Really?")
            try await caller.hearResponse(2)
            for request in model.requests.entries { images.add(request.hasImages) }
        }
        #expect(images.entries == sent)
        #expect(outcome.messages.responses.count == 2)
        #expect(outcome.record.details.warnings.contains { $0.contains("it was asked again") })
    }
}
