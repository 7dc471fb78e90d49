import Engines
import Foundation
import JSON
import Testing

@testable import LocalEngines
@testable import ToolDecisions

@Suite struct SpokenEvidenceTests {
    @Test(arguments: [
        ("Karen Whitfield", "Karen Whitfield"), ("karen whitfield.", "karen whitfield"), ("A4711", "A4711"),
        ("five five zero", "550"),
        // A slip of the model in a rare name.
        ("Karen Whitefield", "Karen Whitfield"),
        // Its own words for what the caller described.
        ("The heating makes strange noises", "The heating makes strange noises"),
    ])
    func saidValuesAreTaken(value: String, taken: String) {
        let evidence = SpokenEvidence([
            agent("Under which name?"), caller("Um, Karen Whitfield, order A 4711, or five five zero."),
            caller("My heating makes such strange noises since Monday."),
        ])
        #expect(evidence.text(value) == taken)
    }

    @Test(arguments: ["John Doe", "12345", "A4712", "", "Please send somebody tomorrow morning"])
    func inventedValuesAreNot(value: String) {
        let evidence = SpokenEvidence([caller("Order A4711 for Karen Whitfield, please.")])
        #expect(evidence.text(value) == nil)
    }

    @Test func numbersAreReadInFiguresAndWords() {
        let evidence = SpokenEvidence([caller("Twenty five of us, two hundred and 15, or eight.")])
        #expect(evidence.numbers.isSuperset(of: [25, 200, 15, 8]) && !evidence.numbers.contains(10))
    }

    @Test(
        "numbers of times and days count nothing",
        arguments: [
            ("At one o'clock, for poor guests.", [Int]()), ("Four of us at seven thirty.", [4]),
            ("A table for four this evening at eight.", [4]), ("Around ten people, at 7 p.m.", [10]),
            ("On December 5, for two.", [2]), ("The fifth of May, 2026-07-02 or 12:30, for three.", [3]),
            ("From two to four people.", [2, 4]), ("A quarter to nine, number twelve.", [12]),
        ])
    func numbersOfMomentsCountNothing(text: String, numbers: [Int]) {
        #expect(SpokenEvidence([caller(text)]).numbers == Set(numbers))
    }

    @Test(
        "signs that belong to a value stay, quotation marks and the end of a sentence do not",
        arguments: [
            ("+4312345678", "+4312345678"), ("/work/x", "/work/x"), ("/work/x.", "/work/x"), ("#12", "#12"),
            ("50%", "50%"), ("\u{201C}Whitfield,\u{201D} ", "Whitfield"),
        ])
    func signsOfValuesStay(value: String, taken: String) {
        let evidence = SpokenEvidence([
            caller("My number is +4312345678, the folder is /work/x, room #12, at 50%, for Whitfield.")
        ])
        #expect(evidence.text(value) == taken)
        let corrected = SpokenEvidence([caller("+4312345678, no, sorry, +4312345679.")])
        #expect(corrected.text("+4312345678") == "+4312345679")
    }

    @Test func lastOptionThatTheCallerSaidCounts() {
        let evidence = SpokenEvidence([
            caller("A check-up in the morning."), agent("Only the afternoon is free."),
            caller("Morning would be better."),
        ])
        #expect(evidence.lastSaid(of: ["morning", "afternoon"]) == "morning")
        #expect(evidence.lastSaid(of: ["cleaning", "check_up"]) == "check_up")
        #expect(evidence.lastSaid(of: ["cleaning", "filling"]) == nil)
        let agentOnly = SpokenEvidence([agent("Is it for printers or a laptop?"), caller("The first.")])
        #expect(agentOnly.lastSaid(of: ["printer", "laptop"]) == "laptop")
    }

    @Test func refusalsAnswerAQuestion() {
        let question = agent("Shall I book it?")
        #expect(SpokenEvidence.isRefusal([question, caller("Um, no, not yet.")]))
        #expect(SpokenEvidence.isRefusal([question, caller("Don't book it, please.")]))
        #expect(!SpokenEvidence.isRefusal([question, caller("Yes, please.")]))
        #expect(!SpokenEvidence.isRefusal([agent("It is booked."), caller("No, I meant Friday.")]))
        #expect(SpokenEvidence.isRefusal([question, caller("Oh, I didn't know that. No, then leave it.")]))
        // Something else instead.
        #expect(!SpokenEvidence.isRefusal([question, caller("No, on Thursday, please.")]))
        #expect(!SpokenEvidence.isRefusal([caller("No.")]))
    }

    @Test func thanksForAnAnswerWantNothing() {
        let answer = agent("It will arrive on Friday.")
        #expect(SpokenEvidence.isThanks([answer, caller("Wonderful, thank you very much.")]))
        #expect(!SpokenEvidence.isThanks([answer, caller("Thanks. And where is the other one?")]))
        #expect(!SpokenEvidence.isThanks([agent("Shall I book it?"), caller("Yes, thank you.")]))
        #expect(
            !SpokenEvidence.isThanks([answer, caller("Thank you. Please send the next one to my office instead.")]))
    }

    @Test(arguments: [
        ("Okay, bye.", true), ("Thanks, goodbye then!", true), ("Bye bye now.", true), ("By Friday.", false),
        ("My name is Okafor.", false),
        ("Before I say goodbye to the old phone I want to know what a new one costs.", false),
    ])
    func goodbyes(words: String, isGoodbye: Bool) {
        #expect(SpokenEvidence.isGoodbye([agent("Hello."), caller(words)]) == isGoodbye)
    }

    @Test(arguments: [
        ("transfer_to_human", "", true), ("connectFrontDesk", "Puts the caller through to the front desk.", true),
        ("transfer_call", "Transfers the call to a colleague.", true),
        ("transfer_money", "Moves an amount between two accounts.", false),
        ("connect_emergency", "Connects the caller with the fire brigade.", false),
        ("book_table", "Books a table for the caller.", false),
    ])
    func toolsThatLeadToPersons(name: String, description: String, leadsToPerson: Bool) {
        let tool = ToolDefinition(name: name, description: description, parameters: [:])
        #expect(tool.leadsToPerson == leadsToPerson)
    }

    @Test func callsEndAndFloorsAreLeftOnlyWhereWordsSayIt() {
        let offer = agent("Can I do anything else for you?")
        #expect(SpokenEvidence.isEnd([offer, caller("No, thank you.")]))
        #expect(SpokenEvidence.isEnd([agent("It is booked."), caller("Great, that's all.")]))
        #expect(!SpokenEvidence.isEnd([agent("What is your name?"), caller("Okafor.")]))
        #expect(!SpokenEvidence.isEnd([agent("Shall I book it?"), caller("No.")]))
        #expect(!SpokenEvidence.isEnd([caller("That's all."), offer]))
        #expect(SpokenEvidence.isPause([caller("Could you hold on a second?")]))
        #expect(!SpokenEvidence.isPause([caller("Bye.")]))
        #expect(SpokenEvidence.asksForPerson([caller("I'd rather speak to a real person, please.")]))
        #expect(SpokenEvidence.asksForPerson([caller("Can you put me through to somebody?")]))
        #expect(!SpokenEvidence.asksForPerson([caller("I don't want to talk to anybody, no real person.")]))
        #expect(!SpokenEvidence.asksForPerson([caller("A table for one person, please.")]))
        #expect(SpokenEvidence.isDeferral([caller("My number is 12345, but don't look anything up yet.")]))
        #expect(!SpokenEvidence.isDeferral([caller("Has my order come yet?")]))
    }

    @Test func whatWasDoneIsNamedAnewOrNot() {
        let values: [String: JSONValue] = ["item": "coffee", "count": 1]
        #expect(SpokenEvidence.repeats(values, in: [caller("Another coffee, please.")]))
        #expect(!SpokenEvidence.repeats(values, in: [caller("Coffee."), agent("Done."), caller("How much is that?")]))
        #expect(!SpokenEvidence.repeats(values, in: [caller("Coffee it is.")]))
    }

    @Test func correctionsCount() {
        let evidence = SpokenEvidence([caller("French, number 15837260. No, sorry, 15837206, and Italian, not French.")]
        )
        #expect(evidence.text("15837260") == "15837206")
        #expect(evidence.lastSaid(of: ["french", "italian"]) == "italian")
    }
}
