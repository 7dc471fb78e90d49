import Foundation

/// A calendar day without a time zone: once an instant has become a day in somebody's time zone, no hours are involved
/// any more, and a clock change cannot shift it.
struct CivilDay: Sendable, Hashable, Comparable {
    /// Days since 1 January 1970.
    private let number: Int

    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    private static let secondsOfDay = 86_400.0

    /// Any day, for code in which it only matters whether a day is named.
    static let someDay = CivilDay(number: 0)

    private init(number: Int) { self.number = number }

    /// The day at `instant` in `zone`.
    init(of instant: Date, in zone: TimeZone) {
        let local = instant.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: instant))
        self.init(number: Int((local / Self.secondsOfDay).rounded(.down)))
    }

    /// Nil for a date that does not exist, such as 30 February.
    init?(year: Int, month: Int, day: Int) {
        let components = DateComponents(year: year, month: month, day: day)
        guard components.isValidDate(in: Self.calendar), let date = Self.calendar.date(from: components) else {
            return nil
        }
        self.init(of: date, in: .gmt)
    }

    func adding(days: Int) -> CivilDay { CivilDay(number: number + days) }

    /// The day of the week, from 0 for Sunday to 6.
    var weekday: Int { ((number + 4) % 7 + 7) % 7 }

    /// The next such date, which may be this one; nil when neither this year nor the next has it.
    func next(month: Int, day: Int) -> CivilDay? {
        let year = components.year ?? 0
        return [year, year + 1].lazy.compactMap { CivilDay(year: $0, month: month, day: day) }.first { $0 >= self }
    }

    /// The date in ISO form, such as `2026-03-31`.
    var text: String {
        let parts = components
        return String(format: "%04d-%02d-%02d", parts.year ?? 0, parts.month ?? 0, parts.day ?? 0)
    }

    private var components: DateComponents {
        Self.calendar.dateComponents(
            [.year, .month, .day], from: Date(timeIntervalSince1970: Double(number) * Self.secondsOfDay))
    }

    static func < (left: CivilDay, right: CivilDay) -> Bool { left.number < right.number }
}
