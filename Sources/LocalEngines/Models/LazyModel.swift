import Engines
import Logging
import Synchronization

/// A model that is loaded when it is first needed, and released when others need its memory.
final class LazyModel<Engine: Sendable>: Sendable {
    private enum State {
        case absent
        case loading(Task<Engine, any Error>)
        case loaded(Engine)
        case failed(EngineError, until: ContinuousClock.Instant)
    }

    let id: String
    private let retryAfter: Duration
    private let logger: Logger
    private let load: @Sendable () async throws -> Engine
    private let now: @Sendable () -> ContinuousClock.Instant
    private let state = Mutex(State.absent)

    /// - Parameters:
    ///   - retryAfter: How long a failure to load is remembered and returned again.
    ///   - now: The clock, replaced in tests.
    ///   - load: Loads the model; throws when it cannot.
    init(
        id: String, retryAfter: Duration, logger: Logger,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        load: @escaping @Sendable () async throws -> Engine
    ) {
        self.id = id
        self.retryAfter = retryAfter
        self.logger = logger
        self.now = now
        self.load = load
    }

    /// Whether the model is in memory.
    var isLoaded: Bool {
        state.withLock { if case .loaded = $0 { true } else { false } }
    }

    /// The model, once it is loaded. A cancelled wait does not stop the loading: others may be waiting too.
    ///
    /// - Throws: `EngineError` that says why the model cannot be loaded.
    func engine() async throws -> Engine {
        switch next() {
        case .loaded(let engine): return engine
        case .failed(let error, _): throw error
        case .loading(let task): return try await task.value
        case .absent: throw EngineError(.unavailable, engine: id, "the model is not loaded")
        }
    }

    /// Begins to load the model, unless that has begun before.
    func begin() { _ = next() }

    /// Releases the model; tasks that are using it keep it until they are done.
    func release() {
        state.withLock { if case .loaded = $0 { $0 = .absent } }
    }

    private func next() -> State {
        state.withLock { state in
            switch state {
            case .loading, .loaded: return state
            case .failed(_, let until) where now() < until: return state
            case .failed, .absent:
                let task = Task { try await self.loaded() }
                state = .loading(task)
                return state
            }
        }
    }

    private func loaded() async throws -> Engine {
        let start = ContinuousClock.now
        do {
            let engine = try await load()
            state.withLock { $0 = .loaded(engine) }
            logger.info(
                "A model is loaded.",
                metadata: ["model": "\(id)", "seconds": "\((ContinuousClock.now - start) / .seconds(1))"])
            return engine
        } catch {
            let failure = error as? EngineError ?? EngineError(.unavailable, engine: id, "\(error)")
            state.withLock { $0 = .failed(failure, until: now() + retryAfter) }
            logger.warning("A model cannot be loaded.", metadata: ["model": "\(id)", "error": "\(failure)"])
            throw failure
        }
    }
}
