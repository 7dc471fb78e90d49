import Foundation
import Speech

// MARK: Claims

extension Responder {
    /// Writes a text about which the model is not asked again; from its first sentence on that claims what was not done, the
    /// correction takes its place.
    func sayFounded(
        _ words: String, after needsSpace: Bool, to clauses: AsyncStream<Voiced>.Continuation, _ sink: some ResponseSink
    ) async {
        let words = words.trimmingCharacters(in: .whitespacesAndNewlines)
        guard var gate else { return await say(words, after: needsSpace, to: clauses, sink) }
        var script = VoiceScript(labels: labels, phrases: phrases)
        let whole = script.read((needsSpace ? " " : "") + words) + script.endReading()
        let passed = await pass(gate.append(whole), &gate, sink)
        var text = passed + (await pass(gate.finish(), &gate, sink))
        text.removeLast(gate.fragment.count)
        await say(text, of: &script, to: clauses, sink)
        guard let withheld = gate.withheld else { return }
        let last = text.last
        await say(
            await sink.withhold(withheld, for: id).words, after: last.map { !$0.isWhitespace } ?? needsSpace,
            to: clauses,
            sink)
    }

    /// What the gate lets through, once its questions are answered.
    func pass(_ step: ClaimGate.Step, _ gate: inout ClaimGate, _ sink: some ResponseSink) async -> String {
        var (step, text) = (step, "")
        while !Task.isCancelled {
            text += step.released
            guard let question = step.question else { return text }
            step = gate.answer(question, isFounded: await sink.isFounded(question, for: id))
        }
        return text
    }
}
