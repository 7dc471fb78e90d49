import AsyncHTTPClient
import Egress
import Foundation
import JSON
import NIOHTTP1
import Synchronization
import Tasks
import TestSupport
import Testing

@testable import Credentials

@Suite("Signed tokens", .timeLimit(.minutes(1)))
struct SignedTokenTests {
    private static func connection(_ more: JSONValue) -> JSONValue {
        let standard: JSONValue = [
            "auth_type": "oauth2_jwt", "algorithm": "RS256", "issuer": "us", "audience": "them", "subject": "me",
            "secret_key": .string(TestKeys.rsa), "key_id": "k1", "expiration_seconds": 300,
            "extra_params": ["tier": "gold", "iss": "forged"], "extra_headers": ["x5t": "abc", "alg": "none"],
        ]
        return standard.merging(more)
    }

    @Test("a signed token is exchanged for one of the token server, as the permission or in place of a secret")
    func exchanged() async throws {
        let tokens = Tokens()
        try await ScriptedHTTPServer.run({ request in
            guard request.head.uri.hasSuffix("/token") else { return fine }
            return json(["id_token": "the-id", "access_token": "the-access"])
        }) { server in
            try await with { authorizer, _ in
                let url: JSONValue = ["token_url": .string("\(server.url)/token"), "scopes": ["read", "write"]]
                _ = try await authorizer.send(server.tool, as: Credential(Self.connection(url)))
                let grant = form(try #require(server.requests(to: "/token").last).body)
                #expect(grant["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer")
                let token = try SignedToken(grant["assertion"])
                #expect(token.header == ["alg": "RS256", "typ": "JWT", "kid": "k1", "x5t": "abc"])
                #expect(token.claims["iss"] == "us" && token.claims["aud"] == "them" && token.claims["sub"] == "me")
                #expect(token.claims["tier"] == "gold" && token.claims["scope"] == "read write")
                let (start, end) = (token.claims["iat"]?.intValue ?? 0, token.claims["exp"]?.intValue ?? 0)
                #expect(end - start == 300 && abs(Double(start) - Date().timeIntervalSince1970) < 60)
                #expect(try token.isSigned(by: .rs256))
                #expect(server.carried.last == "Bearer the-access")

                let client = Self.connection(url).merging([
                    "jwt_usage": "client_authentication", "token_response_field": "id_token",
                ])
                _ = try await authorizer.send(server.tool, as: Credential(client))
                let proof = form(try #require(server.requests(to: "/token").last).body)
                #expect(proof["grant_type"] == "client_credentials" && proof["client_id"] == "me")
                #expect(
                    proof["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                #expect(proof["scope"] == "read write" && proof["assertion"] == nil)
                let second = try SignedToken(proof["client_assertion"])
                #expect(try second.isSigned(by: .rs256))
                #expect(second.claims["jti"] != token.claims["jti"])
                #expect(server.carried.last == "Bearer the-id")
            }
        }
        #expect(tokens.given == 0)
    }

    @Test("a token of one's own is signed once, and again when it is refused")
    func own() async throws {
        try await ScriptedHTTPServer.run(
            [.head(200), .end], [.head(200), .end], [.head(401), .end], [.head(200), .end]
        ) {
            server in
            try await with { authorizer, _ in
                let credential = try Credential(Self.connection(["auth_type": "private_key_jwt"]))
                for _ in 0..<3 { _ = try await authorizer.send(server.tool, as: credential) }
                let carried = server.carried
                #expect(Set(carried).count == 2 && carried[0] == carried[2] && carried[2] != carried[3])
                #expect(try SignedToken(String(carried[0].dropFirst(7))).isSigned(by: .rs256))
            }
        }
    }

    @Test(
        "tokens are signed in all nine ways",
        arguments: ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
    func algorithms(_ name: String) throws {
        let algorithm = try #require(TokenSigner.Algorithm(rawValue: name))
        let key = name.hasPrefix("HS") ? "a shared secret" : TestKeys.rsa
        let signer = try TokenSigner(Self.connection(["algorithm": .string(name), "secret_key": .string(key)]))
        let token = try SignedToken(signer.token(at: Date(timeIntervalSince1970: 1000)))
        #expect(token.header["alg"] == .string(name))
        #expect(token.claims["iat"] == 1000 && token.claims["exp"] == 1300)
        #expect(try token.isSigned(by: algorithm, with: key))
    }

    @Test("a key is taken as it was pasted, and a wrong one is refused when it is stored")
    func keys() throws {
        let pasted = [
            TestKeys.rsa, TestKeys.traditional, TestKeys.rsa.replacing("\n", with: "\\n"),
            "\n" + TestKeys.rsa.replacing("\n", with: "\r\n") + "\n",
        ]
        for key in pasted { try Credential(Self.connection(["secret_key": .string(key)])).check() }
        for key in ["", "secret", TestKeys.annKey, TestKeys.small, String(TestKeys.rsa.dropLast(200))] {
            let problem = #expect(throws: Credential.Problem.self) {
                try Credential(Self.connection(["secret_key": .string(key)])).check()
            }
            #expect(problem?.member == "secret_key")
        }
        #expect(throws: Credential.Problem.self) { try Credential(Self.connection(["algorithm": "ES256"])) }
        #expect(throws: Credential.Problem.self) { try Credential(["auth_type": "url_secret"]) }
    }
}
