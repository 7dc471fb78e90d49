/// The kind of answer that the agent's last words ask the caller for.
///
/// It decides how a transcript is read (`SpokenLanguage.written`) and when an answer is complete (see
/// `Completeness`).
public enum ExpectedAnswer: Sendable, Hashable, Codable {
    /// The agent asked nothing.
    case nothing
    /// An open question.
    case anything
    case phoneNumber
    case email
    /// A name or word, letter by letter.
    case spelling
    /// Letters and digits said one by one; `length` is how many, where the agent named it ("the last four digits").
    case code(length: Int?)
    /// A number or an amount.
    case quantity
    case date
    /// Yes or no.
    case confirmation
    /// One of several options that the agent has named.
    case choice

    /// Whether the answer is letters and digits said one by one.
    package var isSpelt: Bool {
        switch self {
        case .phoneNumber, .email, .spelling, .code: true
        case .nothing, .anything, .quantity, .date, .confirmation, .choice: false
        }
    }
}
