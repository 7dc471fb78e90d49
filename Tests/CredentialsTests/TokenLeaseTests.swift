import Testing

@testable import Credentials

@Suite("When a token is used, and when the next is obtained")
struct TokenLeaseTests {
    private static func authorization(_ number: Int) -> Authorization {
        var authorization = Authorization(headers: ["Authorization": "Bearer t\(number)"])
        authorization.number = number
        return authorization
    }

    /// What a request at a time does: `use 1`, `use 1, renew`, `obtain` or `wait`.
    private static func use(_ lease: inout TokenLease, at seconds: Int) -> String {
        switch lease.use(at: .seconds(seconds)) {
        case .use(let authorization, let isDue): "use \(authorization.number)\(isDue ? ", renew" : "")"
        case .obtain: "obtain"
        case .wait: "wait"
        }
    }

    @Test("one request obtains it, others wait; one renews it, others go on")
    func life() {
        var lease = TokenLease()
        #expect(Self.use(&lease, at: 0) == "obtain")
        #expect(Self.use(&lease, at: 1) == "wait")
        lease.end(Self.authorization(1), renewal: .seconds(80), expiry: .seconds(90))
        #expect(Self.use(&lease, at: 79) == "use 1")
        #expect(Self.use(&lease, at: 80) == "use 1, renew")
        #expect(Self.use(&lease, at: 81) == "use 1")
        #expect(Self.use(&lease, at: 90) == "wait")
        lease.end(Self.authorization(2), renewal: .seconds(160), expiry: .seconds(170))
        #expect(Self.use(&lease, at: 91) == "use 2")
        #expect(Self.use(&lease, at: 300) == "obtain")
    }

    @Test("after a failure it is tried again: at once where there is none, after a pause where one still holds")
    func failures() {
        var lease = TokenLease()
        #expect(Self.use(&lease, at: 0) == "obtain")
        lease.fail(nextTry: .seconds(5))
        #expect(Self.use(&lease, at: 1) == "obtain")
        lease.end(Self.authorization(1), renewal: .seconds(80), expiry: .seconds(90))
        #expect(Self.use(&lease, at: 80) == "use 1, renew")
        lease.fail(nextTry: .seconds(86))
        #expect(Self.use(&lease, at: 85) == "use 1")
        #expect(Self.use(&lease, at: 86) == "use 1, renew")
    }

    @Test("one that was refused is not used again; a newer one is not thrown away for it")
    func refusals() {
        var lease = TokenLease()
        _ = Self.use(&lease, at: 0)
        lease.end(Self.authorization(1), renewal: .seconds(80), expiry: .seconds(90))
        lease.refuse(Self.authorization(1))
        #expect(Self.use(&lease, at: 1) == "obtain")
        lease.refuse(Self.authorization(1))
        lease.end(Self.authorization(2), renewal: .seconds(80), expiry: .seconds(90))
        lease.refuse(Self.authorization(1))
        #expect(Self.use(&lease, at: 2) == "use 2")
    }
}
