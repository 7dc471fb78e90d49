/// What Parley needs of BCP-47 tags.
public enum LanguageTag {
    /// The language itself: `pt` of `pt-BR`, in lower case.
    public static func primary(_ tag: String) -> String {
        String(tag.lowercased().prefix { $0 != "-" && $0 != "_" })
    }

    /// Whether `language` is among `languages`, regions aside; `mul` stands for all.
    public static func covers(_ languages: [String], _ language: String) -> Bool {
        let wanted = primary(language)
        return languages.contains { $0 == "mul" || primary($0) == wanted }
    }
}
