import Conversation
import Foundation
import LocalEngines
import Server
import Telemetry
import Testing

@Suite("The metrics of a server")
struct CatalogTests {
    private static let all = ServerInstruments.metrics + CallInstruments.metrics + InferenceInstruments.metrics

    @Test("names say what is measured and in which unit, and every metric has a sentence")
    func names() throws {
        for metric in Self.all {
            #expect(metric.name.wholeMatch(of: /parley(_[a-z0-9]+)+/) != nil)
            #expect(metric.labels.allSatisfy { $0.wholeMatch(of: /[a-z_]+/) != nil && $0 != "le" })
            #expect(metric.help.hasSuffix(".") && !metric.help.contains("|"))
            switch metric.kind {
            case .counter: #expect(metric.name.hasSuffix("_total"))
            case .gauge: #expect(!metric.name.hasSuffix("_total"))
            case .histogram(let bounds):
                #expect(metric.name.hasSuffix("_seconds"))
                #expect(bounds == bounds.sorted() && Set(bounds).count == bounds.count)
            }
        }
        #expect(Set(Self.all.map(\.name)).count == Self.all.count)
    }

    @Test("the table for readers has every metric, and no other")
    func documented() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        let page = try String(contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `parley_") }.map(String.init)
        let expected = Self.all.map { metric in
            let kind =
                switch metric.kind {
                case .counter: "counter"
                case .gauge: "gauge"
                case .histogram: "histogram"
                }
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(metric.name)` | \(kind) | \(labels.isEmpty ? "" : labels + " ")| \(metric.help) |"
        }
        #expect(Set(rows) == Set(expected))
    }
}
