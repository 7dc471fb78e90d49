import Agents

extension QueryParameters {
    /// - Throws: `ValidationError` when the value is none of `choices`.
    func choice<Choice: RawRepresentable<String>>(_ name: String, among choices: [Choice]) throws -> Choice? {
        let expected = "one of: " + choices.map(\.rawValue).joined(separator: ", ")
        return try value(name, expected, "enum") { text in choices.first { $0.rawValue == text } }
    }

    /// Every value of a repeated parameter.
    ///
    /// - Throws: `ValidationError` when one is none of `choices`.
    func choices<Choice: RawRepresentable<String>>(_ name: String, among choices: [Choice]) throws -> [Choice] {
        let values = all(name).filter { !$0.isEmpty }
        let known = values.compactMap { text in choices.first { $0.rawValue == text } }
        guard known.count == values.count else {
            let expected = choices.map(\.rawValue).joined(separator: ", ")
            throw ValidationError.query(name, "Input should be one of: \(expected)", "enum")
        }
        return known
    }

    /// - Throws: `ValidationError` when the value is not an integer.
    func integer(_ name: String) throws -> Int? {
        try value(name, "a valid integer", "int_parsing") { Int($0) }
    }

    /// - Throws: `ValidationError` when the value is not a finite number.
    func number(_ name: String) throws -> Double? {
        try value(name, "a valid number", "float_parsing") { text in Double(text).flatMap { $0.isFinite ? $0 : nil } }
    }

    /// - Throws: `ValidationError` when the value is neither `true` nor `false`.
    func flag(_ name: String) throws -> Bool? {
        try value(name, "a valid boolean", "bool_parsing") { text in
            switch text.lowercased() {
            case "true", "1": true
            case "false", "0": false
            default: nil
            }
        }
    }

    /// The page of a list that `page_size`, `cursor` and `sort_direction` ask for.
    ///
    /// - Throws: `ValidationError`.
    func page() throws -> PageRequest {
        PageRequest(
            size: try pageSize(standard: PageRequest.standardSize), cursor: self["cursor"],
            direction: try choice("sort_direction", among: [.ascending, .descending]) ?? .descending)
    }

    /// - Throws: `ValidationError` when the value is not an integer from 1 to 100.
    func pageSize(standard: Int) throws -> Int {
        try value("page_size", "an integer from 1 to 100", "int_parsing") { text in
            Int(text).flatMap { PageRequest.sizes.contains($0) ? $0 : nil }
        } ?? standard
    }

    func value<Value>(
        _ name: String, _ expected: String, _ type: String, _ read: (String) -> Value?
    ) throws -> Value? {
        guard let text = self[name] else { return nil }
        guard let value = read(text) else {
            throw ValidationError.query(name, "Input should be \(expected)", type)
        }
        return value
    }
}
