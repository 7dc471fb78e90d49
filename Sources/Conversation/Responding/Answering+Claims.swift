import Agents
import Engines
import Foundation
import JSON
import Language
import TurnTaking

extension Answering {
    /// Whether the ledger has what a sentence of the response says was done.
    func isFounded(_ claim: ClaimGate.Question, for id: ResponseID) -> Bool {
        account(of: claim, for: id)?.isFounded ?? false
    }

    /// Notes a sentence that was held back, and tells what the ledger has.
    func withhold(_ claim: ClaimGate.Question, for id: ResponseID) -> Correction {
        let sentence = claim.sentence.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let account = account(of: claim, for: id) else {
            return Correction(note: "", words: call.options.unconfirmed)
        }
        func names(_ tools: [String]) -> JSONValue { .array(tools.map(JSONValue.string)) }
        call.log(
            "claim_withheld",
            [
                "response": .integer(id.number), "sentence": .string(sentence),
                "kinds": .array(claim.claim.kinds.map(\.rawValue).sorted().map(JSONValue.string)),
                "done": names(account.done), "failed": names(account.failed), "running": names(account.running),
            ])
        call.environment.instruments.withheldClaim()
        call.record.warn("A sentence was held back, because no tool has done what it says: \(sentence)")
        let options = call.options
        let words =
            !account.running.isEmpty
            ? options.unfinished : account.isLatestFailed ? options.unsuccessful : options.unconfirmed
        return Correction(note: ChatHistory.correctionNote(account), words: words)
    }

    private func account(of claim: ClaimGate.Question, for id: ResponseID) -> ReceiptLedger.Account? {
        guard let response, response.id == id else { return nil }
        return call.receipts.account(
            of: claim.claim, in: claim.sentence,
            // Once it is released, they are part of the conversation.
            answering: response.machine.isReleased ? nil : response.answeredTurn, response.agent.spokenLanguage)
    }
}

extension ActiveAgent {
    /// What is known of the language that it speaks.
    var spokenLanguage: any SpokenLanguage {
        SpokenLanguages.language(String(settings.language.prefix { $0 != "-" }))
    }

    /// What the call says by itself in that language; nil where nobody has written it.
    var phrases: CallPhrases? { CallPhrases.of(settings.language) }

    /// What bridges a wait: its own sentences where it has any, those of its language otherwise. The hosted service's standard
    /// one is English.
    var fillers: [String] {
        let own = settings.turn.softTimeout
        let messages = [own.message] + own.additionalMessages
        let isForeign =
            messages == [CallSettings.SoftTimeout.standardMessage] && LanguageTag.primary(settings.language) != "en"
        return own.timeout == nil || isForeign ? phrases?.fillers ?? [] : messages
    }

    /// The sentences that it says without its model.
    var ownSentences: [String] { (phrases ?? .english).sentences }

    /// Holds back what its tools do not bear out; nil when it may say anything.
    func gate(_ options: CallOptions, answering words: String) -> ClaimGate? {
        guard settings.requiresReceipts else { return nil }
        // Nothing is held back in a language of which nothing is known.
        if case .unknown = spokenLanguage.claim(in: "", isWhole: false, from: 0) { return nil }
        return ClaimGate(language: spokenLanguage, answering: words, longestSentence: options.longestSentence)
    }
}
