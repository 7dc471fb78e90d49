import Agents
import Synchronization
import Tasks

/// Whether a call takes files. They come by requests of their own, without a key and known by the call's id alone: so all
/// bounds are the call's, and nothing is taken before it has begun or after its end.
public final class FileInlet: Sendable {
    /// What one call may be sent.
    public struct Options: Sendable, Hashable {
        /// Uploads at the same time: a handful of pictures.
        public var concurrent = 4
        /// Uploads in all, also those that were refused or removed again: each costs work.
        public var uploads = 200
        /// How long the reading of its documents may take in all: some sixty long ones.
        public var readingTime: Duration = .seconds(60)
        /// How long a document waits to be read while others are: as long as one of them may take.
        public var readingPatience: Duration = .seconds(20)
        /// How long an upload waits for the beginning of the call's record, which a busy disk may delay.
        public var patience: Duration = .seconds(5)

        /// The defaults above.
        public init() {}
    }

    /// Why a file is not taken.
    public enum Refusal: Error, Sendable, Hashable {
        /// The call has not begun, or is over.
        case notInProgress
        /// The agent takes no files.
        case disabled
        case tooManyAtOnce(Int)
        case tooMany(Int)
        /// Documents of other calls are being read.
        case busy
        /// Its documents have taken as much time as they may.
        case tooMuchReading(Duration)
        /// The call's record cannot be written, to which the file would belong.
        case noRecord
    }

    /// An upload that was let in; its place is free again when it is released.
    public final class Upload: Sendable {
        private let inlet: FileInlet
        /// What the agent takes.
        public let settings: FileInput

        fileprivate init(_ inlet: FileInlet, _ settings: FileInput) {
            self.inlet = inlet
            self.settings = settings
        }

        /// Whether the call is still going on.
        public var isWanted: Bool { inlet.state.withLock { $0.settings != nil } }

        deinit { inlet.state.withLock { $0.running -= 1 } }

        /// Has a document read by `body`: one of a call at a time, no longer than the call goes on, and once `places`,
        /// which all calls share, has room.
        ///
        /// - Throws: `Refusal`, what `body` throws, or `CancellationError`.
        public func read<Document: Sendable>(
            in places: Gate, clock: TaskClock = .continuous(),
            _ body: @escaping @Sendable () async throws -> Document
        ) async throws -> Document {
            let inlet = inlet
            return try await withThrowingTaskGroup(of: Document.self) { group in
                group.addTask { try await inlet.read(in: places, clock, body) }
                group.addTask {
                    await inlet.closed.wait()
                    throw Refusal.notInProgress
                }
                defer { group.cancelAll() }
                guard let document = try await group.next() else { throw CancellationError() }
                return document
            }
        }
    }

    private struct State {
        /// Nil before the beginning and after the end.
        var settings: FileInput?
        var running = 0
        var total = 0
        /// How long documents were read.
        var readingTime = Duration.zero
    }

    private let options: Options
    private let state = Mutex(State())
    private let recordBegan = Signal()
    private let closed = Signal()
    /// One document of a call is read at a time, so that no call holds up the others.
    private let reading = Gate(places: 1)

    /// An inlet of a call that has not begun.
    public init(options: Options = Options()) { self.options = options }

    /// The call has begun, or another agent has taken over.
    func use(_ settings: FileInput) { state.withLock { $0.settings = settings } }

    /// The record is there.
    func noteRecord() { recordBegan.fire() }

    /// The call is over.
    func close() {
        state.withLock { $0.settings = nil }
        closed.fire()
    }

    /// Lets an upload in.
    ///
    /// - Throws: `Refusal`.
    public func enter(clock: TaskClock = .continuous()) async throws(Refusal) -> Upload {
        let settings = try begin()
        let upload = Upload(self, settings)
        let hasRecord = await clock.first(within: options.patience) { [recordBegan] in
            await recordBegan.wait()
            return true
        }
        guard hasRecord == true else { throw .noRecord }
        return upload
    }

    private func read<Document: Sendable>(
        in places: Gate, _ clock: TaskClock, _ body: @Sendable () async throws -> Document
    ) async throws -> Document {
        guard let turn = await reading.enter() else { throw CancellationError() }
        defer { withExtendedLifetime(turn) {} }
        guard state.withLock({ $0.readingTime < options.readingTime }) else {
            throw Refusal.tooMuchReading(options.readingTime)
        }
        guard let place = await clock.first(within: options.readingPatience, { await places.enter() }) else {
            try Task.checkCancellation()
            throw Refusal.busy
        }
        defer { withExtendedLifetime(place) {} }
        // The end of the call may be why there is room.
        guard state.withLock({ $0.settings != nil }) else { throw Refusal.notInProgress }
        let start = clock.elapsed()
        defer { state.withLock { $0.readingTime += clock.elapsed() - start } }
        return try await body()
    }

    private func begin() throws(Refusal) -> FileInput {
        let outcome = state.withLock { state -> Result<FileInput, Refusal> in
            guard let settings = state.settings else { return .failure(.notInProgress) }
            guard settings.isEnabled else { return .failure(.disabled) }
            guard state.running < options.concurrent else { return .failure(.tooManyAtOnce(options.concurrent)) }
            guard state.total < options.uploads else { return .failure(.tooMany(options.uploads)) }
            state.running += 1
            state.total += 1
            return .success(settings)
        }
        return try outcome.get()
    }
}
