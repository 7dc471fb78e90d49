/// Cuts audio into stretches of speech, by the probability of speech in each of its windows of 32 ms.
struct SpeechSegmenter: Sendable {
    /// Where speech begins and ends; lengths are in windows.
    struct Options: Sendable, Hashable {
        /// A window is speech from this probability on, and silence below `silenceThreshold`; in between nothing
        /// changes.
        var speechThreshold: Float = 0.5
        var silenceThreshold: Float = 0.35
        /// Shorter sounds are not speech: 96 ms.
        var shortestSpeech = 3
        /// How much silence ends a stretch, by the length of the stretch, since recognisers do badly on long ones: 0.6
        /// s, from 10 s on 0.3 s, from 20 s on 64 ms.
        var pauses = [Pause(from: 0, length: 19), Pause(from: 312, length: 9), Pause(from: 625, length: 2)]
        /// A stretch is cut at this length in any case: 28 s.
        var longest = 875
        /// Audio kept before the first sound and after the last one: 256 ms.
        var margin = 8
    }

    struct Pause: Sendable, Hashable {
        var from: Int
        var length: Int
    }

    /// What a window has changed; windows count from 0.
    enum Change: Sendable, Hashable {
        case began(window: Int)
        /// `window` is the first that is not part of the stretch.
        case ended(window: Int)
    }

    private let options: Options
    /// Windows so far.
    private(set) var count = 0
    /// The first window of the open stretch; nil when there is none.
    private(set) var start: Int?
    /// Windows of speech in a row.
    private var speech = 0
    /// Windows of silence in a row.
    private(set) var silence = 0
    /// The first window that belongs to no earlier stretch.
    private var free = 0

    init(options: Options = Options()) { self.options = options }

    /// How many windows before the present one a stretch can begin.
    var reach: Int { options.margin + options.shortestSpeech }

    /// Takes in the next window's probability of speech.
    mutating func add(_ probability: Float) -> Change? {
        count += 1
        if probability >= options.speechThreshold {
            (speech, silence) = (speech + 1, 0)
        } else if probability < options.silenceThreshold || start == nil {
            (speech, silence) = (0, silence + 1)
        }
        guard let start else {
            guard speech >= options.shortestSpeech else { return nil }
            let begin = max(free, count - speech - options.margin)
            self.start = begin
            return .began(window: begin)
        }
        let length = count - start
        let pause = options.pauses.last { $0.from <= length }?.length ?? 0
        guard silence >= max(1, pause) || length >= options.longest else { return nil }
        return end()
    }

    /// Ends the open stretch, if there is one.
    mutating func end() -> Change? {
        guard start != nil else { return nil }
        free = min(count, count - silence + options.margin)
        (start, speech) = (nil, 0)
        return .ended(window: free)
    }
}
