import HTTPTypes

/// The one range of bytes that a `Range` header asks for (RFC 9110, section 14).
enum ByteRange: Sendable, Hashable {
    /// The whole content: there is no such header, or one that may be ignored, such as several ranges.
    case whole
    case part(Range<Int>)
    /// A range that the content does not have.
    case unsatisfiable

    /// - Parameter size: of the whole content, in bytes.
    init(_ header: String?, size: Int) {
        self = .whole
        guard let header, header.hasPrefix("bytes=") else { return }
        let ends = header.dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " } }
        guard ends.count == 2, ends.allSatisfy({ $0.allSatisfy(\.isNumber) }) else { return }
        switch (Int(ends[0]), Int(ends[1])) {
        case (let first?, let last?) where first <= last:
            self = first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
        case (let first?, nil) where ends[1].isEmpty:
            self = first < size ? .part(first..<size) : .unsatisfiable
        case (nil, let count?) where ends[0].isEmpty:
            self = count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
        default:
            return
        }
    }
}
