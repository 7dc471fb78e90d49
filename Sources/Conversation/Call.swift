import Agents
import Foundation
import Tasks
import Tracing

/// One call: everything between a caller's line and the record of what was said.
///
/// A call is one structured task tree. When `run` has returned, nothing of it is left.
public struct Call: Sendable {
    private let session: CallSession
    private let options: CallOptions
    private let clock: TaskClock

    /// - Parameter clock: starts with the call.
    public init(_ request: CallRequest, environment: CallEnvironment, clock: TaskClock = .continuous()) {
        session = CallSession(request: request, environment: environment, clock: clock)
        options = environment.options
        self.clock = clock
    }

    /// Holds the conversation until either side ends it.
    ///
    /// - Parameters:
    ///   - inputs: what comes in on the line; finishes when the caller has gone. Throws `CallFault` for what the line
    ///     cannot go on after, which the caller is told, and `LineViolation` when the transport was closed already.
    ///   - send: puts one output on the line; suspends while the caller does not read, throws when the caller has gone.
    /// - Returns: What to close the line with.
    public func run<Inputs: AsyncSequence & Sendable>(
        _ inputs: Inputs, send: @escaping @Sendable (CallOutput) async throws -> Void
    ) async -> CallEnding where Inputs.Element == CallInput {
        await withSpan("call", ofKind: .server) { span in
            span.attributes["parley.conversation_id"] = session.request.conversationID
            span.attributes["parley.agent_id"] = session.request.agent.id
            let ending = await hold(inputs, send: send)
            span.attributes["parley.close_code"] = ending.code
            return ending
        }
    }

    private func hold<Inputs: AsyncSequence & Sendable>(
        _ inputs: Inputs, send: @escaping @Sendable (CallOutput) async throws -> Void
    ) async -> CallEnding where Inputs.Element == CallInput {
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
            group.addTask { await session.jobs.run(for: session) }
            group.addTask {
                do {
                    for await output in session.outbox { try await send(output) }
                } catch {
                    await session.callerLeft()
                }
                written.fire()
            }
            group.addTask {
                do {
                    for try await input in inputs { await session.receive(input) }
                    await session.callerLeft()
                } catch let fault as CallFault {
                    await session.fail(fault)
                } catch let violation as LineViolation {
                    await session.end(violation.code, violation.reason, failed: true)
                } catch {
                    await session.callerLeft()
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
