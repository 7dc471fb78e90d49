import ConvAI
import Foundation

/// One call: everything between a client's connection and the record of what was said.
///
/// A call is one structured task tree. When `run` has returned, nothing of it is left.
public struct Call: Sendable {
    private let session: CallSession
    private let options: CallOptions
    private let clock: CallClock

    /// - Parameter clock: starts with the call.
    public init(_ request: CallRequest, environment: CallEnvironment, clock: CallClock = .continuous()) {
        session = CallSession(request: request, environment: environment, clock: clock)
        options = environment.options
        self.clock = clock
    }

    /// Holds the conversation until either side ends it.
    ///
    /// - Parameters:
    ///   - messages: what the client sends. Throws `ClientMessageError` for a frame that cannot be read, which ends
    ///     the call with 1008, and `ClientViolation` when the transport was closed; finishes when the client has gone.
    ///   - send: writes one message; suspends while the client does not read, throws when it has gone.
    /// - Returns: what to close the connection with.
    public func run<Messages: AsyncSequence & Sendable>(
        _ messages: Messages, send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding where Messages.Element == ClientMessage {
        let session = session
        let clock = clock
        let pace = options.pace
        let flushTimeout = options.flushTimeout
        let written = Signal()
        await session.accept()
        // Not a child: the record is written to its end even when the call's task is cancelled, as it is when the server
        // shuts down, and the database refuses to work for cancelled tasks.
        let recording = Task { await session.records.run() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await session.jobs.run() }
            group.addTask {
                do {
                    for await message in session.outbox { try await send(message) }
                } catch {
                    await session.clientLeft()
                }
                written.fire()
            }
            group.addTask {
                do {
                    for try await message in messages { await session.receive(message) }
                    await session.clientLeft()
                } catch let error as ClientMessageError {
                    await session.refuse(error)
                } catch let violation as ClientViolation {
                    await session.end(violation.code, violation.reason, failed: true)
                } catch {
                    await session.clientLeft()
                }
            }
            group.addTask {
                while !Task.isCancelled {
                    await session.tick()
                    do { try await clock.sleep(pace) } catch { break }
                }
            }
            await session.ended.wait()
            await session.stop()
            await withTaskGroup(of: Void.self) { flush in
                flush.addTask { await written.wait() }
                flush.addTask { try? await clock.sleep(flushTimeout) }
                await flush.next()
                flush.cancelAll()
            }
            group.cancelAll()
        }
        return await Task {
            await session.closeRecord()
            await recording.value
            return await session.finishRecord()
        }.value
    }
}
