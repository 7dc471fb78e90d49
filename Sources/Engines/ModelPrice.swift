/// The price of a language model, in US dollars for a million tokens.
public struct ModelPrice: Sendable, Hashable {
    /// The price of the prompt.
    public var input: Double
    /// The price of the answer.
    public var output: Double

    /// Creates a price.
    public init(input: Double, output: Double) {
        self.input = input
        self.output = output
    }

    /// The price of a model on this machine: nothing.
    public static let free = ModelPrice(input: 0, output: 0)
}
