import JSON

/// The tools of a server.
public struct MCPToolList: Sendable, Hashable {
    /// In the server's order, no name twice.
    public var tools: [MCPTool]
    /// What was left out or cut, as sentences without a full stop.
    public var warnings: [String]
    /// How long the server lets the list be used; nil when it does not say.
    public var lifetime: Duration?

    /// Creates a list.
    public init(_ tools: [MCPTool] = [], warnings: [String] = [], lifetime: Duration? = nil) {
        self.tools = tools
        self.warnings = warnings
        self.lifetime = lifetime
    }

    /// The tool of a name; nil when there is none.
    public subscript(name: String) -> MCPTool? { tools.first { $0.name == name } }
}

/// Reads the pages of `tools/list`: a value, page by page.
struct ToolListing: Sendable {
    enum Step: Sendable, Hashable {
        /// Ask for the page at this cursor; nil for the first.
        case page(String?)
        case done(MCPToolList)
        case failed(MCPError)
    }

    private let options: MCPOptions
    private var list = MCPToolList()
    private var cursors: Set<String> = []
    /// How many warnings were too many to keep.
    private var unsaid = 0

    init(options: MCPOptions) { self.options = options }

    mutating func handle(_ page: JSONValue) -> Step {
        let step = read(page)
        let excess = max(0, list.warnings.count - options.mostWarnings)
        list.warnings.removeLast(excess)
        unsaid += excess
        guard case .done = step else { return step }
        if unsaid > 0 { list.warnings.append("\(unsaid) more warnings are left out") }
        return .done(list)
    }

    private mutating func read(_ page: JSONValue) -> Step {
        guard let tools = page["tools"]?.arrayValue else { return .failed(.notMCP("a list of tools without tools")) }
        for json in tools {
            guard list.tools.count < options.mostTools else {
                list.warnings.insert("it has more than \(options.mostTools) tools; the rest was left out", at: 0)
                return .done(list)
            }
            guard let tool = MCPTool(json, options: options, warnings: &list.warnings) else { continue }
            if list[tool.name] != nil {
                list.warnings.append("it lists two tools named \(tool.name); the second was left out")
            } else {
                list.tools.append(tool)
            }
        }
        if let milliseconds = page["ttlMs"]?.intValue, milliseconds >= 0 {
            let lifetime = Duration.milliseconds(milliseconds)
            list.lifetime = min(list.lifetime ?? lifetime, lifetime)
        }
        guard let cursor = page["nextCursor"]?.stringValue else { return .done(list) }
        guard cursors.insert(cursor).inserted, cursors.count < options.mostPages else {
            list.warnings.insert("its list of tools does not end; what came so far is used", at: 0)
            return .done(list)
        }
        return .page(cursor)
    }
}
