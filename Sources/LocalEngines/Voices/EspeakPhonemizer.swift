import Engines
import Foundation
import Synchronization

/// Converts text to phonemes with espeak-ng as a child process, so that its licence (GPL-3) does not extend to Parley.
///
/// The process is started at the first use, restarted when it has died, and ends with Parley however that ends.
public final class EspeakPhonemizer: Sendable {
    private static let engine = "espeak-ng"
    /// Phonemes in espeak-ng's literal notation, which no text contains because brackets are removed. They mark the end
    /// of an answer, which otherwise is one line for each clause that espeak-ng finds in a line.
    private static let endMark = (typed: "[[x x x]]", answered: "x x x")

    private let program: String
    private let voice: String
    private let ties: Bool
    private let timeout: Double
    /// `Mutex` cannot hold an optional of a noncopyable type directly.
    private struct State: ~Copyable {
        var process: LineProcess?
    }
    private let state: Mutex<State>

    /// - Parameters:
    ///   - voice: espeak-ng's name of a language, such as `en-us`.
    ///   - ties: Whether `^` joins the letters of one sound, such as the two of a diphthong.
    ///   - timeout: Time-out for an answer of espeak-ng, in seconds.
    ///   - program: The name of espeak-ng, looked up in `PATH`.
    public init(
        voice: String, ties: Bool = false, timeout: Double = LocalEngineOptions.Synthesis().phonemeTimeout,
        program: String = "espeak-ng"
    ) {
        self.program = program
        self.voice = voice
        self.ties = ties
        self.timeout = timeout
        state = Mutex(State(process: nil))
    }

    /// The phonemes of each of `lines` in IPA, words separated by spaces, without punctuation.
    ///
    /// It blocks for about a millisecond a line, so call it on the pool, not in a task.
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
                throw EngineError(.timeout, engine: Self.engine, "no answer from espeak-ng within \(timeout) s")
            } catch LineProcess.Failure.ended {
                // The process had died, perhaps long ago; the second try uses a new one.
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
            state.process = try LineProcess([program, "-q", "--ipa"] + (ties ? ["--tie=^"] : []) + ["-v", voice])
        }
        do {
            let answer = try state.process?.ask(text, seconds: timeout) { lines in
                lines.count { $0 == Self.endMark.answered } >= count
            }
            return Self.split(answer ?? [])
        } catch {
            // A late answer would be taken for the next one.
            state.process = nil
            throw error
        }
    }

    /// The line without what espeak-ng would not take for text: phonemes, markup, line breaks.
    static func speakable(_ line: String) -> String {
        String(line.map { $0.isNewline || "[]<>|_\\\0".contains($0) ? " " : $0 })
    }

    private static func split(_ lines: [String]) -> [String] {
        lines.split(separator: endMark.answered, omittingEmptySubsequences: false).dropLast().map { clauses in
            clauses.map(withoutLanguageMarks).joined(separator: " ").split(separator: " ").joined(separator: " ")
        }
    }

    /// The line without marks of a change of language, such as `(de)`.
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
