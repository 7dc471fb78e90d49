import Foundation

/// What counts as audible, and how long a silence separates two utterances.
public struct AudibilityOptions: Sendable, Hashable {
    /// Length of the window over which energy is averaged, in seconds: two periods of the lowest voices, and far below
    /// the times that are measured.
    public var window = 0.010
    /// Distance of two windows, in seconds: the resolution of every time.
    public var hop = 0.001
    /// Level that a caller's recording must reach to be speech, in dB under its loudest window. Room noise in the
    /// recordings lies 40 dB and more below the speech, final consonants within 30 dB. A threshold that finds an
    /// earlier end would make the server look slower, one that finds a later end faster, so it is no lower than
    /// necessary.
    public var belowLoudest = 30.0
    /// A caller's recording begins where it stands out of its own noise by this much, in dB, and reaches `floor`. An
    /// earlier beginning counts against the server: a breath or a soft consonant, up to 120 ms before the first loud
    /// vowel in the recordings seen, is when the caller is heard to begin.
    public var aboveNoise = 10.0
    /// Level from which on sound is audible, in dBFS: some 25 dB under quiet speech. It is absolute, because the
    /// agent's loudest moment is not known when the agent begins.
    public var floor = -50.0
    /// Bursts shorter than this are clicks, in seconds.
    public var shortestSound = 0.020
    /// Shortest utterance after a pause, in seconds.
    public var shortestWord = 0.080
    /// Longest silence between a soft sound and a caller's speech for the sound to be the beginning of the speech, in
    /// seconds.
    public var longestLead = 0.100
    /// Longest silence within an utterance, in seconds: stop consonants and pauses between words.
    public var longestPause = 0.300

    /// Creates the values above.
    public init() {}
}

/// A stretch of audible sound, in samples.
public struct Utterance: Sendable, Hashable {
    /// The first audible sample.
    public var start: Int
    /// The sample after the last audible one.
    public var end: Int
}

/// Finds sound by its energy: a window is audible when its root mean square reaches a threshold; utterances are the
/// audible windows, joined over pauses, and cut at both ends to the samples that reach the threshold themselves.
public enum Audibility {
    /// The utterances in what is heard of an agent, found with the absolute `floor`.
    public static func utterances(
        in samples: [Float], sampleRate: Int, options: AudibilityOptions = AudibilityOptions()
    ) -> [Utterance] {
        utterances(in: samples, sampleRate: sampleRate, threshold: amplitude(options.floor), options: options)
    }

    /// Where the speech of a clean recording begins and ends; nil when nothing in it is above the floor.
    ///
    /// All latencies are measured from this end of speech, not from the end of the file, and barge-ins from this
    /// beginning. The threshold for the beginning is lower, so that neither flatters the server.
    public static func speech(
        in recording: [Float], sampleRate: Int, options: AudibilityOptions = AudibilityOptions()
    ) -> Utterance? {
        let energies = windows(of: recording, sampleRate: sampleRate, options: options)
        let loudest = (energies.max() ?? 0).squareRoot()
        let floor = amplitude(options.floor)
        // The quietest twentieth is the noise; a recording without a pause would count as noise itself, and must not be
        // lost.
        let noise = energies.sorted()[min(energies.count / 20, max(0, energies.count - 1))...].first ?? 0
        let threshold = max(loudest * amplitude(-options.belowLoudest), floor)
        let onset = min(max(noise.squareRoot() * amplitude(options.aboveNoise), floor), threshold)
        let loud = utterances(in: recording, sampleRate: sampleRate, threshold: threshold, options: options)
        // A single burst at the very end is a click, or the beginning of something that was cut off.
        let shortest = Int(options.shortestWord * Double(sampleRate))
        guard let first = loud.first, let last = loud.last(where: { $0.end - $0.start >= shortest }) ?? loud.last else {
            return nil
        }
        // Sounds that lead into the speech are joined to it, earlier ones are not.
        var joined = options
        joined.longestPause = options.longestLead
        let soft = utterances(in: recording, sampleRate: sampleRate, threshold: onset, options: joined)
        let start = soft.first { $0.end > first.start }?.start ?? first.start
        return Utterance(start: min(start, first.start), end: last.end)
    }

    /// The separate sounds, not joined over pauses.
    static func sounds(in samples: [Float], sampleRate: Int, options: AudibilityOptions) -> [Utterance] {
        var options = options
        options.longestPause = 0
        return utterances(in: samples, sampleRate: sampleRate, options: options)
    }

    /// Whether anything in a short piece, such as one frame, is audible.
    public static func isAudible(
        _ samples: some Collection<Float>, options: AudibilityOptions = AudibilityOptions()
    ) -> Bool {
        guard !samples.isEmpty else { return false }
        let energy = samples.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(samples.count)
        return energy.squareRoot() >= amplitude(options.floor)
    }

    static func amplitude(_ decibels: Double) -> Double { pow(10, decibels / 20) }

    private static func utterances(
        in samples: [Float], sampleRate: Int, threshold: Double, options: AudibilityOptions
    ) -> [Utterance] {
        let (window, hop) = lengths(sampleRate, options)
        let limit = threshold * threshold
        var found: [Utterance] = []
        for (index, energy) in windows(of: samples, sampleRate: sampleRate, options: options).enumerated()
        where energy >= limit {
            let start = index * hop
            let end = min(start + window, samples.count)
            // Windows overlap, so within a sound the distance is negative.
            if let last = found.last, start <= last.end {
                found[found.count - 1].end = end
            } else {
                found.append(Utterance(start: start, end: end))
            }
        }
        let loud = Float(threshold)
        let sounds = found.compactMap { sound -> Utterance? in
            guard let first = samples[sound.start..<sound.end].firstIndex(where: { abs($0) >= loud }),
                let last = samples[sound.start..<sound.end].lastIndex(where: { abs($0) >= loud }),
                Double(last + 1 - first) >= options.shortestSound * Double(sampleRate)
            else { return nil }
            return Utterance(start: first, end: last + 1)
        }
        let pause = Int(options.longestPause * Double(sampleRate))
        return sounds.reduce(into: []) { joined, sound in
            if let last = joined.last, sound.start - last.end <= pause {
                joined[joined.count - 1].end = sound.end
            } else {
                joined.append(sound)
            }
        }
    }

    /// The mean square of every window; the last windows end with the samples.
    private static func windows(of samples: [Float], sampleRate: Int, options: AudibilityOptions) -> [Double] {
        let (window, hop) = lengths(sampleRate, options)
        var sums = [0.0]
        sums.reserveCapacity(samples.count + 1)
        var sum = 0.0
        for sample in samples {
            sum += Double(sample) * Double(sample)
            sums.append(sum)
        }
        return stride(from: 0, to: samples.count, by: hop).map { start in
            let end = min(start + window, samples.count)
            // Rounding may make differences of large sums negative.
            return max(0, sums[end] - sums[start]) / Double(window)
        }
    }

    private static func lengths(_ sampleRate: Int, _ options: AudibilityOptions) -> (window: Int, hop: Int) {
        (max(1, Int(options.window * Double(sampleRate))), max(1, Int(options.hop * Double(sampleRate))))
    }
}
