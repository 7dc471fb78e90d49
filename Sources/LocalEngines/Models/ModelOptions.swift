import Engines

/// The `options` of a manifest's entry, which configure its engine: each a value or a list of values.
public struct ModelOptions: Sendable, Hashable, Decodable {
    private var values: [String: [String]]
    private var lists: Set<String> = []

    /// Creates options with one value each.
    public init(_ values: [String: String] = [:]) {
        self.values = values.mapValues { [$0] }
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Reads a map of values and lists of values.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        values = [:]
        for name in container.allKeys {
            if let value = try? container.decode(String.self, forKey: name) {
                values[name.stringValue] = [value]
            } else {
                values[name.stringValue] = try container.decode([String].self, forKey: name)
                lists.insert(name.stringValue)
            }
        }
    }

    /// The value of `name`; nil when it is not set.
    func text(_ name: String, of model: String) throws -> String? {
        guard let value = values[name] else { return nil }
        guard !lists.contains(name), let text = value.first else {
            throw Self.error(model, "options.\(name) is one value, not a list")
        }
        return text
    }

    /// The values of `name`, where a single value is a list of one; nil when it is not set.
    func list(_ name: String) -> [String]? { values[name] }

    /// The number in `name`; nil when it is not set.
    func number(_ name: String, of model: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = try text(name, of: model) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw Self.error(
                model, "options.\(name): \(text) is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// The truth value of `name`; nil when it is not set.
    func flag(_ name: String, of model: String) throws -> Bool? {
        guard let text = try text(name, of: model) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default: throw Self.error(model, "options.\(name): \(text) is neither true nor false")
        }
    }

    /// All options on one line, always in the same order.
    var summary: String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.joined(separator: ","))" }.joined(separator: " ")
    }

    /// - Throws: `EngineError` that names the first unknown option.
    func check(_ known: [String], of model: String, engine: String) throws {
        guard let other = values.keys.filter({ !known.contains($0) }).min() else { return }
        let list = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
        throw Self.error(model, "the engine \(engine) has no option \"\(other)\"; \(list)")
    }

    private static func error(_ model: String, _ message: String) -> EngineError {
        EngineError(.rejected, engine: model, message)
    }
}
