import CallMetrics
import Foundation

/// The memory and processor time of a process and of its descendants, from `/proc`.
struct ProcessUsage: Sendable {
    /// The usage at one moment.
    struct Sample: Sendable, Hashable {
        /// Resident memory in bytes.
        var memory = 0
        /// Processor time in seconds, of all threads, in user and system mode.
        var processor = 0.0
    }

    /// The usage between two moments.
    struct Report: Sendable, Codable, Hashable {
        /// The largest resident memory, in MB (2²⁰ bytes).
        var peakMemory: Double
        /// The resident memory at the beginning, in MB.
        var initialMemory: Double
        /// Processors that were busy on average; 1 is one whole processor.
        var processors: Double
    }

    /// `sysconf(_SC_CLK_TCK)` and the page size are the units of `/proc/<pid>/stat`.
    private static let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    private static let pageSize = sysconf(Int32(_SC_PAGESIZE))

    private struct Stat {
        var parent: Int
        var sample: Sample
    }

    /// The usage of a process, and the sum of its descendants'; nil when the process does not exist.
    static func sample(_ id: Int) -> (own: Sample, children: Sample)? {
        guard let own = stat(id) else { return nil }
        var stats: [Int: Stat] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
            if let other = Int(name), let stat = stat(other) { stats[other] = stat }
        }
        var family: Set = [id]
        var children = Sample()
        var grown = true
        while grown {
            grown = false
            for (other, stat) in stats where family.contains(stat.parent) && family.insert(other).inserted {
                children.memory += stat.sample.memory
                children.processor += stat.sample.processor
                grown = true
            }
        }
        return (own.sample, children)
    }

    private static func stat(_ id: Int) -> Stat? {
        // The name in parentheses may hold spaces; the fields follow its closing parenthesis.
        guard let text = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        // proc(5): ppid is field 4, utime 14, stime 15, rss 24; the first field here is number 3.
        guard fields.count > 21, let parent = Int(fields[1]), let user = Double(fields[11]),
            let system = Double(fields[12]), let pages = Int(fields[21])
        else { return nil }
        return Stat(parent: parent, sample: Sample(memory: pages * pageSize, processor: (user + system) / ticks))
    }
}

/// Samples the usage of a process twice a second.
actor ProcessWatch {
    private let id: Int
    private var samples: [(time: ContinuousClock.Instant, own: ProcessUsage.Sample, children: ProcessUsage.Sample)] = []

    init(_ id: Int) { self.id = id }

    /// Samples until the task is cancelled.
    func run() async {
        repeat {
            if let now = ProcessUsage.sample(id) { samples.append((.now, now.own, now.children)) }
        } while (try? await Task.sleep(for: .milliseconds(500))) != nil
    }

    func report() -> (own: ProcessUsage.Report, children: ProcessUsage.Report)? {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return nil }
        let seconds = last.time.seconds(since: first.time)
        func report(_ part: (ProcessUsage.Sample, ProcessUsage.Sample), peak: Int) -> ProcessUsage.Report {
            ProcessUsage.Report(
                peakMemory: Double(peak) / 1_048_576, initialMemory: Double(part.0.memory) / 1_048_576,
                processors: max(0, part.1.processor - part.0.processor) / seconds)
        }
        return (
            report((first.own, last.own), peak: samples.map(\.own.memory).max() ?? 0),
            report((first.children, last.children), peak: samples.map(\.children.memory).max() ?? 0)
        )
    }
}
