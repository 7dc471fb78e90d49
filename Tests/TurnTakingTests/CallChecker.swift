@testable import TurnTaking

/// Follows a call from outside, by its events and commands alone, and notes what must never happen, whatever the
/// events are.
struct CallChecker {
    private(set) var violations: [String] = []
    /// The response behind the closed gate.
    private(set) var prepared: ResponseID?
    private var cause: ResponseCause?
    /// The response whose gate is open.
    private(set) var released: ResponseID?
    private(set) var isUtteranceOpen = false
    private(set) var isOver = false
    /// The pause that `finalize` last named, and the response that was last prepared.
    private(set) var pause = 0
    private(set) var newest = ResponseID(number: 0)
    /// How often each kind of command was seen.
    private(set) var seen: [String: Int] = [:]
    private var lastOutcome: UtteranceOutcome?
    private var delivery = Delivery.full

    mutating func follow(_ event: TurnEvent, _ commands: [TurnCommand]) {
        if isOver, !commands.isEmpty { violations.append("\(commands) after the end") }
        switch event {
        case .finished(let id) where id == released, .failed(let id) where id == released: released = nil
        case .failed(let id) where id == prepared: prepared = nil
        default: break
        }
        for command in commands { follow(command) }
    }

    private mutating func follow(_ command: TurnCommand) {
        if isOver { violations.append("\(command) after the end") }
        defer { lastOutcome = if case .closeUtterance(let outcome) = command { outcome } else { nil } }
        seen[command.kind, default: 0] += 1
        if lastOutcome == .answered {
            if case .release(let id) = command, id == prepared, cause?.isSpeech == true {
            } else {
                violations.append("an utterance was answered by \(command)")
            }
        }
        switch command {
        case .openUtterance:
            if isUtteranceOpen { violations.append("an utterance opened within another") }
            isUtteranceOpen = true
        case .finalize(let number):
            if !isUtteranceOpen { violations.append("a transcript was asked for without an utterance") }
            if number <= pause { violations.append("pause \(number) after \(pause)") }
            pause = number
        case .judge(let number):
            if !isUtteranceOpen { violations.append("a judgement was asked for without an utterance") }
            if number != pause { violations.append("pause \(number) was to be judged in \(pause)") }
        case .closeUtterance:
            if !isUtteranceOpen { violations.append("an utterance closed twice") }
            isUtteranceOpen = false
        case .prepare(let id, let cause):
            if let prepared { violations.append("\(id.number) was prepared beside \(prepared.number)") }
            if let released { violations.append("\(id.number) was prepared while \(released.number) is heard") }
            if id <= newest { violations.append("\(id.number) was prepared after \(newest.number)") }
            if cause.isSpeech, !isUtteranceOpen { violations.append("an answer to no utterance") }
            (prepared, newest, self.cause) = (id, id, cause)
        case .release(let id):
            if id != prepared { violations.append("\(id.number) was released and is not prepared") }
            if released != nil { violations.append("\(id.number) was released over another") }
            if cause?.isSpeech == true, lastOutcome != .answered {
                violations.append("\(id.number) was released without its utterance")
            }
            (prepared, released, delivery) = (nil, id, .full)
        case .deliver(let id, let delivery):
            if id != released { violations.append("\(id.number) is not heard and was to be \(delivery)") }
            if delivery == self.delivery { violations.append("\(id.number) is \(delivery) already") }
            self.delivery = delivery
        case .fill(let id):
            if id != released { violations.append("\(id.number) is not heard and was to be filled") }
        case .discard(let id):
            if id != prepared { violations.append("\(id.number) was discarded and is not prepared") }
            prepared = nil
        case .interrupt(let id):
            if id != released { violations.append("\(id.number) was interrupted and is not heard") }
            released = nil
        case .end:
            if prepared != nil { violations.append("the call ended with a response in the making") }
            if isUtteranceOpen { violations.append("the call ended with an utterance open") }
            isOver = true
            released = nil
        }
    }

    /// Compares what was seen from outside with what the machine believes.
    mutating func compare(with machine: TurnMachine) {
        let isOpenInside =
            switch machine.caller {
            case .silent, .onset: false
            case .speaking, .pausing: true
            }
        if isOpenInside != isUtteranceOpen { violations.append("the machine has the caller \(machine.caller)") }
        let isKnown =
            switch machine.agent {
            case .idle: prepared == nil && released == nil
            case .preparing(let response, _): prepared == response.id && released == nil
            case .speaking(let response, _): released == response.id && prepared == nil
            }
        if case .speaking(_, let speaking) = machine.agent {
            if speaking.delivery != delivery { violations.append("the machine has it \(speaking.delivery)") }
            if delivery > .full, case .silent = machine.caller { violations.append("\(delivery) for nobody") }
        }
        if !isKnown { violations.append("the machine has the agent \(machine.agent)") }
        if (machine.phase == .ended) != isOver { violations.append("the machine is in \(machine.phase)") }
        // Had the loop over the deadlines met its bound, one of them would still be due.
        if let late = machine.deadlines.first(where: { $0.at <= machine.now }) {
            violations.append("\(late.what) is still due")
        }
    }
}

extension ResponseCause {
    fileprivate var isSpeech: Bool { if case .speech = self { true } else { false } }
}

extension TurnCommand {
    /// The command without its numbers and words.
    fileprivate var kind: String {
        switch self {
        case .openUtterance: "open"
        case .finalize: "finalize"
        case .closeUtterance(let outcome): outcome.rawValue
        case .prepare(_, .greeting): "prepare greeting"
        case .prepare(_, .speech): "prepare speech"
        case .prepare(_, .overheard): "prepare overheard"
        case .prepare(_, .typed): "prepare typed"
        case .prepare(_, .takeover): "prepare takeover"
        case .prepare(_, .silence): "prepare silence"
        case .prepare(_, .farewell): "prepare farewell"
        case .judge: "judge"
        case .deliver(_, let delivery): "deliver \(delivery)"
        case .fill: "fill"
        case .release: "release"
        case .discard: "discard"
        case .interrupt: "interrupt"
        case .end(let cause): "end " + cause.rawValue
        }
    }
}
