/// Turns texts into vectors of one length, whose products tell how alike the texts' meanings are.
public protocol TextEmbedder: Sendable {
    /// The id of the model.
    var id: String { get }

    /// - Parameters:
    ///   - text: some sentences; what goes beyond the model's longest text may not count.
    ///   - role: what the text is compared as.
    /// - Returns: a vector of length 1.
    /// - Throws: `EngineError`, or `CancellationError`.
    func vector(of text: String, as role: EmbeddingRole) async throws -> [Float]
}

/// What a text is compared as.
public enum EmbeddingRole: Sendable, Hashable {
    /// What is looked for.
    case query
    /// What may be found.
    case passage
}
