import Foundation
import Metrics
import Telemetry

/// What the process takes from the machine, measured when it is asked for.
struct ProcessInstruments: Sendable {
    private let memory: Meter
    private let files: Meter
    private let uptime: Meter
    private let start = ContinuousClock.now

    /// - Parameter version: of the program; empty for none.
    init(_ factory: any MetricsFactory, version: String) {
        memory = Meter(.residentMemory, in: factory)
        files = Meter(.openFiles, in: factory)
        uptime = Meter(.uptime, in: factory)
        guard !version.isEmpty else { return }
        Meter(
            label: MetricDescription.buildInfo.name, dimensions: [("version", version)], factory: factory
        ).set(1)
    }

    /// Measures; what the system does not tell keeps its value.
    func measure() {
        if let bytes = Self.residentMemory { memory.set(bytes) }
        files.set(OpenFiles.count)
        uptime.set((ContinuousClock.now - start) / .seconds(1))
    }

    /// Bytes of this process that lie in memory, child processes not included.
    static var residentMemory: Int? {
        let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return fields.flatMap { $0.count > 1 ? Int($0[1]) : nil }.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
    }

    static let metrics: [MetricDescription] = [.residentMemory, .openFiles, .uptime, .buildInfo]
}

extension MetricDescription {
    fileprivate static let residentMemory = MetricDescription(
        "parley_process_resident_memory_bytes", .gauge,
        help: "Memory of the server's own process, without the embedded language model's.")
    fileprivate static let openFiles = MetricDescription(
        "parley_process_open_files", .gauge, help: "Files that the process has open, sockets included.")
    fileprivate static let uptime = MetricDescription(
        "parley_uptime_seconds", .gauge, help: "Time since the server was started.")
    fileprivate static let buildInfo = MetricDescription(
        "parley_build_info", .gauge, labels: ["version"], help: "Always 1; the label is the version of Parley.")
}
