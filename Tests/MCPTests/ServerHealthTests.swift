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
        #expect(health.end(.success(list()), at: .seconds(2)) == false)
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
            #expect(health.end(.failure(.unreachable("")), at: now) == false)
            #expect(health.snapshot.state == .dead(.unreachable("")))
            #expect(health.use(at: now + pause - .milliseconds(1)) == false)
            now += pause
            pause = min(pause * 2, options.longestRetryDelay)
        }
        #expect(health.use(at: now) == true)
        _ = health.end(.success(list()), at: now)
        #expect(health.snapshot.state == .connected)
        health.fail(.unreachable(""), at: now)
        #expect(health.use(at: now + options.firstRetryDelay) == true, "after a success it begins anew")
    }

    @Test func changeWhileAskingAsksAgain() {
        var health = ServerHealth(options: options)
        _ = health.use(at: .zero)
        #expect(health.change() == false)
        #expect(health.end(.success(list()), at: .zero) == true)
        #expect(health.isAsking)
        #expect(health.end(.success(list()), at: .zero) == false)
        #expect(health.change() == true)
    }

    @Test func whoeverWaitsHasItAskedUnlessThatIsUnderWay() {
        var health = ServerHealth(options: options)
        #expect(health.demand(at: .zero) == true)
        #expect(health.demand(at: .zero) == false)
        _ = health.end(.failure(.timedOut(.seconds(1))), at: .zero)
        #expect(health.demand(at: .zero) == true, "the pause after a failure is for calls, not for people")
    }
}
