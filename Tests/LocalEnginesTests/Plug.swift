import Dispatch

/// A job that holds a thread until it is let go.
final class Plug: Sendable {
    private let hold = DispatchSemaphore(value: 0)
    private let running = AsyncStream<Void>.makeStream()

    func block() {
        running.continuation.yield()
        hold.wait()
    }

    func waitUntilRunning() async {
        for await _ in running.stream { return }
    }

    func pull() { hold.signal() }
}
