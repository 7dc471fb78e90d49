import Audio
import Engines
import Foundation
import JSON
import Tasks
import WebSockets

/// One utterance that is transcribed over a service's WebSocket.
///
/// Speech while the connection is being opened or reopened is kept and sent then. An unreachable service is reported
/// when a transcript is asked for.
actor RealtimeUtterance: UtteranceTranscription {
    /// The sample rate of the audio that engines are given, in Hz.
    static let sampleRate = 16_000.0
    /// Consecutive connections that may break and are replaced; the next failure is reported.
    private static let maximumReconnects = 1

    private struct Waiter {
        var target: Int
        var continuation: CheckedContinuation<Void, any Error>
    }

    private let api: any RealtimeTranscriptionAPI
    private let connection: RealtimeConnection
    private let sessions: RealtimeSessions
    private let errors: ServiceErrors
    private let options: RealtimeTranscriptionOptions

    private var transcript: RealtimeTranscript
    private var backoff: ConnectionBackoff
    private var failure: EngineError?
    private var waiters: [Int: Waiter] = [:]
    private var newestWaiter = 0
    private var isClosed = false

    /// The task that runs the connection.
    private var driver: Task<Void, Never>?
    /// Counts connections, so that the end of one is not taken for that of the next.
    private var number = 0
    private var isOpen = false
    private var reconnects = 0
    /// Converts the audio to the service's rate; new for each connection.
    private var resampler: Resampler
    private var change: AsyncStream<Void>.Continuation?

    init(
        api: any RealtimeTranscriptionAPI, connection: RealtimeConnection, sessions: RealtimeSessions,
        options: RealtimeTranscriptionOptions
    ) throws {
        self.api = api
        self.connection = connection
        self.sessions = sessions
        errors = api.errors
        self.options = options
        transcript = RealtimeTranscript(bounds: options.bounds(shortestCommit: api.shortestCommit))
        backoff = ConnectionBackoff(first: options.firstBackoff, longest: options.longestBackoff)
        resampler = try Resampler(from: Int(Self.sampleRate), to: api.sampleRate)
    }

    func append(_ samples: [Float]) throws {
        guard transcript.append(samples) else {
            throw errors.error(
                .rejected, "more than \(options.maximumPending) s of audio are waiting to be transcribed")
        }
        if driver == nil, failure?.kind != .rejected, backoff.refusal(at: .now) == nil { connect() }
        change?.yield()
    }

    func transcript(_ finality: TranscriptFinality) async throws -> Transcript {
        if driver == nil, let failure, finality == .partial || failure.kind == .rejected { throw failure }
        switch finality {
        case .final: try await settle()
        case .partial:
            transcript.goOn()
            change?.yield()
        }
        return Transcript(text: transcript.text, language: transcript.language)
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        disconnect()
        resumeWaiters(throwing: CancellationError())
        if failure == nil { sessions.prepare(connection) }
    }

    // MARK: Final transcripts

    private func settle() async throws {
        transcript.wantCommit()
        let target = transcript.end
        guard transcript.settled < target else { return }
        if driver == nil {
            if failure?.kind == .rateLimited, let refusal = backoff.refusal(at: .now) { throw refusal }
            connect()
        }
        change?.yield()
        let number = number
        do {
            let late = errors.timeout(options.finalTimeout)
            try await TaskClock.continuous().value(within: options.finalTimeout, orThrow: late) {
                try await self.wait(for: target)
            }
        } catch let error as EngineError where error.kind == .timeout {
            // Whatever the service is doing, the next connection starts from what is known.
            if number == self.number { lost(error, number: number) }
            throw error
        }
    }

    private func wait(for target: Int) async throws {
        newestWaiter += 1
        let id = newestWaiter
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if isClosed {
                    continuation.resume(throwing: CancellationError())
                } else if transcript.settled >= target {
                    continuation.resume()
                } else if driver == nil, let failure {
                    // The connection was lost before this wait began.
                    continuation.resume(throwing: failure)
                } else {
                    waiters[id] = Waiter(target: target, continuation: continuation)
                }
            }
        } onCancel: {
            Task { await self.cancelWaiter(id) }
        }
    }

    private func cancelWaiter(_ id: Int) {
        waiters.removeValue(forKey: id)?.continuation.resume(throwing: CancellationError())
    }

    private func resumeWaiters(throwing error: any Error) {
        let all = waiters.values
        waiters = [:]
        for waiter in all { waiter.continuation.resume(throwing: error) }
    }

    private func resumeSettled() {
        for (id, waiter) in waiters where waiter.target <= transcript.settled {
            waiters[id] = nil
            waiter.continuation.resume()
        }
    }

    // MARK: The connection

    private func connect() {
        guard !isClosed, driver == nil else { return }
        // The conversion cannot fail: its rate worked before.
        if let fresh = try? Resampler(from: Int(Self.sampleRate), to: api.sampleRate) { resampler = fresh }
        number += 1
        isOpen = false
        let (changes, change) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.change = change
        let session = sessions.take(connection)
        driver = Task { [number, errors] in
            let error: any Error
            do {
                try await drive(session, changes: changes)
                error = errors.closed(nil)
            } catch let thrown {
                error = thrown
            }
            session.close()
            lost(error, number: number)
        }
    }

    private func disconnect() {
        driver?.cancel()
        driver = nil
        change = nil
        number += 1
    }

    private func drive(_ session: RealtimeSession, changes: AsyncStream<Void>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            for try await event in session.events {
                switch event {
                case .open(let outbound):
                    isOpen = true
                    backoff.succeeded()
                    group.addTask { try await self.write(to: outbound, changes: changes) }
                case .message(let message): try take(message)
                case .closed(let close): throw errors.closed(close)
                }
            }
        }
    }

    /// Sends what there is to send, each time there may be something.
    private nonisolated func write(to outbound: WebSocketOutbound, changes: AsyncStream<Void>) async throws {
        try await drain(to: outbound)
        for await _ in changes { try await drain(to: outbound) }
    }

    private nonisolated func drain(to outbound: WebSocketOutbound) async throws {
        while let messages = await nextMessages() {
            for message in messages { try await outbound.send(WebSocketMessage(message.data)) }
        }
    }

    private func nextMessages() -> [JSONValue]? {
        switch transcript.next() {
        case .audio(let samples): return messages(of: resampler.process(samples))
        case .commit(let padding):
            let silence = [Float](repeating: 0, count: padding)
            return messages(of: resampler.process(silence) + resampler.flush()) + [api.commit()]
        case nil: return nil
        }
    }

    private func messages(of samples: [Float]) -> [JSONValue] {
        samples.isEmpty ? [] : [api.append(FrameEncoder.encode(samples, as: .pcm16000))]
    }

    private func take(_ message: WebSocketMessage) throws {
        guard let json = try? JSONValue(parsing: message.data), json.objectValue != nil else {
            throw errors.malformed("a message that is not a JSON object")
        }
        let event = api.read(json)
        if case .failed(let error) = event { throw error }
        if case .completed = event { (reconnects, failure) = (0, nil) }
        transcript.take(event)
        resumeSettled()
    }

    private func lost(_ error: any Error, number: Int) {
        guard number == self.number, !isClosed else { return }
        let error = errors.engineError(for: error)
        let wasOpen = isOpen
        disconnect()
        transcript.connectionLost()
        if error.kind == .unavailable, wasOpen, reconnects < Self.maximumReconnects {
            // A session that was opened ahead may have been closed long ago, so one more try is made.
            reconnects += 1
            connect()
            return
        }
        failure = error
        backoff.failed(error, at: .now)
        resumeWaiters(throwing: error)
    }
}

/// An utterance of an engine whose configuration is unusable; it fails with that error.
actor UnavailableUtterance: UtteranceTranscription {
    private let error: EngineError

    init(_ error: EngineError) { self.error = error }

    func append(_ samples: [Float]) throws { throw error }
    func transcript(_ finality: TranscriptFinality) throws -> Transcript { throw error }
    func close() {}
}
