extension String {
    /// The text without white space at its end.
    package var trimmingTrailingSpace: String {
        guard let last = lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(self[...last])
    }
}
