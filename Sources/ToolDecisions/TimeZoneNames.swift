import Foundation

/// Identifiers of the time zone database for places as they are said: callers say "Tokyo", and tools want "Asia/Tokyo",
/// which a small model does not write by itself.
enum TimeZoneNames {
    /// The identifier of a place, such as "New York", or of one that was read aloud, such as "Europe London"; nil for
    /// places that the database does not name.
    static func identifier(for words: String) -> String? { known[key(words)] }

    private static let known: [String: String] = {
        var known: [String: String] = ["utc": "UTC", "gmt": "UTC"]
        // The shortest first: "America/Louisville" before "America/Kentucky/Louisville".
        for identifier in TimeZone.knownTimeZoneIdentifiers.sorted(by: { ($0.count, $0) < ($1.count, $1) }) {
            let parts = identifier.split(separator: "/")
            guard parts.count > 1, let place = parts.last else { continue }
            for name in [key(identifier), key(String(place))] where known[name] == nil { known[name] = identifier }
        }
        return known
    }()

    private static func key(_ text: String) -> String {
        text.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: " ")
    }
}
