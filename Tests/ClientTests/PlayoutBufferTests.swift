@testable import Client
import Testing

@Suite("Playout buffer")
struct PlayoutBufferTests {
    @Test("Audio plays from its arrival, and what arrives meanwhile follows without a gap")
    func placement() {
        var buffer = PlayoutBuffer(sampleRate: 1000)
        #expect(buffer.advance(to: 3) == [0, 0, 0])
        #expect(buffer.enqueue([1, 2, 3, 4], eventID: 1) == .init(start: 3, count: 4))
        #expect(buffer.advance(to: 5) == [1, 2])
        #expect(buffer.enqueue([5, 6], eventID: 2) == .init(start: 7, count: 2))
        #expect(buffer.advance(to: 11) == [3, 4, 5, 6, 0, 0])
        #expect(buffer.enqueue([7], eventID: 3) == .init(start: 11, count: 1))
        #expect(buffer.advance(to: 11) == [] && buffer.advance(to: 4) == [])
        #expect(buffer.position == 11)
    }

    @Test("An interruption empties the queue; late audio of what was interrupted is ignored, later audio plays")
    func interruption() {
        var buffer = PlayoutBuffer(sampleRate: 1000)
        _ = buffer.enqueue([1, 1, 1, 1], eventID: 4)
        #expect(buffer.advance(to: 1) == [1])
        #expect(buffer.interrupt(eventID: 5) == 3)
        #expect(buffer.enqueue([2], eventID: 5) == nil)
        #expect(buffer.advance(to: 3) == [0, 0])
        #expect(buffer.enqueue([3], eventID: 6) == .init(start: 3, count: 1))
        buffer.interrupt(eventID: 2)
        #expect(buffer.lastInterrupted == 5)
        #expect(buffer.enqueue([4], eventID: 0) == nil, "ids start at 1")
    }

    @Test("More than the capacity is left out, and there is room again once it was played")
    func capacity() {
        var buffer = PlayoutBuffer(sampleRate: 1000, capacity: 3)
        #expect(buffer.enqueue([1, 2, 3, 4], eventID: 1)?.count == 3)
        #expect(buffer.advance(to: 2) == [1, 2])
        #expect(buffer.enqueue([5, 6, 7], eventID: 2) == .init(start: 3, count: 2))
        #expect(buffer.advance(to: 6) == [3, 5, 6, 0])
    }

    @Test("Everything put in is heard once and in order, however the clock moves")
    func order() {
        var generator = SystemRandomNumberGenerator()
        var buffer = PlayoutBuffer(sampleRate: 1000)
        var (heard, next) = ([Float](), Float(1))
        for id in 1...500 {
            let count = Int.random(in: 0...40, using: &generator)
            let samples = (0..<count).map { Float($0) + next }
            next += Float(count)
            _ = buffer.enqueue(samples, eventID: id)
            heard += buffer.advance(to: buffer.position + Int.random(in: 0...40, using: &generator))
        }
        heard += buffer.advance(to: buffer.position + buffer.queued)
        #expect(heard.filter { $0 != 0 } == (1..<Int(next)).map(Float.init))
    }
}
