import Audio
import EventStream
import Foundation
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOEmbedded
import NIOWebSocket

@testable import CloudEngines
@testable import Server

extension Reader {
    // MARK: WebSocket frames

    static let frames = Reader(
        name: "WebSocket frames", corpus: frameCorpus,
        pieces: [
            frame([]), frame([65]), frame([65], opcode: 0), frame([65], opcode: 0, isFinal: false),
            frame([], opcode: 0, isFinal: false), frame([65], isFinal: false), frame([1, 2, 3], opcode: 9),
            frame([], opcode: 10), frame([3, 232], opcode: 8), frame([], opcode: 3), [0x81, 0xFF], [0x81, 0xFE],
            [0x81, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0x81, 0xFE, 0xFF, 0xFF], [0x89, 0xFE],
            [0xC1],
            [0x81, 0x01, 0x41], [0x00, 0x80], [0xCC, 0x81],
        ],
        ordinary: { size in
            let some = frameCorpus[0] + frameCorpus[1]
            return Array(repeatElement(some, count: max(1, size / some.count)).joined())
        }, isStream: true, read: { readFrames($0) })

    private static let frameCorpus: [[UInt8]] = [
        frame(Array(#"{"user_audio_chunk":"AAECAwQ="}"#.utf8)),
        frame(Array(#"{"type":"user_message","text":"hello"}"#.utf8))
            + frame(Array(#"{"type":"pong","event_id":1}"#.utf8)),
        frame(Array(#"{"type":"#.utf8), isFinal: false) + frame([], opcode: 9)
            + frame(Array(#""pong""#.utf8), opcode: 0, isFinal: false) + frame(Array("}".utf8), opcode: 0),
        frame(Array(repeating: 65, count: 300)), frame(Array(repeating: 65, count: 70_000)), frame([0, 1], opcode: 2),
        frame([3, 232, 66], opcode: 8) + frame([65]),
    ]

    private static func frame(_ payload: [UInt8], opcode: UInt8 = 1, isFinal: Bool = true) -> [UInt8] {
        var frame = [(isFinal ? 0x80 : 0) | opcode]
        switch payload.count {
        case 0...125: frame.append(0x80 | UInt8(payload.count))
        case 126...0xFFFF: frame += [0x80 | 126] + (0..<2).reversed().map { UInt8(payload.count >> (8 * $0) & 255) }
        default: frame += [0x80 | 127] + (0..<8).reversed().map { UInt8(payload.count >> (8 * $0) & 255) }
        }
        let mask: [UInt8] = [1, 2, 3, 4]
        return frame + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
    }

    private static let anyAddress = try? SocketAddress(unixDomainSocketPath: "/a")

    /// What the server's handlers make of a connection's bytes: the messages that come out, and the frames sent back.
    private static func readFrames(_ chunks: [ArraySlice<UInt8>]) -> Outcome {
        let limits = ServerLimits()
        let channel = EmbeddedChannel(handlers: [
            FrameLengthHandler(),
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limits.messageSize)),
            WebSocketHandler(limits: limits),
        ])
        if let anyAddress { channel.connect(to: anyAddress, promise: nil) }
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var outcome = Outcome()
        for chunk in chunks where channel.isActive {
            do {
                try channel.writeInbound(ByteBuffer(bytes: chunk))
            } catch {
                outcome.refusal = "a violation"
            }
        }
        while let message = try? channel.readInbound(as: ByteBuffer.self) { outcome.add(message.readableBytesView) }
        while let frame = try? channel.readOutbound(as: WebSocketFrame.self) {
            outcome.add([UInt8(webSocketOpcode: frame.opcode)])
            outcome.add(frame.data.readableBytesView)
        }
        return outcome
    }

    // MARK: Forms

    static let multipart = Reader(
        name: "forms", corpus: [form],
        pieces: [
            "\r\n--x-y\r\n", "\r\n--x-y--", "--x-y", "\r\n", "\r\n\r\n", "\r", "\n", "-", " ", "\t", ";", "; ", "=",
            "\"",
            "\\", "\\\"", ":", "a:b\r\n", "; name=\"", "; filename=\"a", "name=", "; name=a", "filename*=UTF-8''%41",
            "é", "\u{301}\u{316}", "\u{0}", "\r\n--x-y\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb",
            "Content-Disposition: form-data; name=\"", "\r\n--x-", "Content-Type: text/plain\r\n",
        ].map { Array($0.utf8) },
        ordinary: { size in
            let field = Array("--x-y\r\nContent-Disposition: form-data; name=\"field\"\r\n\r\n".utf8)
            return field + Array(repeating: 65, count: size / 2) + Array("\r\n".utf8) + form
        }, isStream: true,
        read: { chunks in
            let head = HTTPRequest(
                method: .post, scheme: "http", authority: "localhost", path: "/",
                headerFields: [.contentType: "multipart/form-data; boundary=x-y"])
            let (stream, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
            for chunk in chunks { continuation.yield(ByteBuffer(bytes: chunk)) }
            continuation.finish()
            do {
                let form = try await Request(head: head, body: RequestBody(asyncSequence: stream)).form(limit: 1 << 24)
                var outcome = Outcome()
                for (name, value) in form.fields {
                    outcome.add(name.utf8)
                    outcome.add(value.utf8)
                }
                for (name, file) in form.files.sorted(by: { $0.key < $1.key }) {
                    outcome.add(name.utf8)
                    outcome.add(file.name.utf8)
                    outcome.add(try Data(contentsOf: file.content.url))
                }
                _ = form["model_id"]
                _ = form.all("keyterms")
                return outcome
            } catch {
                return .refused("\(type(of: error))")
            }
        })

    private static let form = Array(
        [
            "a preamble that nobody reads", "--x-y", "Content-Disposition: form-data; name=\"model_id\"", "",
            "scribe_v1",
            "--x-y", "content-disposition: form-data; name=\"file\"; filename=\"a \\\"b\\\";c.wav\"",
            "Content-Type: audio/wav", "", "RIFF\r\n--x-\r\n--x-z\r\n", "--x-y  ",
            "Content-Disposition: form-data; name=empty", "", "", "--x-y--", "an epilogue", "",
        ].joined(separator: "\r\n").utf8)

    // MARK: Queries

    static let query = Reader(
        name: "queries",
        corpus: [
            "agent_id=agent_1&conversation_signature=a.b&token=", "page_size=30&cursor=WzEsMl0&archived=false",
            "text=a+b%20c%C3%A9%F0%9F%99%82&x", "", "&&a=b=c&=d&token=%&token=%4&token=%zz&token=%FF",
        ].map { Array($0.utf8) },
        pieces: [
            "&", "=", "+", "%", "%2", "%zz", "%00", "%C3%A9", "%CC%81%CC%96", "%FF", "token=", "&token=a", "é",
            "\u{301}\u{316}", "%26", "?", "#", "a", "\u{0}",
        ].map { Array($0.utf8) },
        ordinary: { Array(String(repeating: "name=a+b%20c%C3%A9&", count: max(1, $0 / 19)).utf8) },
        read: { chunks in
            let query = QueryParameters(String(decoding: Array(chunks.joined()), as: UTF8.self))
            var outcome = Outcome()
            for name in ["agent_id", "conversation_signature", "token", "text", "a", "x", ""] {
                for value in query.all(name) { outcome.add(value.utf8) }
            }
            _ = try? query.page()
            _ = try? query.flag("archived")
            _ = query["token"]
            return outcome
        })

    // MARK: Audio

    static let wav = Reader(
        name: "WAV", corpus: [wavFile(1, 16, 10), wavFile(2, 8, 10), wavFile(6, 32, 3), wavFile(1, 24, 0)],
        pieces: [
            Array("RIFF".utf8), Array("WAVE".utf8), Array("fmt ".utf8), Array("data".utf8),
            Array("LIST".utf8) + [0, 0, 0, 0], Array("LIST".utf8) + [1, 0, 0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF],
            [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0], [3, 0], [7, 0], [0xFE, 0xFF],
            Array(wavFile(1, 16, 0)[12...]),
            Array(wavFile(64, 8, 0)[12..<36]),
        ],
        ordinary: { wavFile(1, 16, $0 / 2) },
        read: { chunks in
            var outcome = Outcome()
            do {
                let wav = try WAV(parsing: Data(chunks.joined()))
                outcome.digest = wav.hashValue
                outcome.size = wav.channels.reduce(0) { $0 + 4 * $1.count }
            } catch {
                return .refused("\(type(of: error))")
            }
            return outcome
        })

    private static func wavFile(_ channels: Int, _ bits: Int, _ frames: Int) -> [UInt8] {
        func bytes(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }
        let size = channels * bits / 8 * frames
        let format =
            bytes(1, 2) + bytes(channels, 2) + bytes(8000, 4) + bytes(8000 * channels * bits / 8, 4)
            + bytes(channels * bits / 8, 2) + bytes(bits, 2)
        let head = Array("RIFF".utf8) + bytes(36 + size, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4) + format
        return head + Array("data".utf8) + bytes(size, 4) + (0..<size).map { UInt8($0 * 37 & 255) }
    }

    static let audioFrames = Reader(
        name: "audio frames", corpus: [[0, 1, 2, 3], [255, 127, 0], []], pieces: [[0], [255], [0, 128]],
        ordinary: { Array(repeating: 7, count: $0) }, isStream: true,
        read: { chunks in
            var outcome = Outcome()
            for format in [AudioFormat.pcm16000, .ulaw8000] {
                var decoder = FrameDecoder(format: format)
                let samples = chunks.flatMap { decoder.decode($0) }
                outcome.digest ^= samples.hashValue
                outcome.size += 4 * samples.count
            }
            return outcome
        })

    // MARK: Server-sent events

    static let serverSentEvents = Reader(
        name: "server-sent events",
        corpus: [
            "data: {\"a\":1}\n\n", "\u{FEFF}event: x\r\ndata:a\r\ndata: b\r\n\r\n: comment\n\nid: 1\rdata\r\r",
            "retry: 10\ndatax: no\ndata: [DONE]\n\n",
        ].map { Array($0.utf8) },
        pieces: [
            "data: a\n", "data:\n", "data\n\n", "data: a\n\n", "\n", "\r", "\r\n", ":", ": ", " ", "data", "\u{FEFF}",
            "\u{0}", "é", "\u{301}\u{316}", "data: ",
        ].map { Array($0.utf8) },
        ordinary: { Array(String(repeating: "data: {\"a\":1}\n\n", count: max(1, $0 / 15)).utf8) }, isStream: true,
        read: { chunks in
            var parser = ServerSentEventParser(limit: 1 << 16)
            var outcome = Outcome()
            do {
                for chunk in chunks {
                    for event in try parser.parse(chunk) {
                        outcome.add(event.name.utf8)
                        outcome.add(event.data.utf8)
                    }
                }
                outcome.add((parser.lastEventID ?? "").utf8)
            } catch {
                return .refused("too long")
            }
            return outcome
        })
}
