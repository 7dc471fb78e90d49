/// The order of a list.
public enum SortDirection: String, Sendable, Hashable {
    case ascending = "asc"
    case descending = "desc"
}

/// Which part of a list is asked for.
public struct PageRequest: Sendable, Hashable {
    /// The most items of the page: 1 to 100.
    public let size: Int
    /// From the previous page of a list with the same filter and order; nil for the first page.
    public var cursor: String?
    /// The order of the whole list.
    public var direction: SortDirection

    /// The page sizes that lists accept.
    public static let sizes = 1...100
    /// The page size when none is given.
    public static let standardSize = 30

    /// Limits `size` to 1 to 100.
    public init(
        size: Int = PageRequest.standardSize, cursor: String? = nil, direction: SortDirection = .descending
    ) {
        self.size = min(max(size, Self.sizes.lowerBound), Self.sizes.upperBound)
        self.cursor = cursor
        self.direction = direction
    }
}

/// A page of a list.
public struct Page<Item: Sendable>: Sendable {
    /// The items, at most as many as asked for.
    public var items: [Item]
    /// The cursor for the next page; nil at the end.
    public var nextCursor: String?

    /// A page that a store has read.
    public init(items: [Item], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }
}
