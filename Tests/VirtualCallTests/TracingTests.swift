import Agents
import Conversation
import InMemoryTracing
import JSON
import Testing
import Tracing

@Suite("Spans of calls", .timeLimit(.minutes(1)))
struct TracingTests {
    @Test("the models and tools of an answer are within it, and the answers within their call")
    func spans() async throws {
        let tracer = InMemoryTracer()
        let stage = try Stage(.init(configuration: ToolCallTests.booking), model: ToolCallTests.book)
        let ending = try await stage.run {
            await withTracer(tracer) {
                let (inputs, input) = AsyncStream<CallInput>.makeStream()
                input.yield(.begin(CallInitiation()))
                input.yield(.words("Reserve a bike for Monday."))
                let call = Call(stage.request(), environment: stage.environment, clock: stage.time.clock())
                return await call.run(inputs) { output in
                    switch output {
                    case .invocation(let tool):
                        input.yield(.toolResult(CallInput.ToolReply(callID: tool.callID, result: "Booked.")))
                    case .responseComplete: input.finish()
                    default: break
                    }
                }
            }
        }
        #expect(ending.code == 1000)
        let spans = tracer.finishedSpans
        func named(_ name: String) -> [FinishedInMemorySpan] { spans.filter { $0.operationName == name } }
        let call = try #require(named("call").first)
        #expect(named("call").count == 1)
        #expect(call.attributes.get("parley.close_code") == .int64(1000))
        let answer = try #require(named("answer").first)
        #expect(named("answer").count == 1 && answer.spanContext.parentSpanID == call.spanContext.spanID)
        let within = answer.spanContext.spanID
        #expect(named("model").map(\.spanContext.parentSpanID) == [within, within])
        #expect(named("tools").map(\.spanContext.parentSpanID) == [within])
    }
}
