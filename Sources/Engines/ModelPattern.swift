/// Matches ids of models with configured patterns: whole ids, or a prefix followed by `*`.
public enum ModelPattern {
    /// Whether `pattern` matches `id`.
    public static func matches(_ pattern: String, _ id: String) -> Bool {
        pattern.hasSuffix("*") ? id.hasPrefix(pattern.dropLast()) : pattern == id
    }
}
