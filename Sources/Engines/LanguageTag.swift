/// Operations on BCP-47 language tags.
public enum LanguageTag {
    /// The language itself: `pt` of `pt-BR`, in lower case.
    public static func primary(_ tag: String) -> String {
        String(tag.lowercased().prefix { $0 != "-" && $0 != "_" })
    }

    /// Whether a tag names no language, as where nobody has said which one it is.
    public static func isUnknown(_ tag: String) -> Bool { primary(tag) == "und" }

    /// Whether `language` is among `languages`, regardless of regions; `mul` stands for all languages.
    public static func covers(_ languages: [String], _ language: String) -> Bool {
        let wanted = primary(language)
        return languages.contains { $0 == "mul" || primary($0) == wanted }
    }
}
