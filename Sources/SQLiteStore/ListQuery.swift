import Agents
import GRDB
import JSON

/// A sorted and filtered list that is read page by page. Each page continues after the last row of the previous one, so
/// rows that are added or removed in between shift nothing.
struct ListQuery: Sendable {
    private let key: String
    private var conditions: [String] = []
    private var values: [String: (any DatabaseValueConvertible & Sendable)?]

    /// - Parameters:
    ///   - key: the SQL expression to sort by; ties are broken by the column `sequence`.
    ///   - arguments: the values of named parameters in `key`.
    init(key: String, arguments: [String: (any DatabaseValueConvertible & Sendable)?] = [:]) {
        self.key = key
        values = arguments
    }

    /// Adds a condition in which every `?` stands for `value`.
    mutating func filter(_ condition: String, _ value: any DatabaseValueConvertible & Sendable) {
        let name = "value\(values.count)"
        values[name] = value
        conditions.append(condition.replacing("?", with: ":" + name))
    }

    /// Adds a condition in which `LIKE ? ESCAPE '\'` means "contains `text`".
    mutating func filter(_ condition: String, containing text: String) {
        filter(condition, "%\(Self.escaped(text))%")
    }

    /// Adds a condition in which `LIKE ? ESCAPE '\'` means "begins with `text`".
    mutating func filter(_ condition: String, beginningWith text: String) {
        filter(condition, Self.escaped(text) + "%")
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
    }

    /// Adds a condition in which `(?)` stands for a list.
    mutating func filter(_ condition: String, anyOf list: [String]) {
        filter(
            condition.replacing("(?)", with: "(SELECT value FROM json_each(?))"),
            JSONValue.array(list.map(JSONValue.string)).text)
    }

    /// Adds the condition that one of the JSON texts in `columns` has the reference.
    mutating func filter(using reference: ResourceReference, in columns: [String]) {
        values["reference"] = reference.text
        values["reference_members"] = JSONValue.array(reference.members.sorted().map(JSONValue.string)).text
        var uses = columns.map(Self.uses)
        for (index, variable) in reference.variables.sorted().enumerated() {
            // Whatever ends the name; the text's own end is a quotation mark.
            values["reference_variable\(index)"] = "*\(variable)[^A-Za-z0-9_-]*"
            uses += columns.map { "\($0) GLOB :reference_variable\(index)" }
        }
        conditions.append("(" + uses.joined(separator: " OR ") + ")")
    }

    /// SQL for whether the JSON text in `column` has the reference `:reference`. The path of a list's element is that of
    /// the list, in which SQLite quotes names with an underscore.
    private static func uses(_ column: String) -> String {
        """
        (instr(\(column), :reference) > 0 AND EXISTS (
            SELECT 1 FROM json_tree(\(column)) AS node, json_each(:reference_members) AS member
            WHERE node.atom = :reference AND node.type = 'text' AND (node.key = member.value
                OR substr(replace(node.path, '"', ''), -length(member.value) - 1) = '.' || member.value)))
        """
    }

    /// Whether any row of `table` meets the conditions.
    func hasMatch(in table: String, _ database: Database) throws -> Bool {
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try Bool.fetchOne(
            database, sql: "SELECT EXISTS (SELECT 1 FROM \(table) \(condition))",
            arguments: StatementArguments(values.mapValues { $0 as (any DatabaseValueConvertible)? })) ?? false
    }

    /// Reads one page.
    ///
    /// - Throws: `StorageError.invalidCursor`, `DatabaseError`, or what `item` throws.
    func page<Item: Sendable>(
        _ request: PageRequest, of database: Database, select: String, from table: String,
        item: (Row) throws -> Item
    ) throws -> Page<Item> {
        var conditions = conditions
        var values = values
        if let cursor = try request.cursor.map({ try Cursor($0) }) {
            conditions.append(
                "(\(key), sequence) \(request.direction == .ascending ? ">" : "<") (:cursor_key, :cursor_sequence)")
            switch cursor.key {
            case .integer(let number): values["cursor_key"] = number
            default: values["cursor_key"] = cursor.key.stringValue
            }
            values["cursor_sequence"] = cursor.sequence
        }
        let order = request.direction == .ascending ? "ASC" : "DESC"
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        values["limit"] = request.size + 1
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT \(select), \(key) AS sort_key FROM \(table) \(condition)
                ORDER BY \(key) \(order), sequence \(order) LIMIT :limit
                """,
            arguments: StatementArguments(values.mapValues { $0 as (any DatabaseValueConvertible)? }))
        var next: String?
        if rows.count > request.size, let last = rows.prefix(request.size).last {
            let value: DatabaseValue = last["sort_key"]
            let key =
                Int.fromDatabaseValue(value).map(JSONValue.integer) ?? .string(String.fromDatabaseValue(value) ?? "")
            next = Cursor(key: key, sequence: last["sequence"]).text
        }
        return Page(items: try rows.prefix(request.size).map(item), nextCursor: next)
    }
}
