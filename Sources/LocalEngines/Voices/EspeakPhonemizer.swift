import Engines
import Foundation
import Synchronization

/// Text to phonemes by espeak-ng, kept as a child process: its licence (GPL-3) stays on its side of the pipe.
///
/// It is started at the first use, again when it has died, and ends with Parley however that ends.
public final class EspeakPhonemizer: Sendable {
    private static let engine = "espeak-ng"
    /// Phonemes typed literally, as no text has them (brackets are taken out of it): they mark the end of an answer,
    /// which is otherwise one line for each clause that espeak-ng makes out of a line.
    private static let endMark = (typed: "[[x x x]]", answered: "x x x")

    private let program: String
    private let voice: String
    private let timeout: Double
    /// `Mutex` takes no optional of a type that cannot be copied by itself.
    private struct State: ~Copyable {
        var process: LineProcess?
    }
    private let state: Mutex<State>

    /// - Parameters:
    ///   - voice: espeak-ng's name of a language, such as `en-us`.
    ///   - timeout: How long espeak-ng may be silent while an answer is due, in seconds.
    ///   - program: espeak-ng, looked up in `PATH`.
    public init(
        voice: String, timeout: Double = LocalEngineOptions.Synthesis().phonemeTimeout, program: String = "espeak-ng"
    ) {
        self.program = program
        self.voice = voice
        self.timeout = timeout
        state = Mutex(State(process: nil))
    }

    /// The phonemes of each of `lines` in IPA, words separated by spaces, without punctuation.
    ///
    /// It blocks for a millisecond or so a line: call it on the pool, not in a task.
    ///
    /// - Throws: `EngineError` when espeak-ng cannot be started, or does not answer in time even after a restart.
    public func phonemes(_ lines: [String]) throws -> [String] {
        guard !lines.isEmpty else { return [] }
        let text = lines.map { "\(Self.speakable($0))\n\(Self.endMark.typed)\n" }.joined()
        return try state.withLock { state in
            do {
                return try ask(text, count: lines.count, of: &state)
            } catch LineProcess.Failure.start(let code) {
                throw EngineError(
                    .unavailable, engine: Self.engine,
                    "\(program) cannot be started (\(String(cString: strerror(code)))); `make setup` installs it")
            } catch LineProcess.Failure.timeout {
                throw EngineError(.timeout, engine: Self.engine, "espeak-ng said nothing for \(timeout) s")
            } catch LineProcess.Failure.ended {
                // It had died, perhaps long ago; this time it is new.
                do {
                    return try ask(text, count: lines.count, of: &state)
                } catch {
                    throw EngineError(.failed, engine: Self.engine, "\(program) ends as soon as it is started")
                }
            }
        }
    }

    /// The child's process id while it runs, for tests.
    var processID: Int32? { state.withLock { $0.process?.id } }

    private func ask(_ text: String, count: Int, of state: inout State) throws -> [String] {
        if state.process == nil {
            state.process = try LineProcess([program, "-q", "--ipa", "-v", voice])
        }
        do {
            let answer = try state.process?.ask(text, seconds: timeout) { lines in
                lines.count { $0 == Self.endMark.answered } >= count
            }
            return Self.split(answer ?? [])
        } catch {
            // What it still has to say would be taken for the next answer.
            state.process = nil
            throw error
        }
    }

    /// Whatever would be more than text to espeak-ng: typed phonemes, markup, line ends.
    static func speakable(_ line: String) -> String {
        String(line.map { $0.isNewline || "[]<>|_\\\0".contains($0) ? " " : $0 })
    }

    private static func split(_ lines: [String]) -> [String] {
        lines.split(separator: endMark.answered, omittingEmptySubsequences: false).dropLast().map { clauses in
            clauses.map(withoutLanguageMarks).joined(separator: " ").split(separator: " ").joined(separator: " ")
        }
    }

    /// Takes out the marks of a change of language, such as `(de)`.
    private static func withoutLanguageMarks(_ line: String) -> String {
        var depth = 0
        return String(
            line.filter { character in
                if character == "(" { depth += 1 }
                defer { if character == ")", depth > 0 { depth -= 1 } }
                return depth == 0
            })
    }
}
