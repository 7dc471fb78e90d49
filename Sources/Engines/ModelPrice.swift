/// What a language model costs, in US dollars for a million tokens.
public struct ModelPrice: Sendable, Hashable {
    /// Of the prompt.
    public var input: Double
    /// Of the answer.
    public var output: Double

    /// Prices of a service; nothing is free but one's own machine.
    public init(input: Double, output: Double) {
        self.input = input
        self.output = output
    }

    /// Of a model on this machine.
    public static let free = ModelPrice(input: 0, output: 0)
}
