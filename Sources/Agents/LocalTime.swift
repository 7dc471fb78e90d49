import Foundation

/// A time of a call in its agent's time zone.
enum LocalTime {
    /// `system__time` and `system__timezone`, in `timezone` or else in UTC; empty when `utc` is no time.
    static func variables(
        at utc: String?, _ timezone: String?, _ warnings: inout [String]
    ) -> [String: String] {
        guard let utc, let date = try? Date.ISO8601FormatStyle().parse(utc) else {
            return [:]
        }
        var zone = TimeZone.gmt
        var name = "UTC"
        if let timezone, !timezone.isEmpty {
            if let known = TimeZone(identifier: timezone) {
                zone = known
                name = timezone
            } else {
                warnings.append("prompt.timezone: there is no time zone \"\(timezone)\"; UTC is used instead.")
            }
        }
        return ["system__time": text(date, zone), "system__timezone": name]
    }

    /// The time for a reader, such as `Friday, 12:33 12 December 2025`.
    private static func text(_ date: Date, _ zone: TimeZone) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = zone
        formatter.dateFormat = "EEEE, HH:mm d MMMM yyyy"
        return formatter.string(from: date)
    }
}
