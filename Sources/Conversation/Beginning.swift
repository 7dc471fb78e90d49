import Agents
import DequeModule
import Foundation
import Tasks
import TurnTaking

/// The beginning of a call's conversation: what it waits for, and what comes in until it has begun.
struct Beginning {
    private enum Stage {
        /// It is not known yet what the caller wants.
        case awaited
        /// Settings and engines are being got ready.
        case opening
        case over
    }

    /// What came in while the conversation was opened, and when: the caller's audio keeps its place in time.
    struct Held {
        var input: CallInput
        var time: CallTime
    }

    private var stage = Stage.awaited
    private var held: Deque<Held> = []
    private var heldSize = 0
    private let longest: Int
    /// What the caller wants; nil before it is known.
    private(set) var wishes: CallInitiation?
    /// Fires when it is known what the caller wants.
    let called = Signal()
    /// What the owner's server says of the call; nil when it says nothing.
    var advice: CallInitiation?
    /// Fires when the owner's server has been asked, or is not.
    let advised = Signal()
    /// Fires when the conversation has begun, and what came in before that has been taken.
    let begun = Signal()

    /// The least that an input counts for, in bytes, so that small ones are bounded too.
    private static let smallest = 256

    /// - Parameter longest: Bytes of inputs that may be held.
    init(longest: Int) { self.longest = longest }

    var isAwaited: Bool { stage == .awaited }
    var isOpening: Bool { stage == .opening }

    /// The caller's wishes are known.
    mutating func open(_ wishes: CallInitiation) {
        stage = .opening
        self.wishes = wishes
        called.fire()
    }

    /// Holds back what came in while the conversation is opened; false when there is no room for more.
    mutating func hold(_ input: CallInput, at time: CallTime) -> Bool {
        let size = max(input.size, Self.smallest)
        guard heldSize + size <= longest else { return false }
        heldSize += size
        held.append(Held(input: input, time: time))
        return true
    }

    /// The conversation has begun, or cannot: what came in first of what is held. Until there is nothing more, what comes in
    /// is held too, so that it keeps its order.
    mutating func next() -> Held? {
        guard let first = held.popFirst() else {
            stage = .over
            return nil
        }
        heldSize -= max(first.input.size, Self.smallest)
        return first
    }
}

extension CallInput {
    /// About how many bytes it has.
    fileprivate var size: Int {
        switch self {
        case .audio(let bytes): bytes.count
        case .words(let text, _), .context(let text, _): text.utf8.count
        default: 0
        }
    }
}
