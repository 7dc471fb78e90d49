import Engines
import Foundation
import JSON
import Testing

@testable import LocalEngines
@testable import ToolDecisions

@Suite struct SpokenMomentsTests {
    /// Tuesday.
    private let today = SpokenMoments.today(in: "You are helpful. Today is Tuesday, 9 June 2026.")

    private func moments(_ text: String) throws -> SpokenMoments {
        SpokenMoments([caller(text)], today: try #require(today))
    }

    @Test(arguments: [
        ("Can I come tomorrow?", "2026-06-10"), ("This Saturday, please.", "2026-06-13"), ("On Tuesday.", "2026-06-16"),
        ("Next Wednesday.", "2026-06-17"), ("Next Monday.", "2026-06-15"), ("Tonight at eight.", "2026-06-09"),
        ("The day after tomorrow.", "2026-06-11"), ("On December fifth.", "2026-12-05"),
        ("The twenty first of July.", "2026-07-21"), ("On January 3rd.", "2027-01-03"), ("On 14 June.", "2026-06-14"),
        ("On 2026-07-02.", "2026-07-02"),
    ])
    func daysAreReckoned(text: String, day: String) throws {
        #expect(try moments(text).day(text) == day)
    }

    @Test(arguments: [
        ("At seven in the evening.", "19:00"), ("At two in the afternoon.", "14:00"), ("At seven thirty pm", "19:30"),
        ("Half past ten.", "10:30"), ("A quarter to nine in the evening.", "20:45"), ("At noon.", "12:00"),
        ("At 8:15 tonight.", "20:15"), ("At 16:45.", "16:45"),
        ("At 9 p.m., please.", "21:00"), ("At 8 a.m.", "08:00"), ("At ten oh five.", "10:05"),
        ("At eight twenty five in the morning.", "08:25"), ("At three.", "15:00"),
    ])
    func timesAreReckoned(text: String, time: String) throws {
        #expect(try moments(text).time(text) == time)
    }

    @Test(
        "A day is the one that it is in the agent's time zone: on either side of midnight and of a change of the clock",
        arguments: [
            // 23:30 UTC.
            ("2026-06-09T23:30:00Z", "Europe/Vienna", "2026-06-11"), ("2026-06-09T23:30:00Z", "UTC", "2026-06-10"),
            ("2026-06-09T23:30:00Z", "America/New_York", "2026-06-10"),
            // 02:00 UTC: still the day before in the west.
            ("2026-06-10T02:00:00Z", "America/Los_Angeles", "2026-06-10"),
            ("2026-06-10T02:00:00Z", "Pacific/Kiritimati", "2026-06-11"),
            // A minute before and after midnight in Vienna.
            ("2026-06-09T21:59:00Z", "Europe/Vienna", "2026-06-10"),
            ("2026-06-09T22:01:00Z", "Europe/Vienna", "2026-06-11"),
            // The clock goes forward on 29 March and back on 25 October: days of 23 and of 25 hours.
            ("2026-03-28T23:30:00Z", "Europe/Vienna", "2026-03-30"),
            ("2026-03-29T22:30:00Z", "Europe/Vienna", "2026-03-31"),
            ("2026-10-24T22:30:00Z", "Europe/Vienna", "2026-10-26"),
            ("2026-10-25T22:30:00Z", "Europe/Vienna", "2026-10-26"),
            ("2026-10-25T23:30:00Z", "Europe/Vienna", "2026-10-27"),
            ("1969-12-31T23:30:00Z", "UTC", "1970-01-01"),
        ])
    func zones(instant: String, zone: String, tomorrow: String) throws {
        let day = CivilDay(
            of: try Date.ISO8601FormatStyle().parse(instant), in: try #require(TimeZone(identifier: zone)))
        #expect(SpokenMoments([caller("Tomorrow.")], today: day).day("tomorrow") == tomorrow)
    }

    @Test("Today is what the prompt says, or else the day in the agent's time zone, or else in UTC")
    func dayInZone() throws {
        let now = try Date.ISO8601FormatStyle().parse("2026-06-09T23:30:00Z")
        func today(_ prompt: String, _ zone: String?) -> String {
            LlamaToolDecider.today(
                of: GenerationRequest(messages: [.system(prompt), .user("Hi.")], timezone: zone), now: now
            ).text
        }
        #expect(today("Be kind.", "Europe/Vienna") == "2026-06-10")
        #expect(today("Be kind.", nil) == "2026-06-09")
        #expect(today("Be kind.", "Mars/Olympus") == "2026-06-09")
        #expect(today("Today is Friday, 12:33 12 December 2025.", "Europe/Vienna") == "2025-12-12")
    }

    @Test func modelSaysWhichOfSeveralIsMeant() throws {
        let moments = try moments("Not Monday at nine in the morning, Thursday at four in the afternoon.")
        #expect(moments.day("Monday") == "2026-06-15" && moments.time("9:00") == "09:00")
        #expect(moments.day("Thursday") == "2026-06-11" && moments.time("16:00") == "16:00")
        // What it invents is nobody's: the last one is.
        #expect(moments.day("2023-04-15") == "2026-06-11")
    }

    @Test("of what the agent offered, the caller's words have chosen, until it says something else")
    func callersMomentsCount() throws {
        let today = try #require(today)
        let offer = agent("We have Wednesday at 12:00, Thursday at 13:00 and Friday at 18:00. Which suits you?")
        let chosen = SpokenMoments([offer, caller("One o'clock on Thursday, please.")], today: today)
        #expect(chosen.time("12:00") == "13:00" && chosen.day("Wednesday") == "2026-06-11")
        let open = SpokenMoments([offer, caller("The first one, please.")], today: today)
        #expect(open.time("12:00") == "12:00" && open.day("Wednesday") == "2026-06-10")
        for (words, time) in [
            ("Please book the first one for Laura.", "09:00"), ("The second, please.", "10:00"),
            ("I'd take your last one.", "11:00"), ("I was there last week.", "10:00"),
            ("That's the last thing I need.", "10:00"),
        ] {
            let times = SpokenMoments([agent("We have 09:00, 10:00, 11:00."), caller(words)], today: today)
            // The model says ten, whatever was meant.
            #expect(times.time("10:00") ?? "10:00" == time, "\(words)")
        }
        // A choice stands when the agent names other times later.
        let text = SpokenMoments(
            [
                agent("We have 09:00 and 10:00."), caller("The second one."),
                agent("10:00, then. Shall I text you at 08:30 or 09:30?"), caller("Yes."),
            ], today: today)
        #expect(text.time("10:00") == "10:00")
        let other = SpokenMoments(
            [caller("Thursday at seven."), agent("I only have 18:30 or 20:00 on Friday."), caller("The later one.")],
            today: today)
        #expect(other.time("20:00") == "20:00" && other.day("Friday") == "2026-06-12")
        let confirmed = SpokenMoments(
            [offer, caller("One o'clock."), agent("At 13:00. Under which name?"), caller("Okafor.")], today: today)
        #expect(confirmed.time("12:00") == "13:00")
    }

    @Test("the part of the day that a caller has named holds for the time that follows, until they name another day")
    func partOfDayHolds() throws {
        func time(_ lines: DialogueLine...) throws -> String? {
            SpokenMoments(lines, today: try #require(today)).time("at seven")
        }
        let asked = caller("Is there a table on Wednesday evening?")
        #expect(try time(asked, agent("Yes, there is."), caller("I'll take the one at seven.")) == "19:00")
        #expect(try time(asked, agent("No, sorry."), caller("Then on Thursday at seven.")) == "07:00")
        #expect(try time(caller("In the morning."), agent("When?"), caller("At seven in the evening.")) == "19:00")
    }

    @Test func nothingIsMadeUp() throws {
        let moments = try moments("A table for four people, number twelve.")
        #expect(moments.day("tomorrow") == nil && moments.time("12:00") == nil)
        #expect(SpokenMoments.today(in: "We are open today until six.") == nil)
    }
}
