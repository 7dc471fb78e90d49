import Agents
import Conversation
import Foundation
import FoundationNetworking
import JSON
import Server
import Synchronization
import TestSupport
import Testing

extension CallTests {
    /// Files of a conversation over real sockets, as pages and SDKs send them.
    @Suite("Uploads")
    struct FileTests {
        private static let boundary = "x-y-z"

        private static func form(_ data: Data, name: String = "a.txt", type: String = "image/png") -> Data {
            let head =
                "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
                + "Content-Type: \(type)\r\n\r\n"
            return Data(head.utf8) + data + Data("\r\n--\(boundary)--\r\n".utf8)
        }

        private static func send(
            _ method: String, _ calls: ServedCalls, _ path: String, _ body: Data? = nil, headers: [String: String] = [:]
        ) async throws -> (status: Int, json: JSONValue, data: Data, response: HTTPURLResponse) {
            let url = try #require(
                URL(string: "http://127.0.0.1:\(calls.port)/v1/convai/conversations/\(path)"))
            var request = URLRequest(url: url)
            request.httpMethod = method
            request.httpBody = body
            if body != nil {
                request.setValue("multipart/form-data; boundary=\(boundary)", forHTTPHeaderField: "Content-Type")
            }
            for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
            let (data, answer) = try await URLSession.shared.data(for: request)
            let response = try #require(answer as? HTTPURLResponse)
            return (response.statusCode, (try? JSONValue(parsing: data)) ?? .null, data, response)
        }

        private static func begin(_ socket: TestWebSocket) async throws -> String {
            try await socket.beginText()
            let metadata = try await socket.message("conversation_initiation_metadata")
            let id = metadata.value(at: "conversation_initiation_metadata_event", "conversation_id")
            return try #require(id?.stringValue)
        }

        private static func code(_ json: JSONValue) -> String? { json.value(at: "detail", "code")?.stringValue }

        @Test("files are sent, named in a message, answered, given back, and gone with the conversation")
        func whole() async throws {
            try await ScriptedModel.run { _ in
                .text("Thank you.")
            } body: { model in
                try await ServedCalls.run(model.configuration()) { calls in
                    let id = try await calls.connect { socket in
                        let id = try await Self.begin(socket)
                        // Two at once, whose names and types say nothing.
                        async let first = Self.send(
                            "POST", calls, "\(id)/files", Self.form(TestPDF.data("Invoice 4711"), name: "a.png"))
                        async let second = Self.send(
                            "POST", calls, "\(id)/files", Self.form(Data("<b>Total 99</b>".utf8), name: "../b.html"))
                        let answers = try await [first, second]
                        #expect(answers.map(\.status) == [200, 200])
                        let files = answers.compactMap { $0.json["file_id"]?.stringValue }
                        try #require(files.count == 2)
                        let entries = files.map { file -> JSONValue in ["type": "file_input", "file_id": .string(file)]
                        }
                        try await socket.send([
                            "type": "multimodal_message", "text": ["type": "user_message", "text": "What is it?"],
                            "file": entries[0], "files": .array(entries),
                        ])
                        let response = try await socket.message("agent_response")
                        #expect(response.value(at: "agent_response_event", "agent_response") == "Thank you.")
                        let asked = try #require(model.requests.last?.requestMessages.last?["content"]?.stringValue)
                        #expect(asked.contains("“a.png”, 1 page:)\nInvoice 4711"))
                        #expect(asked.contains("“b.html”:)\n<b>Total 99</b>"))
                        #expect(asked.hasSuffix("What is it?"))

                        // A file that was used stays; one that was not can be taken back, once.
                        let used = try await Self.send("DELETE", calls, "\(id)/files/\(files[0])")
                        #expect(used.status == 400 && Self.code(used.json) == "file_in_use")
                        let third = try await Self.send("POST", calls, "\(id)/files", Self.form(TestImage.png()))
                        let other = try #require(third.json["file_id"]?.stringValue)
                        #expect(try await Self.send("DELETE", calls, "\(id)/files/\(other)").status == 200)
                        #expect(try await Self.send("DELETE", calls, "\(id)/files/\(other)").status == 404)

                        // A page that a server without keys lets into no call gets at none of its files either.
                        let evil = ["Origin": "https://evil.example"]
                        let foreign = try await Self.send(
                            "POST", calls, "\(id)/files", Self.form(Data("x".utf8)), headers: evil)
                        #expect(foreign.status == 403 && Self.code(foreign.json) == "origin_not_allowed")
                        #expect(
                            try await Self.send("DELETE", calls, "\(id)/files/\(files[1])", headers: evil).status == 403
                        )

                        let html = try await Self.send("GET", calls, "\(id)/files/\(files[1])")
                        #expect(html.data == Data("<b>Total 99</b>".utf8))
                        #expect(html.response.value(forHTTPHeaderField: "Content-Type") == "text/plain")
                        #expect(
                            html.response.value(forHTTPHeaderField: "Content-Disposition")
                                == "attachment; filename*=UTF-8''b%2Ehtml")
                        #expect(html.response.value(forHTTPHeaderField: "X-Content-Type-Options") == "nosniff")
                        return id
                    }
                    var record = try await Self.send("GET", calls, id).json
                    while record["status"] != "done" { record = try await Self.send("GET", calls, id).json }
                    let turn = try #require(record["transcript"]?.arrayValue?.first { $0["role"] == "user" })
                    #expect(turn.value(at: "file_input", "original_filename") == "a.png")
                    #expect(turn.value(at: "file_input", "mime_type") == "application/pdf")
                    #expect(turn["file_inputs"]?.arrayValue?.count == 2)
                    let address = try #require(turn.value(at: "file_input", "file_url")?.stringValue)
                    let (data, _) = try await URLSession.shared.data(from: try #require(URL(string: address)))
                    #expect(data == TestPDF.data("Invoice 4711"))

                    // The call is over: nothing more is taken, and only the owner gets at the files.
                    let late = try await Self.send("POST", calls, "\(id)/files", Self.form(Data("x".utf8)))
                    #expect(late.status == 400 && Self.code(late.json) == "conversation_not_in_progress")
                    let page = ["Origin": "https://elsewhere.example"]
                    let file = try #require(turn.value(at: "file_input", "file_id")?.stringValue)
                    #expect(try await Self.send("GET", calls, "\(id)/files/\(file)", headers: page).status == 401)
                    #expect(try await Self.send("DELETE", calls, "\(id)/files/\(file)", headers: page).status == 401)
                    #expect(try await Self.send("DELETE", calls, id).status == 200)
                    #expect(try await Self.send("GET", calls, "\(id)/files/\(file)").status == 404)
                }
            }
        }

        @Test("what is too much, of no known type, unknown or not allowed is refused with its reason")
        func refusals() async throws {
            let configuration: JSONValue = ["conversation": ["file_input": ["max_files_per_conversation": 2]]]
            let platform: JSONValue = ["auth": ["allowlist": [["hostname": "shop.example"]]]]
            try await ServedCalls.run(configuration, platform: platform) { calls in
                try await calls.connect { socket in
                    let id = try await Self.begin(socket)
                    let path = "\(id)/files"
                    func refused(_ data: Data, _ status: Int, _ code: String, path: String = path) async throws {
                        let answer = try await Self.send("POST", calls, path, Self.form(data))
                        #expect(answer.status == status && Self.code(answer.json) == code, "\(answer.json)")
                    }
                    try await refused(Data("x".utf8), 404, "conversation_not_found", path: "conv_unknown/files")
                    try await refused(Data([0x50, 0x4B, 3, 4, 0, 0]), 415, "unsupported_file_type")
                    try await refused(Data("%PDF-1.4 nothing".utf8), 400, "file_unreadable")
                    try await refused(TestImage.png(width: 50_000, height: 2), 413, "file_too_large")
                    try await refused(Data(repeating: 65, count: 11 << 20), 413, "content_too_large")
                    let empty = try await Self.send("POST", calls, path, Self.form(Data()))
                    #expect(empty.status == 422)
                    let nothing = try await Self.send("POST", calls, path, Data("--\(Self.boundary)--\r\n".utf8))
                    #expect(nothing.status == 422)
                    // A page that may not call the agent may not send to its calls either.
                    for (origin, status) in [("https://elsewhere.example", 403), ("https://shop.example", 200)] {
                        let answer = try await Self.send(
                            "POST", calls, path, Self.form(Data("x".utf8)), headers: ["Origin": origin])
                        #expect(answer.status == status)
                        #expect(answer.response.value(forHTTPHeaderField: "Access-Control-Allow-Origin") == "*")
                    }
                    #expect(try await Self.send("POST", calls, path, Self.form(Data("y".utf8))).status == 200)
                    try await refused(Data("z".utf8), 400, "too_many_files")
                }
            }
            try await ServedCalls.run(["conversation": ["file_input": ["enabled": false]]]) { calls in
                try await calls.connect { socket in
                    let id = try await Self.begin(socket)
                    let answer = try await Self.send("POST", calls, "\(id)/files", Self.form(Data("x".utf8)))
                    #expect(answer.status == 400 && Self.code(answer.json) == "file_input_disabled")
                }
            }
        }

        /// Begins uploads without ending them, and passes their connections on.
        private static func begin(
            _ count: Int, _ calls: ServedCalls, _ id: String, _ form: Data, _ begun: [RawSocket] = [],
            _ body: ([RawSocket]) async throws -> Void
        ) async throws {
            guard begun.count < count else { return try await body(begun) }
            try await RawSocket.connect(to: calls.port) { upload in
                try await upload.write(
                    "POST /v1/convai/conversations/\(id)/files HTTP/1.1\r\nHost: 127.0.0.1:\(calls.port)\r\n"
                        + "Content-Type: multipart/form-data; boundary=\(boundary)\r\n"
                        + "Content-Length: \(form.count)\r\n\r\n")
                try await upload.write(Array(form.prefix(60)))
                try await begin(count, calls, id, form, begun + [upload], body)
            }
        }

        @Test("four files come at once and no more; those whose call ends while they are sent are not kept")
        func hangUp() async throws {
            // The question whether the four are in may take the place of one that comes late: then it is done again.
            for _ in 0..<5 { if try await hangUpDuringUploads() { return } }
            Issue.record("four uploads were never in at once")
        }

        /// False when one of the four was refused because of the question whether they are in.
        private func hangUpDuringUploads() async throws -> Bool {
            let wasRefused = Mutex(false)
            try await ServedCalls.run { calls in
                let form = Self.form(Data("Some text.".utf8))
                try await calls.connect { socket in
                    let id = try await Self.begin(socket)
                    try await Self.begin(4, calls, id, form) { uploads in
                        // Once the four are in, there is no place for another.
                        let empty = Data("--\(Self.boundary)--\r\n".utf8)
                        var status = 422
                        while status == 422 { status = try await Self.send("POST", calls, "\(id)/files", empty).status }
                        #expect(status == 429)
                        // The first is whole while the call goes on.
                        try await uploads[0].write(Array(form.dropFirst(60)))
                        #expect(try await uploads[0].read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
                        try await socket.send([], opcode: 8)
                        var record = try await Self.send("GET", calls, id).json
                        while record["status"] == "in-progress" {
                            record = try await Self.send("GET", calls, id).json
                        }
                        for upload in uploads.dropFirst() {
                            try await upload.write(Array(form.dropFirst(60)))
                            let answer = try await upload.read(through: "\r\n\r\n")
                            if answer.hasPrefix("HTTP/1.1 429 ") { wasRefused.withLock { $0 = true } }
                            #expect(wasRefused.withLock(\.self) || answer.hasPrefix("HTTP/1.1 400 "))
                        }
                    }
                }
            }
            return !wasRefused.withLock(\.self)
        }
    }
}
