/// Makes ids of agents, conversations and keys.
public enum Identifier {
    /// Base 32 in lower case, without the letters that look like digits.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")
    private static let length = 28

    /// A new id: `prefix`, an underscore and 28 characters, 140 random bits.
    public static func make(_ prefix: String, using generator: inout some RandomNumberGenerator) -> String {
        prefix + "_" + String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }

    /// A new id from the system's random number generator.
    public static func make(_ prefix: String) -> String {
        var generator = SystemRandomNumberGenerator()
        return make(prefix, using: &generator)
    }

    /// Whether `id` has the form of an id with `prefix`.
    public static func isValid(_ id: String, prefix: String) -> Bool {
        let start = prefix + "_"
        let rest = id.utf8.dropFirst(start.utf8.count)
        return id.hasPrefix(start) && rest.count == length
            && rest.allSatisfy { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (48...57).contains($0) }
    }
}
