import Engines
import Foundation

/// multilingual-e5-small through its C library: some 30 ms for a sentence on one thread.
public struct E5Embedder: TextEmbedder {
    /// The model's id in the manifest.
    public let id: String
    private let model: Model
    private let pool: InferencePool

    /// Characters of a text that are read; the network itself reads 512 tokens at a time.
    private static let longestText = 2_000

    /// Loads the model `id` from `home`, whose pages are read when they are needed.
    ///
    /// - Throws: `EngineError` when a file is missing or unusable, or the processor lacks what the library was compiled for.
    public init(id: String = "multilingual-e5-small", home: EngineHome, pool: InferencePool) throws {
        self.id = id
        guard Self.hasVectorUnit else {
            throw EngineError(.unavailable, engine: id, "the processor has no AVX2")
        }
        model = try Model(
            engine: id, library: home.modelFile(id, "libe5.so"), weights: home.modelFile(id, "e5-small-q4.bin"))
        self.pool = pool
    }

    /// The text's vector; of more than 2,000 characters only the first count.
    public func vector(of text: String, as role: EmbeddingRole) async throws -> [Float] {
        let text = String(text.prefix(Self.longestText))
        return try await pool.run(role == .query ? .finalTranscript : .laterClause) { [model] in
            try model.vector(of: text, isQuery: role == .query)
        }
    }

    /// Whether the processor can run code for x86-64-v3.
    private static let hasVectorUnit: Bool = {
        let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let flags = text.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ") ?? []
        return Set(["avx2", "fma", "bmi2"]).isSubset(of: flags.map(String.init))
    }()

    /// The library with its model.
    ///
    /// `@unchecked`: the weights are only read, and each call has memory of its own.
    private final class Model: @unchecked Sendable {
        typealias Load = @convention(c) (UnsafePointer<CChar>) -> OpaquePointer?
        typealias Free = @convention(c) (OpaquePointer) -> Void
        typealias Width = @convention(c) (OpaquePointer) -> Int32
        typealias Embed =
            @convention(c) (
                OpaquePointer, UnsafePointer<CChar>, Int32, UnsafeMutablePointer<Float>
            ) -> Int32

        private let engine: String
        private let state: OpaquePointer
        private let width: Int
        private let embed: Embed
        private let free: Free

        init(engine: String, library: String, weights: String) throws {
            let library = try SharedLibrary(library, engine: engine)
            let load = try library.function("e5_load", as: Load.self)
            let width = try library.function("e5_dim", as: Width.self)
            embed = try library.function("e5_embed", as: Embed.self)
            free = try library.function("e5_free", as: Free.self)
            guard let state = load(weights) else {
                throw EngineError(.unavailable, engine: engine, "\(weights) cannot be loaded")
            }
            self.engine = engine
            self.state = state
            self.width = Int(width(state))
        }

        deinit { free(state) }

        /// It blocks, so call it on the pool.
        func vector(of text: String, isQuery: Bool) throws -> [Float] {
            var status: Int32 = 0
            let vector = [Float](unsafeUninitializedCapacity: width) { output, count in
                guard let target = output.baseAddress else { return }
                // A zero within the text would end it.
                status = embed(state, text.replacing("\0", with: " "), isQuery ? 1 : 0, target)
                count = width
            }
            guard status == 0 else { throw EngineError(.failed, engine: engine, "a text was not read") }
            return vector
        }
    }
}
