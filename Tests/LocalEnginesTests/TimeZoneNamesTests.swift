import Testing

@testable import ToolDecisions

@Suite("Names of time zones")
struct TimeZoneNamesTests {
    @Test(
        "places as they are said",
        arguments: [
            ("Tokyo", "Asia/Tokyo"), ("New York", "America/New_York"), ("london", "Europe/London"),
            ("Europe London", "Europe/London"), ("Europe/London", "Europe/London"), ("Sydney.", "Australia/Sydney"),
            ("UTC", "UTC"),
        ])
    func places(_ words: String, _ identifier: String) {
        #expect(TimeZoneNames.identifier(for: words) == identifier)
    }

    @Test("places that the database does not name", arguments: ["", "Nowhere", "Europe", "New"])
    func unknown(_ words: String) {
        #expect(TimeZoneNames.identifier(for: words) == nil)
    }
}
