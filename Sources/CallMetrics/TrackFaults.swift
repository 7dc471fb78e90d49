/// Finds faults in the agent's track alone.
public enum TrackFaults {
    /// The largest jump between samples that is not heard as a click, as an amplitude: −34 dBFS, below the quietest
    /// phones.
    public static let audibleJump: Float = 0.02
    /// How many times larger than every other step nearby the step of a click is. Plosives and glottal pulses take
    /// several steps of similar size; a splice takes one.
    public static let isolation: Float = 6
    /// How far "nearby" reaches on either side, in seconds.
    public static let surroundings = 0.004
    /// The shortest digital silence that counts as a hole, in seconds: speech must have faded at its edges.
    public static let hole = 0.005
    /// Silence at the beginning of an answer that is not counted, in seconds.
    public static let tolerableLead = 0.040

    /// Samples at which the track jumps: an isolated step, or speech that begins or ends against digital silence without
    /// a fade. In ascending order.
    public static func clicks(in track: [Float], sampleRate: Int) -> [Int] {
        let reach = max(2, Int(surroundings * Double(sampleRate)))
        let hole = max(2, Int(Self.hole * Double(sampleRate)))
        var found: [Int] = []
        var zeros = hole
        for index in track.indices {
            let previous = index > 0 ? track[index - 1] : 0
            let step = abs(track[index] - previous)
            if step >= audibleJump {
                let entersHole = track[index] == 0 && isSilent(track, from: index, count: hole)
                let leavesHole = previous == 0 && zeros >= hole
                if entersHole || leavesHole || isIsolated(step, at: index, in: track, reach: reach) {
                    found.append(index)
                }
            }
            zeros = track[index] == 0 ? zeros + 1 : 0
        }
        return found
    }

    private static func isSilent(_ track: [Float], from index: Int, count: Int) -> Bool {
        track[index..<min(track.count, index + count)].allSatisfy { $0 == 0 }
    }

    private static func isIsolated(_ step: Float, at index: Int, in track: [Float], reach: Int) -> Bool {
        for other in max(1, index - reach)..<min(track.count, index + reach + 1)
        where other != index && abs(track[other] - track[other - 1]) * isolation > step {
            return false
        }
        return true
    }

    /// Silence at the beginning of each of the agent's answers, in seconds; answers of which nothing was heard are left
    /// out.
    public static func leadingSilences(
        of call: RecordedCall, options: AudibilityOptions = AudibilityOptions()
    ) -> [Double] {
        let rate = Double(call.sampleRate)
        let sounds = Audibility.sounds(in: call.heard, sampleRate: call.sampleRate, options: options)
        return Dictionary(grouping: call.chunks, by: \.answer).sorted { $0.key < $1.key }.compactMap { _, chunks in
            guard let start = chunks.first?.start, let end = chunks.last?.end else { return nil }
            let sound = sounds.first { Double($0.end) / rate > start && Double($0.start) / rate < end }
            return sound.map { max(0, Double($0.start) / rate - start) }
        }
    }
}
