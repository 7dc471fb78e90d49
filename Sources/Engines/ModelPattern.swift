/// Ids of models as configurations give them: whole, or with `*` at the end for all that begin so.
public enum ModelPattern {
    /// Whether `pattern` stands for `id`.
    public static func matches(_ pattern: String, _ id: String) -> Bool {
        pattern.hasSuffix("*") ? id.hasPrefix(pattern.dropLast()) : pattern == id
    }
}
