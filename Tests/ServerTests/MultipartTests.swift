import Agents
import Foundation
import JSON
import TestSupport
import Testing

@testable import Server

@Suite("Forms with files")
struct MultipartTests {
    private static let form = [
        "a preamble that nobody reads", "--x-y", "Content-Disposition: form-data; name=\"model_id\"", "", "scribe_v1",
        "--x-y", "content-disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\";c.wav\"",
        "Content-Type: audio/wav", "", "RIFF\r\n--x-\r\n--x-z\r\n", "--x-y  ",
        "Content-Disposition: form-data; name=empty", "", "", "--x-y--", "an epilogue", "",
    ].joined(separator: "\r\n")

    private func events(_ pieces: [Data]) throws -> (events: [MultipartParser.Event], isComplete: Bool) {
        var parser = MultipartParser(boundary: "x-y")
        var events: [MultipartParser.Event] = []
        for piece in pieces {
            for event in try parser.read(piece) {
                if case .data(let more) = event, case .data(let data) = events.last {
                    events[events.count - 1] = .data(data + more)
                } else {
                    events.append(event)
                }
            }
        }
        return (events, parser.isComplete)
    }

    @Test("a form is the same however it is cut into pieces")
    func pieces() throws {
        let data = Data(Self.form.utf8)
        let whole = try events([data])
        #expect(whole.isComplete)
        #expect(
            whole.events == [
                .began(["content-disposition": "form-data; name=\"model_id\""]), .data(Data("scribe_v1".utf8)), .ended,
                .began([
                    "content-disposition": "form-data; name=\"file\"; filename=\"a \\\"b\\\";c.wav\"",
                    "content-type": "audio/wav",
                ]), .data(Data("RIFF\r\n--x-\r\n--x-z\r\n".utf8)), .ended,
                .began(["content-disposition": "form-data; name=empty"]), .ended,
            ])
        #expect(try events(data.map { Data([$0]) }).events == whole.events)
        var random = SeededGenerator(state: 4)
        for _ in 0..<200 {
            var rest = data
            var pieces: [Data] = []
            while !rest.isEmpty {
                let count = Int.random(in: 1...40, using: &random)
                pieces.append(Data(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(try events(pieces).events == whole.events)
        }
    }

    @Test("a part without headers, and one whose body is empty, are parts")
    func bare() throws {
        let result = try events([Data("--x-y\r\n\r\nbody\r\n--x-y\r\n\r\n\r\n--x-y--".utf8)])
        #expect(result.events == [.began([:]), .data(Data("body".utf8)), .ended, .began([:]), .ended])
        #expect(result.isComplete)
    }

    @Test(
        "what is no form is refused",
        arguments: [
            "--x-y\r\nno colon\r\n\r\nbody", "--x-y\r\n\r\nbody\r\n--x-yz\r\n",
            "--x-y\r\nA: " + String(repeating: "a", count: 9000),
        ])
    func malformed(text: String) {
        #expect(throws: MultipartParser.Malformed.self) { try events([Data(text.utf8)]) }
    }

    @Test("the work for a form is some times its size, whatever it is made of and however it is cut")
    func work() throws {
        let blanks = String(repeating: " ", count: 4000)
        let semicolons = String(repeating: "; ", count: 3500)
        for part in [
            "\r\nA:\(blanks)\r\nB:\(blanks)\r\n\r\nx", "\(blanks)\r\n\r\nx",
            "\r\nContent-Disposition: form-data\(semicolons)\r\n\r\nx",
            "\r\n\r\n" + String(repeating: "\r", count: 8000), "\r\n\r\n" + String(repeating: "\r\n--x-", count: 1000),
            "\r\n" + String(repeating: "a:\r\n", count: 1600) + "\r\nx",
        ] {
            let form = Data((String(repeating: "--x-y\(part)\r\n", count: 5) + "--x-y--").utf8)
            for size in [1, 7, form.count] {
                var parser = MultipartParser(boundary: "x-y")
                var rest = form[...]
                var parts = 0
                while !rest.isEmpty {
                    parts += try parser.read(rest.prefix(size)).filter { $0 == .ended }.count
                    rest = rest.dropFirst(size)
                }
                #expect(parts == 5)
                #expect(parser.isComplete)
                #expect(parser.work < 8 * form.count, "\(part.prefix(30)) by \(size)")
            }
        }
    }

    @Test(
        "parameters of a header",
        arguments: [
            ("form-data; name=\"file\"; filename=\"a;b\\\"c.wav\"", "file", "a;b\"c.wav"),
            ("form-data;NAME=file ;  filename = a.wav ; x", "file", "a.wav"),
            ("form-data; name=file; filename*=UTF-8''na%C3%AFve%20voice.wav", "file", "naïve voice.wav"),
            ("form-data; name=file; filename=naive.wav; filename*=utf-8'en'na%C3%AFve.wav", "file", "naïve.wav"),
            ("form-data; filename*=iso-8859-1''na%EFve.wav; name=file; filename=x", "file", "naïve.wav"),
            ("form-data; name=file; filename*=klingon''a; filename=b", "file", "b"),
            ("form-data; name=file; filename*=UTF-8''%ZZ", "file", nil), ("form-data; name=", "", nil),
            ("form-data; name=file; filename*=UTF-8''%F", "file", nil), ("form-data", nil, nil), ("", nil, nil),
            ("form-data; name=\"open", "open", nil), ("form-data; name=\"C:\\a\"", "C:\\a", nil),
            ("form-data" + String(repeating: "; \t ", count: 100_000) + "; name=x", "x", nil),
        ])
    func parameters(header: String, name: String?, fileName: String?) {
        let parameters = HeaderParameters(header)
        #expect(parameters["name"] == name)
        #expect(parameters["filename"] == fileName)
    }

    @Test(
        "the boundary is what the content type names",
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"),
            ("Multipart/Form-Data;charset=utf-8; boundary=\"a b\"", "a b"),
            ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil), ("application/json", nil),
        ])
    func boundary(type: String, expected: String?) {
        #expect(MultipartParser.boundary(of: type) == expected)
    }
}

@Suite("Recordings sent to a server", .timeLimit(.minutes(1)))
struct UploadTests {
    private static func form(_ fields: [(String, String)], file: String? = "RIFF") -> Data {
        var text = ""
        for (name, value) in fields {
            text += "--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
        }
        if let file {
            text += "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\r\n\(file)\r\n"
        }
        return Data((text + "--b--\r\n").utf8)
    }

    @Test("what is missing, wrong or not to be had is named")
    func refusals() async throws {
        try await withServer { server in
            func send(_ body: Data, _ path: String = "/v1/speech-to-text") async throws -> Answer {
                try await server.send(
                    "POST", path, raw: body, headers: ["Content-Type": "multipart/form-data; boundary=b"])
            }
            for (fields, file, field) in [
                ([], "RIFF", "model_id"), ([("model_id", "scribe_v1")], nil, "file"),
                ([("model_id", "scribe_v1")], "", "file"),
                ([("model_id", "scribe_v1"), ("diarize", "true")], "RIFF", "diarize"),
                ([("model_id", "scribe_v1"), ("use_multi_channel", "true")], "RIFF", "use_multi_channel"),
                ([("model_id", "scribe_v1"), ("cloud_storage_url", "https://a.b/c")], nil, "cloud_storage_url"),
                ([("model_id", "scribe_v1"), ("timestamps_granularity", "line")], "RIFF", "timestamps_granularity"),
                (
                    [("model_id", "scribe_v1"), ("additional_formats", "[{\"format\": \"docx\"}]")], "RIFF",
                    "additional_formats"
                ),
                ([("model_id", "scribe_v1"), ("file_format", "mp5")], "RIFF", "file_format"),
                ([("model_id", "scribe_v1"), ("keyterms", String(repeating: "a", count: 60))], "RIFF", "keyterms"),
            ] as [([(String, String)], String?, String)] {
                let answer = try await send(Self.form(fields, file: file))
                #expect(answer.status == 422, "\(field)")
                let place = answer.json["detail"]?.arrayValue?.first?["loc"]?.arrayValue?.last
                #expect(place == .string(field))
            }
            // Everything is right, but this server has no engines.
            #expect(
                try await send(Self.form([("model_id", "m"), ("diarize", "false"), ("entity_detection", "null")]))
                    .status == 503)
            // A name that is not ASCII, as some clients send it.
            let extended = String(decoding: Self.form([("model_id", "m")]), as: UTF8.self)
                .replacing("filename=\"a.wav\"", with: "filename*=UTF-8''na%C3%AFve.wav")
            #expect(try await send(Data(extended.utf8)).status == 503)
            let openAI = Self.form([("model", "whisper-1"), ("response_format", "docx")])
            #expect(try await send(openAI, "/v1/audio/transcriptions").status == 422)

            let broken = try await send(Self.form([("model_id", "m")]).dropLast(8))
            #expect(broken.status == 422)
            let json = try await server.send("POST", "/v1/speech-to-text", ["model_id": "m"])
            #expect(json.status == 415)
            #expect(try await server.send("GET", "/v1/speech-to-text/realtime").status == 426)
        }
    }

    @Test("what is too large is refused, and nothing of it stays on the disk")
    func large() async throws {
        var limits = ServerLimits()
        limits.uploadSize = 1000
        try await withServer(limits: limits) { server in
            let folder = FileManager.default.temporaryDirectory.path
            func uploads() throws -> Set<String> {
                Set(
                    try FileManager.default.contentsOfDirectory(atPath: folder).filter {
                        $0.hasPrefix("parley-upload-")
                    })
            }
            let before = try uploads()
            for (size, status) in [(1000, 503), (1001, 413), (200_000, 413)] {
                let body = Self.form([("model_id", "m")], file: String(repeating: "a", count: size))
                let answer = try await server.send(
                    "POST", "/v1/speech-to-text", raw: body,
                    headers: ["Content-Type": "multipart/form-data; boundary=b"])
                #expect(answer.status == status)
            }
            #expect(try uploads().subtracting(before).isEmpty)
        }
    }

    @Test("a file has no name on the disk: whatever ends the server leaves nothing of it")
    func nameless() throws {
        var content: MultipartForm.Content? = try MultipartForm.Content()
        let url = try #require(content?.url)
        let writer = try FileHandle(forWritingTo: url)
        try writer.write(contentsOf: Data("said".utf8))
        try writer.close()
        #expect(try Data(contentsOf: url) == Data("said".utf8))
        let place = try FileManager.default.destinationOfSymbolicLink(atPath: url.path)
        #expect(place.hasSuffix(" (deleted)"), "\(place)")
        content = nil
        #expect(!FileManager.default.fileExists(atPath: url.path))
    }

    @Test("bound elsewhere, a key or a token is needed, and a token is used up")
    func access() async throws {
        try await withServer(host: "0.0.0.0") { server in
            let key = try await server.storage.keys.create(name: "test").key
            let type = ["Content-Type": "multipart/form-data; boundary=b"]
            let body = Self.form([("model_id", "m")])
            func status(_ query: String = "", _ headers: [String: String] = [:]) async throws -> Int {
                try await server.send(
                    "POST", "/v1/speech-to-text\(query)", raw: body, headers: type.merging(headers) { $1 }
                ).status
            }
            #expect(try await status() == 401)
            #expect(try await status("", ["xi-api-key": key]) == 503)
            let made = try await server.send("POST", "/v1/single-use-token/batch_scribe", headers: ["xi-api-key": key])
            let token = try #require(made.json["token"]?.stringValue)
            #expect(try await status("?token=\(token)") == 503)
            #expect(try await status("?token=\(token)") == 401)
            #expect(try await status("?token=none") == 401)
        }
    }
}
