import AsyncHTTPClient
import Audio
import Engines
import Foundation
import JSON
import NIOCore
import NIOHTTP1
import TestSupport
import Testing

/// Asks the speech API, and listens to what it says.
enum SpeechAPI {
    static let text = "Your order is on its way. It arrives on Monday."
    static let words = ["your", "order", "is", "on", "its", "way", "it", "arrives", "on", "monday"]

    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: Data

        var json: JSONValue { get throws { try JSONValue(parsing: body) } }
    }

    static func post(_ port: Int, _ path: String, _ body: JSONValue) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.body = .bytes(ByteBuffer(bytes: body.data))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let data = try await response.body.collect(upTo: 32 << 20)
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first },
            body: Data(data.readableBytesView))
    }

    static func heard(_ samples: [Float], at rate: Int) async throws -> [String] {
        let engines = try #require(CallEngines.current)
        let words = try await engines.transcript(samples, at: rate).lowercased()
            .split { !$0.isLetter && $0 != "'" }.map(String.init)
        return words
    }

    /// The recogniser hears a word wrongly now and then, and the voice never says anything twice the same.
    static func expectText(_ samples: [Float], at rate: Int) async throws {
        let words = try await heard(samples, at: rate)
        let missed = Self.words.filter { !words.contains($0) }
        #expect(missed.count <= 1 && words.count <= Self.words.count + 3, "\(words)")
    }

    static func ulaw(_ data: Data) -> [Float] {
        var decoder = FrameDecoder(format: .ulaw8000)
        return decoder.decode(data)
    }

    static func pcm(_ data: Data) -> [Float] {
        var decoder = FrameDecoder(format: .pcm16000)
        return decoder.decode(data)
    }

    static func alignment(_ json: JSONValue?) throws -> [(text: String, start: Double, end: Double)] {
        guard let json, json != .null else { return [] }
        let texts = try #require(json["characters"]?.arrayValue).compactMap(\.stringValue)
        let starts = try #require(json["character_start_times_seconds"]?.arrayValue).compactMap(\.doubleValue)
        let ends = try #require(json["character_end_times_seconds"]?.arrayValue).compactMap(\.doubleValue)
        #expect(texts.count == starts.count && texts.count == ends.count)
        return texts.indices.map { (texts[$0], starts[$0], ends[$0]) }
    }

    /// The audio of a socket's messages.
    static func pcm(of messages: some Sequence<JSONValue>) -> [Float] {
        messages.flatMap { pcm(Data(base64Encoded: $0["audio"]?.stringValue ?? "") ?? Data()) }
    }
}
