import Foundation
import TestSupport
import Testing

/// Something that reads bytes of strangers, as the fuzzer drives it.
struct Reader: Sendable, CustomTestStringConvertible {
    var name: String
    /// Small inputs that are read without an error, and some that are not.
    var corpus: [[UInt8]]
    /// What the reader may stumble over; runs of these make hostile inputs.
    var pieces: [[UInt8]]
    /// What opens and what closes a level of nesting.
    var brackets: [(open: String, close: String)] = []
    /// An ordinary input of about so many bytes, for what a byte costs.
    var ordinary: @Sendable (Int) -> [UInt8]
    /// Whether it reads a stream, whose pieces may be cut anywhere.
    var isStream = false
    /// Bytes of what is read, at most, for one byte of input.
    var growth = 8
    /// What was read, whether or not all could be.
    var read: @Sendable ([ArraySlice<UInt8>]) async -> Outcome
    /// What else must hold of an input, such as that it is the same when it is written and read again.
    var check: @Sendable ([UInt8]) throws -> Void = { _ in }

    var testDescription: String { name }
}

/// What a reader made of an input. Equal outcomes are the same result.
struct Outcome: Sendable, Hashable {
    /// Of everything that was read; 0 when it was refused.
    var digest = 0
    /// Of what was read, in bytes.
    var size = 0
    /// Why it was refused, without places and counts; nil when it was not.
    var refusal: String?

    static func refused(_ reason: String) -> Outcome { Outcome(refusal: reason) }

    mutating func add(_ bytes: some Collection<UInt8>) {
        var hasher = Hasher()
        hasher.combine(digest)
        let isContiguous: Void? = bytes.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isContiguous == nil {
            for byte in bytes { hasher.combine(byte) }
        }
        digest = hasher.finalize()
        size += bytes.count
    }
}

/// Feeds a reader what nobody should send, and bounds the work that it may make of it.
///
/// Work is processor time. What is allowed is a multiple of what the reader takes for an ordinary input of the same
/// size in the same run, so that it does not depend on the machine: the square of a size is far beyond it.
struct Fuzzer {
    struct Options: Sendable {
        /// Inputs for each reader. The default takes about a minute for all of them, without optimisation five.
        var inputs = 0
        /// Of the first input; the others follow.
        var seed: UInt64 = 1
        /// Where each input is written before it is read: after a trap, the one that made it is there.
        var lastInput: URL?
        /// How many times the ordinary work for so many bytes an input may take. Runs of the dearest ordinary byte
        /// take up to 30 times the mean; what is quadratic takes thousands.
        var slack = 60.0
        /// How many times a reader may repair what is no UTF-8: once to read it, and for the words of its refusal.
        var repairs = 4.0
        /// Seconds that any input may take: less cannot be measured on a busy machine.
        var grace = 0.002
        /// Sizes of hostile inputs, in bytes, and of those with which the fuzzer begins.
        var sizes = [256, 2048, 16_384]
        var largestSize = 1 << 18

        /// From `PARLEY_FUZZ_INPUTS`, `PARLEY_FUZZ_SEED` and `PARLEY_FUZZ_LAST`.
        init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
            #if DEBUG
                inputs = 2000
                largestSize = 1 << 16
            #else
                inputs = 120_000
            #endif
            inputs = environment["PARLEY_FUZZ_INPUTS"].flatMap(Int.init) ?? inputs
            seed = environment["PARLEY_FUZZ_SEED"].flatMap(UInt64.init) ?? seed
            lastInput = environment["PARLEY_FUZZ_LAST"].map { URL(filePath: $0) }
        }
    }

    /// An input that was slow for its size.
    private struct Slowest {
        var seconds = 0.0
        var bytes: [UInt8] = []
        var maker = ""
    }

    let reader: Reader
    let options: Options
    private var count = 0
    private var total = 0
    private var refused = 0
    /// Seconds for an input, whatever its size, and for each of its bytes.
    private var cost = (input: 0.0, byte: 0.0)
    /// Seconds in which the standard library repairs one byte that is no UTF-8. It throws an error for each, and Swift
    /// Testing takes a backtrace of every error: 40 times what the same repair takes outside of a test.
    private var repairCost = 0.0
    /// By how often what is allowed goes into what was taken.
    private var slowest = Slowest()
    private var failures = 0

    init(_ reader: Reader, options: Options = Options()) {
        self.reader = reader
        self.options = options
    }

    private static let socketPiece = 16 << 10
    /// Some failures say everything.
    private static let reportedFailures = 10

    mutating func run() async throws {
        try await calibrate()
        for input in reader.corpus {
            try await feed(input, "corpus")
            for end in stride(from: 0, to: input.count, by: 1 + input.count / 1000) {
                try await feed(Array(input[..<end]), "cut off")
            }
        }
        var generator = SeededGenerator(state: options.seed)
        for hostile in hostileInputs(of: options.largestSize, using: &generator) {
            try await feed(hostile.bytes, hostile.maker)
        }
        var index: UInt64 = 0
        while count < options.inputs, failures < Self.reportedFailures {
            generator = SeededGenerator(state: options.seed &+ index)
            index += 1
            // One in a hundred is large, and takes as long as the others.
            let input =
                Int.random(in: 0..<100, using: &generator) == 0
                ? hostile(of: options.sizes.randomElement(using: &generator) ?? 1, using: &generator)
                : mutated(using: &generator)
            try await feed(input.bytes, "\(input.maker), seed \(options.seed &+ index &- 1)")
        }
        report()
    }

    // MARK: Work

    private mutating func calibrate() async throws {
        for input in reader.corpus {
            cost.input = max(cost.input, try await seconds(for: input, attempts: 5).seconds)
        }
        let ordinary = reader.ordinary(1 << 16)
        let (seconds, outcome) = try await seconds(for: ordinary, attempts: 5)
        #expect(outcome.refusal == nil, "\(reader.name) refuses an ordinary input")
        cost.byte = seconds / Double(ordinary.count)
        let invalid = Array(repeating: UInt8(0x80), count: 1 << 14)
        repairCost =
            (0..<5).map { _ in
                let start = Self.processorTime()
                #expect(String(decoding: invalid, as: UTF8.self).unicodeScalars.first == "\u{FFFD}")
                return (Self.processorTime() - start) / Double(invalid.count)
            }.min() ?? 0
    }

    /// The least of `attempts`, in seconds of processor time.
    private func seconds(for input: [UInt8], attempts: Int) async throws -> (seconds: Double, outcome: Outcome) {
        var best = (seconds: Double.infinity, outcome: Outcome())
        // A stream comes in pieces as large as a socket's.
        let size = reader.isStream ? Self.socketPiece : max(1, input.count)
        let pieces = stride(from: 0, to: input.count, by: size).map { input[$0..<min($0 + size, input.count)] }
        for _ in 0..<attempts {
            let start = Self.processorTime()
            let outcome = await reader.read(pieces)
            best = (min(best.seconds, Self.processorTime() - start), outcome)
        }
        return best
    }

    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private func allowed(_ input: [UInt8]) -> Double {
        options.grace + options.slack * (cost.input + cost.byte * Double(input.count))
            + options.repairs * repairCost * Double(input.count { $0 >= 0x80 })
    }

    // MARK: Properties

    private mutating func feed(_ input: [UInt8], _ maker: String) async throws {
        try options.lastInput.map { try Data(input).write(to: $0) }
        count += 1
        total += input.count
        var (seconds, outcome) = try await seconds(for: input, attempts: 1)
        if seconds > allowed(input) { seconds = min(seconds, try await self.seconds(for: input, attempts: 3).seconds) }
        if outcome.refusal != nil { refused += 1 }
        if seconds > allowed(input) {
            fail("took \(seconds) s, where \(allowed(input)) s are allowed", input, maker)
        }
        if slowest.bytes.isEmpty || seconds / allowed(input) > slowest.seconds / allowed(slowest.bytes) {
            slowest = Slowest(seconds: seconds, bytes: input, maker: maker)
        }
        if outcome.size > reader.growth * (input.count + 64) {
            fail("\(outcome.size) bytes were read", input, maker)
        }
        do {
            try reader.check(input)
        } catch {
            fail("\(error)", input, maker)
        }
        guard reader.isStream, input.count <= options.largestSize / 16 else { return }
        var generator = SeededGenerator(state: UInt64(input.count))
        for longest in [1, 7, 1000] where longest < input.count {
            let cut = Self.cut(input, longest, &generator)
            let start = Self.processorTime()
            let inPieces = await reader.read(cut)
            let seconds = Self.processorTime() - start
            if inPieces != outcome { fail("in pieces of \(longest): \(inPieces), not \(outcome)", input, maker) }
            // A piece costs as much as a small input.
            if seconds > allowed(input) + options.slack * cost.input * Double(cut.count) {
                fail("took \(seconds) s in pieces of \(longest)", input, maker)
            }
        }
    }

    private static func cut(
        _ input: [UInt8], _ longest: Int, _ generator: inout SeededGenerator
    ) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = input[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...longest, using: &generator)
            pieces.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return pieces
    }

    private mutating func fail(_ what: String, _ input: [UInt8], _ maker: String) {
        failures += 1
        guard failures <= Self.reportedFailures else { return }
        Issue.record("\(reader.name): \(what). \(maker), \(input.count) bytes: \(Self.excerpt(input))")
    }

    private static func excerpt(_ input: [UInt8]) -> String {
        String(String(decoding: input.prefix(160), as: UTF8.self).debugDescription.prefix(400))
    }

    private func report() {
        func digits(_ value: Double) -> String { String(format: "%.3g", value) }
        let line =
            "fuzz \(reader.name): \(count) inputs, \(total) bytes, \(refused) refused; ordinary \(digits(cost.byte * 1e9)) "
            + "ns a byte; slowest \(digits(slowest.seconds * 1e3)) ms for \(slowest.bytes.count) bytes, "
            + "\(digits(100 * slowest.seconds / allowed(slowest.bytes))) % of what is allowed "
            + "(\(slowest.maker)): \(Self.excerpt(Array(slowest.bytes.prefix(40))))\n"
        FileHandle.standardError.write(Data(line.utf8))
    }
}

// MARK: - Inputs

extension Fuzzer {
    typealias Input = (bytes: [UInt8], maker: String)

    /// A valid input with a few bytes changed, taken out, doubled and put in; at times only bytes by chance.
    private func mutated(using generator: inout SeededGenerator) -> Input {
        guard Int.random(in: 0..<10, using: &generator) > 0, var bytes = reader.corpus.randomElement(using: &generator)
        else {
            let count = Int.random(in: 0...200, using: &generator)
            return ((0..<count).map { _ in .random(in: 0...255, using: &generator) }, "by chance")
        }
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let end = Int.random(in: place...min(bytes.count, place + 12), using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0:
                bytes.replaceSubrange(
                    place..<end, with: (place..<end).map { _ in .random(in: 0...255, using: &generator) })
            case 1: bytes.removeSubrange(place..<end)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 3: bytes.removeSubrange(place...)
            case 4: bytes.replaceSubrange(place..<end, with: reader.pieces.randomElement(using: &generator) ?? [])
            default: bytes.insert(contentsOf: reader.pieces.randomElement(using: &generator) ?? [], at: place)
            }
        }
        return (bytes, "changed")
    }

    /// A run of something, alone or in the middle of a valid input.
    private func hostile(of size: Int, using generator: inout SeededGenerator) -> Input {
        var (run, maker) = run(of: size, using: &generator)
        if Bool.random(using: &generator), let around = reader.corpus.randomElement(using: &generator) {
            let place = Int.random(in: 0...around.count, using: &generator)
            run = around[..<place] + run + around[place...]
            maker += " at \(place) of \(Self.excerpt(around))"
        }
        return (run, maker)
    }

    private func run(of size: Int, using generator: inout SeededGenerator) -> Input {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0:
            let byte = UInt8.random(in: 0...255, using: &generator)
            return (Array(repeating: byte, count: size), "a run of \(byte)")
        case 1, 2:
            return repeated(reader.pieces.randomElement(using: &generator) ?? [0], size)
        case 3:
            guard let (open, close) = reader.brackets.randomElement(using: &generator) else { fallthrough }
            return nested(open, Bool.random(using: &generator) ? close : "", size)
        case 4:
            guard let pick = reader.corpus.randomElement(using: &generator), !pick.isEmpty else { fallthrough }
            let start = Int.random(in: 0..<pick.count, using: &generator)
            let end = Int.random(in: start..<pick.count, using: &generator)
            return repeated(Array(pick[start...end]), size)
        default:
            return ((0..<size).map { _ in .random(in: 0...255, using: &generator) }, "by chance")
        }
    }

    private func repeated(_ piece: [UInt8], _ size: Int) -> Input {
        let count = max(1, size / max(1, piece.count))
        return (Array(repeatElement(piece, count: count).joined()), "\(count) times \(Self.excerpt(piece))")
    }

    private func nested(_ open: String, _ close: String, _ size: Int) -> Input {
        let count = max(1, size / (open.utf8.count + close.utf8.count))
        let text = String(repeating: open, count: count) + String(repeating: close, count: count)
        return (Array(text.utf8), "\(count) levels of \(open)\(close)")
    }

    /// Each run of `size` bytes once: of every piece, alone and in the middle of every valid input, and of every
    /// nesting.
    private func hostileInputs(of size: Int, using generator: inout SeededGenerator) -> [Input] {
        var inputs: [Input] = []
        for piece in reader.pieces {
            let (run, maker) = repeated(piece, size)
            inputs.append((run, maker))
            guard let around = reader.corpus.randomElement(using: &generator) else { continue }
            let place = Int.random(in: 0...around.count, using: &generator)
            inputs.append((around[..<place] + run + around[place...], "\(maker) in \(Self.excerpt(around))"))
        }
        for (open, close) in reader.brackets {
            inputs.append(nested(open, "", size))
            inputs.append(nested(open, close, size))
        }
        return inputs
    }
}
