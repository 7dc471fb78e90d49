import AsyncHTTPClient
import Engines
import Foundation
import JSON
import ScriptedServer
import Synchronization
import Testing

@testable import CloudEngines

/// What no error may show.
let speechKey = "xi-secret-0123456789abcdef"

/// A client for the length of a test.
func withClient<Result>(_ body: (HTTPClient) async throws -> Result) async throws -> Result {
    let client = HTTPClient(configuration: RemoteLanguageModel.clientConfiguration())
    do {
        let result = try await body(client)
        try await client.shutdown()
        return result
    } catch {
        try await client.shutdown()
        throw error
    }
}

/// Counts what happens on the server's side.
final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock(\.self) }

    @discardableResult
    func add(_ more: Int = 1) -> Int {
        value.withLock {
            $0 += more
            return $0
        }
    }
}

/// The error that `body` ends with, whose texts hold no secret.
func engineFailure<Result>(_ body: () async throws -> Result) async throws -> EngineError {
    let error = await #expect(throws: EngineError.self) { _ = try await body() }
    let known = try #require(error)
    for text in [known.description, "\(known)", String(reflecting: known)] {
        #expect(!text.contains("secret"), "\(text)")
    }
    return known
}
