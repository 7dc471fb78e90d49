import Agents
import JSON
import Logging
import Synchronization
import Tasks
import TurnTaking

/// What a call adds to its record, in the order of the call and without waiting for the disk: turns, warnings, the log.
struct RecordWriter {
    private let queue: SerialQueue<CallRecorder>
    private let instruments: CallInstruments
    private let logger: Logger
    private let mostWarnings: Int
    /// Turns in the transcript so far, which is the place of the next one.
    private(set) var turns = 0
    private var warnings: Set<String> = []
    /// Judged windows that the log does not have yet.
    private var windows: [VoiceWindow] = []
    /// Whether something was lost to a disk that does not keep up.
    private var hasLost = false
    private var isFinished = false
    /// What was added after the end of the call: the results of tools that had effects to bring to their end.
    private var late: [SerialQueue<CallRecorder>.Work] = []

    init(
        _ queue: SerialQueue<CallRecorder>, instruments: CallInstruments, logger: Logger, mostWarnings: Int
    ) {
        self.queue = queue
        self.instruments = instruments
        self.logger = logger
        self.mostWarnings = mostWarnings
    }

    /// Queues an entry; when the queue is full, the entry is lost and the server's log says so. After the end it waits
    /// for `takeLate`.
    mutating func add(_ work: @escaping SerialQueue<CallRecorder>.Work) {
        guard !isFinished else { return late.append(work) }
        guard !queue.add(work) else { return }
        instruments.overflowed(.record)
        guard !hasLost else { return }
        hasLost = true
        logger.error("The disk does not keep up: parts of the call's record are lost.")
    }

    /// Writes a turn at the given place, or at the end, and returns its place.
    @discardableResult
    mutating func put(_ turn: TranscriptTurn, at known: Int? = nil) -> Int {
        let place = known ?? turns
        turns = max(turns, place + 1)
        add { await $0.put(turn, at: place) }
        return place
    }

    /// Adds a warning, once.
    mutating func warn(_ text: String) {
        guard warnings.count < mostWarnings, warnings.insert(text).inserted else { return }
        logger.warning("\(text)")
        add { await $0.describe(ConversationDetails(warnings: [text])) }
    }

    /// Describes how the call began; `settings` are nil when it could not.
    mutating func describe(_ initiation: CallInitiation, settings: CallSettings?) {
        let details = ConversationDetails(
            initiation: initiation.record(variables: settings?.dynamicVariables),
            userID: initiation.userID, source: initiation.source, sourceVersion: initiation.sourceVersion,
            language: settings?.language, timezone: settings?.timezone,
            isTextOnly: settings?.conversation.isTextOnly, warnings: settings?.warnings ?? [])
        add { await $0.describe(details) }
    }

    /// The call goes on in another language.
    mutating func describe(language: String) {
        add { await $0.describe(ConversationDetails(language: language)) }
    }

    /// Adds a line to the log.
    mutating func log(_ kind: String, _ detail: JSONValue, at time: CallTime) {
        logWindows(until: time)
        add { await $0.log(kind, detail, at: time) }
    }

    /// Adds a judged window to the next line of windows.
    mutating func log(_ window: VoiceWindow) { windows.append(window) }

    /// Logs the windows since the last line as one line, whose time is the end of the last window.
    mutating func logWindows(until time: CallTime) {
        guard !windows.isEmpty else { return }
        func column(_ value: KeyPath<VoiceWindow, Float>) -> JSONValue {
            .array(windows.map { .number($0[keyPath: value].shortestDouble) })
        }
        let detail: JSONValue = [
            "probabilities": column(\.probability), "levels": column(\.level), "echoes": column(\.echo),
        ]
        windows = []
        add { await $0.log("voice", detail, at: time) }
    }

    /// Has all that was added so far written before what comes later; the receipt tells when, and whether it was.
    func commit() -> CommitReceipt {
        let receipt = CommitReceipt()
        if !queue.add({ receipt.set(await $0.commit()) }) { receipt.set(false) }
        return receipt
    }

    /// Closes the record: of what happens after this, only the late results of tools are recorded.
    mutating func finish() {
        isFinished = true
        queue.finish()
    }

    /// Whether something was added since the end that nobody has taken.
    var hasLate: Bool { !late.isEmpty }

    /// What was added since the end.
    mutating func takeLate() -> [SerialQueue<CallRecorder>.Work] {
        defer { late = [] }
        return late
    }
}

/// Tells whether a part of the record was written.
final class CommitReceipt: Sendable {
    private let done = Signal()
    private let state = Mutex(false)

    fileprivate func set(_ isWritten: Bool) {
        state.withLock { $0 = isWritten }
        done.fire()
    }

    /// Waits until it is known; false also when the task is cancelled.
    func isWritten() async -> Bool {
        await done.wait()
        return state.withLock { $0 }
    }
}

extension Float {
    /// The double with the shortest decimals that still reads back as this float: it shrinks the log to a third.
    fileprivate var shortestDouble: Double {
        let short = Double(description) ?? Double(self)
        return Float(short) == self ? short : Double(self)
    }
}
