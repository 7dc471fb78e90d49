import JSON
import Testing

@testable import MCP

@Suite struct ServerHealthTests {
    private let options = MCPOptions()

    private func list(_ lifetime: Duration? = nil) -> MCPToolList {
        MCPToolList(lifetime: lifetime)
    }

    @Test func listIsAskedForOnceAndThenWhenItIsOld() {
        var health = ServerHealth(options: options)
        #expect(health.snapshot.state == .unknown)
        #expect(health.use(at: .zero) == true)
        #expect(health.use(at: .seconds(1)) == false, "it is on its way")
        #expect(health.end(.success(list()), at: .seconds(2)) == nil)
        #expect(health.snapshot.state == .connected)
        #expect(health.use(at: .seconds(2) + options.listLifetime - .seconds(1)) == false)
        #expect(health.use(at: .seconds(2) + options.listLifetime) == true)
        #expect(health.snapshot.state == .connected, "the old list serves meanwhile")
    }

    @Test func serversMayNotAskToBeAskedAllTheTime() {
        var health = ServerHealth(options: options)
        _ = health.use(at: .zero)
        _ = health.end(.success(list(.zero)), at: .zero)
        #expect(health.use(at: options.shortestListLifetime - .seconds(1)) == false)
        #expect(health.use(at: options.shortestListLifetime) == true)
        _ = health.end(.success(list(.seconds(1_000_000))), at: .zero)
        #expect(health.use(at: options.longestListLifetime) == true)
    }

    @Test func deadServerIsLeftAloneForLongerAndLonger() {
        var health = ServerHealth(options: options)
        var now = Duration.zero
        var pause = options.firstRetryDelay
        for _ in 0..<12 {
            #expect(health.use(at: now) == true)
            #expect(health.end(.failure(.unreachable("")), at: now) == nil)
            #expect(health.snapshot.state == .dead(.unreachable("")))
            #expect(health.use(at: now + pause - .milliseconds(1)) == false)
            now += pause
            pause = min(pause * 2, options.longestRetryDelay)
        }
        #expect(health.use(at: now) == true)
        _ = health.end(.success(list()), at: now)
        #expect(health.snapshot.state == .connected)
        health.lose(.unreachable(""), at: now)
        #expect(health.use(at: now + options.firstRetryDelay) == true, "after a success it begins anew")
    }

    @Test func callsThatFailTogetherAreOneFailure() {
        var health = ServerHealth(options: options)
        _ = health.use(at: .zero)
        _ = health.end(.success(list()), at: .zero)
        for _ in 0..<9 { health.lose(.unreachable(""), at: .seconds(1)) }
        #expect(health.snapshot.state == .dead(.unreachable("")))
        #expect(health.use(at: .seconds(1) + options.firstRetryDelay) == true)
    }

    @Test(arguments: [
        MCPError.refused(status: 429, ""), .refused(status: 408, ""), .tooLarge(limit: 1),
        .rpc(RPCError(code: -32603, message: "later")),
    ])
    func listThatFailsOnceLeavesTheFormerInUse(error: MCPError) {
        var health = ServerHealth(options: options)
        _ = health.use(at: .zero)
        _ = health.end(.failure(error), at: .zero)
        #expect(health.snapshot.state == .dead(error), "there is no list that could serve")
        _ = health.demand(at: .zero)
        _ = health.end(.success(MCPToolList([.init(name: "a", description: "", inputSchema: [:])])), at: .zero)
        _ = health.demand(at: .zero)
        _ = health.end(.failure(error), at: .zero)
        #expect(health.snapshot.state == .connected && health.snapshot.list.tools.count == 1)
        #expect(health.use(at: options.firstRetryDelay) == true, "it is tried again as a dead server is")
    }

    @Test func changeWhileAskingAsksAgainAfterTheAnswer() {
        var health = ServerHealth(options: options)
        _ = health.use(at: .zero)
        #expect(health.doubt(at: .zero) == nil)
        #expect(health.end(.success(list()), at: .zero) == .zero)
        #expect(health.followDoubt(at: .zero) == true)
        #expect(health.isAsking)
        #expect(health.end(.success(list()), at: .zero) == nil)
    }

    @Test func serverThatSaysSoWithEachAnswerIsAskedLessAndLess() {
        var health = ServerHealth(options: options)
        _ = health.use(at: .zero)
        var now = Duration.zero
        var pauses: [Duration] = []
        for _ in 0..<9 {
            for _ in 0..<2 { #expect(health.doubt(at: now) == nil) }
            guard let pause = health.end(.success(list()), at: now) else {
                Issue.record("the change is forgotten")
                return
            }
            pauses.append(pause)
            if pause > .zero { #expect(health.followDoubt(at: now) == false, "too early") }
            now += pause
            #expect(health.followDoubt(at: now) == true)
        }
        #expect(pauses == [0, 1, 2, 4, 8, 16, 32, 60, 60].map { Duration.seconds($0) })
        _ = health.end(.success(list()), at: now)
        #expect(health.doubt(at: now + options.longestChangePause * 3) == .zero, "it has been quiet since")
    }

    @Test func requestThatBeganLaterTakesCareOfAChange() {
        var health = ServerHealth(options: options)
        _ = health.use(at: .zero)
        _ = health.end(.success(list()), at: .zero)
        #expect(health.doubt(at: .zero) == .zero)
        #expect(health.demand(at: .zero) == true)
        #expect(health.followDoubt(at: .zero) == false)
        #expect(health.end(.success(list()), at: .zero) == nil)
        #expect(health.followDoubt(at: .seconds(100)) == false)
    }

    @Test func whoeverWaitsHasItAskedUnlessThatIsUnderWay() {
        var health = ServerHealth(options: options)
        #expect(health.demand(at: .zero) == true)
        #expect(health.demand(at: .zero) == false)
        _ = health.end(.failure(.timedOut(.seconds(1))), at: .zero)
        #expect(health.demand(at: .zero) == true, "the pause after a failure is for calls, not for people")
    }
}
