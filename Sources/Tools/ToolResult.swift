import Agents
import JSON

extension ToolOutcome {
    /// The success of a tool whose result is a text, which may be JSON with values for variables.
    ///
    /// - Parameter structured: the result as JSON, where the tool gives it beside the text.
    public init(_ text: String, structured: JSONValue? = nil, of tool: ToolSettings) {
        guard !tool.assignments.isEmpty else {
            self.init(result: text)
            return
        }
        // Servers write the one into the other in several ways: the one that has what is looked for counts.
        let values = [structured, try? JSONValue(parsing: text)].compactMap(\.self).map { value in
            (value: value, found: tool.assignments.count { value.descendant($0.path) != nil })
        }
        if let best = values.max(by: { $0.found < $1.found }), best.found > 0 {
            self.init(best.value, written: text, of: tool, filter: .all)
        } else {
            self.init(result: text)
        }
    }

    /// The success of a tool whose result is JSON: variables take their values from it, and the model sees what is neither
    /// hidden nor filtered out.
    ///
    /// - Parameter text: the result as it was written.
    init(_ value: JSONValue, written text: String, of tool: ToolSettings, filter: WebhookSettings.Filter) {
        var shown = value
        var updates: [String: JSONValue] = [:]
        for assignment in tool.assignments {
            if let found = value.descendant(assignment.path), let variable = assignment.variable(found) {
                updates[assignment.variable] = variable
            }
            if assignment.isHidden { shown = shown.removing(assignment.path) }
        }
        let result =
            switch filter {
            case .all: shown == value ? text : shown.text
            case .only(let paths): shown.selecting(paths.map { $0.split(separator: ".").map(String.init) }).text
            case .none: "It was successful."
            }
        self.init(result: result, isNote: filter == WebhookSettings.Filter.none, updates: updates)
    }
}

extension ToolSettings.Assignment {
    /// A value as a variable; nil for null, which sets nothing.
    fileprivate func variable(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .null: nil
        case .array, .object: keepsType ? value : .string(value.text)
        default: value
        }
    }
}

extension JSONValue {
    /// The value at a path of member names and list indices.
    func descendant(_ path: [String]) -> JSONValue? {
        guard let step = path.first else { return self }
        let next =
            arrayValue.map { list in Int(step).flatMap { list.indices.contains($0) ? list[$0] : nil } } ?? self[step]
        return next?.descendant(Array(path.dropFirst()))
    }

    /// The value without what is at a path.
    func removing(_ path: [String]) -> JSONValue {
        guard let step = path.first else { return self }
        let rest = Array(path.dropFirst())
        switch self {
        case .object(var members):
            guard let member = members[step] else { return self }
            members[step] = rest.isEmpty ? Optional.none : member.removing(rest)
            return .object(members)
        case .array(var elements):
            guard let index = Int(step), elements.indices.contains(index) else { return self }
            if rest.isEmpty { elements.remove(at: index) } else { elements[index] = elements[index].removing(rest) }
            return .array(elements)
        default: return self
        }
    }

    /// Only what is at these paths. A path through a list without an index holds for each of its elements.
    func selecting(_ paths: [[String]]) -> JSONValue {
        if paths.contains([]) { return self }
        switch self {
        case .object(let members):
            var selected: [String: JSONValue] = [:]
            for (name, member) in members {
                let inner = paths.filter { $0.first == name }.map { Array($0.dropFirst()) }
                if !inner.isEmpty { selected[name] = member.selecting(inner) }
            }
            return .object(selected)
        case .array(let elements):
            return .array(
                elements.enumerated().compactMap { index, element in
                    let inner = paths.compactMap { path -> [String]? in
                        guard let step = path.first, let place = Int(step) else { return path }
                        return place == index ? Array(path.dropFirst()) : nil
                    }
                    return inner.isEmpty ? nil : element.selecting(inner)
                })
        default: return .object([:])
        }
    }
}
