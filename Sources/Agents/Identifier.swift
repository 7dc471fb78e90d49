/// Makes ids of agents, conversations and keys.
public enum Identifier {
    /// Base 32 in lower case, without the letters that look like digits.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// A new id: `prefix`, an underscore and 28 characters, 140 random bits.
    public static func make(_ prefix: String) -> String {
        prefix + "_" + String((0..<28).map { _ in alphabet[Int.random(in: 0..<alphabet.count)] })
    }
}
