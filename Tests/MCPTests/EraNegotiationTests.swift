import JSON
import Testing

@testable import MCP

@Suite struct EraNegotiationTests {
    private let modern: JSONValue = [
        "supportedVersions": ["2026-07-28"], "capabilities": ["tools": ["listChanged": true]],
        "instructions": "Ask.", "_meta": ["io.modelcontextprotocol/serverInfo": ["name": "s", "version": "1"]],
    ]
    private let shaken: JSONValue = [
        "protocolVersion": "2025-06-18", "capabilities": ["tools": [:]], "serverInfo": ["name": "old", "version": "2"],
    ]

    @Test func newServerIsFoundAtOnce() throws {
        var negotiation = EraNegotiation(knownAs: nil)
        #expect(negotiation.start == .discover("2026-07-28"))
        guard case .agreed(let session) = negotiation.handle(.success(modern)) else {
            Issue.record("no agreement")
            return
        }
        #expect(session.era == .stateless && session.version == "2026-07-28" && session.tellsOfChanges)
    }

    @Test(arguments: [
        MCPError.rpc(RPCError(code: -32601, message: "Method not found")),
        .rpc(RPCError(code: -32600, message: "Missing session ID")), .refused(status: 400, ""),
        .refused(status: 404, "a web page"), .refused(status: 405, ""), .refused(status: 406, ""),
        .timedOut(.seconds(5)),
        .rpc(RPCError(code: -32022, message: "Unsupported", supported: ["2025-11-25", "2025-06-18"])),
        .rpc(RPCError(code: -32022, message: "Unsupported")),
    ])
    func whateverAnOlderServerAnswersLeadsToTheHandshake(answer: MCPError) {
        var negotiation = EraNegotiation(knownAs: nil)
        #expect(negotiation.handle(.failure(answer)) == .initialize("2025-11-25"))
        guard case .agreed(let session) = negotiation.handle(.success(shaken)) else {
            Issue.record("no agreement")
            return
        }
        #expect(session.era == .handshake && session.version == "2025-06-18" && !session.tellsOfChanges)
    }

    @Test(arguments: [
        ["supportedVersions": ["2025-11-25"]] as JSONValue, ["supportedVersions": "all"], [:],
    ])
    func discoveryThatNamesNoKnownVersionLeadsToTheHandshake(result: JSONValue) {
        var negotiation = EraNegotiation(knownAs: nil)
        #expect(negotiation.handle(.success(result)) == .initialize("2025-11-25"))
    }

    @Test(arguments: [
        MCPError.unreachable("refused"), .unauthorized(status: 401), .notMCP("a web page"),
        .refused(status: 502, ""), .lost(""), .tooLarge(limit: 1),
    ])
    func whatSaysNothingOfAnEraIsAFailure(error: MCPError) {
        var negotiation = EraNegotiation(knownAs: nil)
        #expect(negotiation.handle(.failure(error)) == .failed(error))
    }

    @Test func knownEraIsNotAskedForAgain() {
        #expect(EraNegotiation(knownAs: .handshake).start == .initialize("2025-11-25"))
        #expect(EraNegotiation(knownAs: .stateless).start == .discover("2026-07-28"))
    }

    @Test func serverThatWasUpdatedIsAskedAgainOnce() {
        let update = MCPError.rpc(RPCError(code: -32022, message: "Unsupported", supported: ["2026-07-28"]))
        var negotiation = EraNegotiation(knownAs: .handshake)
        #expect(negotiation.handle(.failure(update)) == .discover("2026-07-28"))
        // Two answers that contradict each other end it.
        #expect(negotiation.handle(.failure(update)) == .failed(.incompatible(["2026-07-28"])))
    }

    @Test func versionsFromTheFutureAreNotGuessedAt() {
        var negotiation = EraNegotiation(knownAs: nil)
        let future = MCPError.rpc(RPCError(code: -32022, message: "Unsupported", supported: ["2031-01-01"]))
        #expect(negotiation.handle(.failure(future)) == .failed(.incompatible(["2031-01-01"])))
        var handshake = EraNegotiation(knownAs: .handshake)
        #expect(handshake.handle(.success(["protocolVersion": "1999-01-01"])) == .failed(.incompatible(["1999-01-01"])))
    }

    @Test func handshakeThatIsRefusedIsAFailure() {
        var negotiation = EraNegotiation(knownAs: nil)
        _ = negotiation.handle(.failure(.refused(status: 404, "a web page")))
        #expect(
            negotiation.handle(.failure(.refused(status: 404, "a web page")))
                == .failed(.refused(status: 404, "a web page")))
    }
}
