import Engines
import Foundation
import Yams

/// The models that Parley knows, as `models.yaml` lists them.
public struct ModelManifest: Sendable, Hashable {
    /// The models, the user's own first, each group in the order of its file; ids are unique.
    public let models: [Model]

    /// What Parley needs to know of a model; the set-up reads where its files come from.
    public struct Model: Sendable, Hashable, Decodable, Identifiable {
        /// The id, which is also the name of the model's directory and its name in agents' configurations.
        public var id: String
        /// The purpose of the model.
        public var kind: Kind
        /// The part of Parley that runs it, such as `piper`.
        public var engine: String
        /// The name for people.
        public var name: String
        /// Whether the model is installed by the set-up, and used where nothing else is configured.
        public var isDefault: Bool
        /// The languages, BCP-47; `mul` for a model that does not depend on the language.
        public var languages: [String]
        /// The files in the model's directory once it is installed.
        public var files: [File]
        /// Options of the engine, such as the speaker of a voice.
        public var options: ModelOptions
        /// The sample rate of a voice, in Hz; nil where the manifest does not state it.
        public var sampleRate: Int?
        /// Approximate resident memory once loaded, in MiB; nil where the manifest does not state it.
        public var memory: Int?
        /// Whether the entry is unchanged from Parley's own manifest, whose models are tested and have known checksums.
        public internal(set) var isParleys = false

        /// The purposes of models.
        public enum Kind: String, Sendable, Hashable, Decodable {
            case voiceActivity = "vad"
            case noiseSuppression = "denoise"
            case speechToText = "stt"
            case turnDetection = "turn"
            case textToSpeech = "tts"
            case languageModel = "llm"
            case embedding = "embed"
            case toolDecision = "decide"
        }

        /// One file of a model.
        public struct File: Sendable, Hashable {
            /// The path within the model's directory.
            public var path: String
            /// The size in bytes; nil where the manifest does not state it.
            public var size: Int64?
        }

        private enum CodingKeys: String, CodingKey {
            case id, kind, engine, name, languages, files, prepare, options
            case isDefault = "default"
            case sampleRate = "sample_rate"
            case memory = "memory_mb"
        }

        /// Creates an entry without a manifest.
        public init(
            id: String, kind: Kind, engine: String, languages: [String] = [], files: [File] = [],
            options: ModelOptions = ModelOptions()
        ) {
            self.id = id
            self.kind = kind
            self.engine = engine
            name = id
            isDefault = false
            self.languages = languages
            self.files = files
            self.options = options
        }

        /// A file in the manifest's form; some files are needed only to make others.
        private struct Entry: Decodable {
            var path: String
            var size: Int64?
            var temporary: Bool?
        }

        /// Reads an entry of `models.yaml`.
        public init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(String.self, forKey: .id)
            guard !id.isEmpty, !id.hasPrefix("."), !id.contains("/") else {
                throw DecodingError.dataCorruptedError(
                    forKey: .id, in: container, debugDescription: "\"\(id)\" cannot be the name of a directory")
            }
            kind = try container.decode(Kind.self, forKey: .kind)
            engine = try container.decode(String.self, forKey: .engine)
            name = try container.decodeIfPresent(String.self, forKey: .name) ?? id
            isDefault = try container.decodeIfPresent(Bool.self, forKey: .isDefault) ?? false
            languages = try container.decodeIfPresent([String].self, forKey: .languages) ?? []
            let fetched = try container.decodeIfPresent([Entry].self, forKey: .files) ?? []
            let prepared = try container.decodeIfPresent([Entry].self, forKey: .prepare) ?? []
            files = (fetched.filter { $0.temporary != true } + prepared).map { File(path: $0.path, size: $0.size) }
            options = try container.decodeIfPresent(ModelOptions.self, forKey: .options) ?? ModelOptions()
            sampleRate = try container.decodeIfPresent(Int.self, forKey: .sampleRate)
            memory = try container.decodeIfPresent(Int.self, forKey: .memory)
        }
    }

    /// Reads a manifest's text with the text of the user's own merged into it: an entry with the id of one of Parley's
    /// replaces the fields that it has.
    ///
    /// - Parameters:
    ///   - source: The name of the text in errors.
    ///   - userSource: The name of the user's text in errors.
    /// - Throws: `EngineError` that names the place of a mistake.
    public init(
        yaml: String, source: String = "models.yaml", user: String? = nil, userSource: String = "the user's models.yaml"
    ) throws {
        let ours = try Self.entries(yaml, source)
        let theirs = try user.map { try Self.entries($0, userSource) } ?? []
        let own = Set(theirs.map(\.id))
        models =
            try theirs.map { entry in
                let base = ours.first { $0.id == entry.id }?.fields ?? Node.Mapping([])
                return try Self.model(base.merging(entry.fields), "\(userSource): models[\(entry.index)]")
            }
            + ours.filter { !own.contains($0.id) }.map { entry in
                var model = try Self.model(entry.fields, "\(source): models[\(entry.index)]")
                model.isParleys = true
                return model
            }
    }

    /// Reads the manifest in `file`, with the user's own models of `home` merged into it.
    ///
    /// - Throws: `EngineError` when a file cannot be read or understood.
    public init(file: String, home: EngineHome? = nil) throws {
        let user = home?.userManifest
        let isThere = user.map { FileManager.default.fileExists(atPath: $0) } ?? false
        try self.init(
            yaml: Self.text(of: file), source: file, user: isThere ? user.map(Self.text) : nil,
            userSource: user ?? "")
    }

    /// The model called `id`; nil when there is none.
    public subscript(id: String) -> Model? { models.first { $0.id == id } }

    /// The model of a kind that is used where nothing else is configured: the first default one, the user's before
    /// Parley's.
    ///
    /// - Parameter engines: The engines that can run it.
    /// - Throws: `EngineError` that says what is missing or wrong, with the remedy.
    public func installedDefault(of kind: Model.Kind, engines: [String], in home: EngineHome) throws -> Model {
        guard let model = models.first(where: { $0.kind == kind && $0.isDefault }) else {
            throw EngineError(
                .unavailable, engine: "models",
                "no model of kind \"\(kind.rawValue)\" has `default: true` in models.yaml")
        }
        guard engines.contains(model.engine) else {
            let known = engines.map { "\"\($0)\"" }.joined(separator: ", ")
            throw EngineError(
                .rejected, engine: model.id,
                "models.yaml says `engine: \(model.engine)`; engines for \"\(kind.rawValue)\" models are \(known)")
        }
        if let file = Self.missingFile(of: model, in: home) {
            throw EngineError(
                .unavailable, engine: model.id,
                """
                the model is not installed (\(home.modelDirectory(model.id))/\(file) is missing or incomplete); \
                `parley models fetch \(model.id)` fetches it, `make setup` everything that is missing
                """)
        }
        return model
    }

    /// The models of a kind whose files are all installed: the default first, then the others in their order.
    public func installed(_ kind: Model.Kind, in home: EngineHome) -> [Model] {
        let here = models.filter { $0.kind == kind && Self.missingFile(of: $0, in: home) == nil }
        guard let first = here.firstIndex(where: \.isDefault) else { return here }
        return [here[first]] + here[..<first] + here[(first + 1)...]
    }

    /// The first file of `model` that is missing in `home`, or has the wrong size; checksums are checked at
    /// installation.
    private static func missingFile(of model: Model, in home: EngineHome) -> String? {
        model.files.first { file in
            let path = "\(home.modelDirectory(model.id))/\(file.path)"
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let size = (attributes?[.size] as? NSNumber)?.int64Value else { return true }
            return file.size.map { $0 != size } ?? false
        }?.path
    }

    private struct Entry {
        var id: String
        var index: Int
        var fields: Node.Mapping
    }

    private static func entries(_ yaml: String, _ source: String) throws -> [Entry] {
        let document: Node?
        do {
            document = try compose(yaml: yaml)
        } catch {
            throw Self.error(source, "\(error)")
        }
        guard let document else { return [] }
        guard let fields = document.mapping else { throw Self.error(source, "is not a map with `models`") }
        guard let list = fields["models"], list.null == nil else { return [] }
        guard let sequence = list.sequence else { throw Self.error(source, "models: is not a list") }
        var entries: [Entry] = []
        for (index, node) in sequence.enumerated() {
            guard let fields = node.mapping, let id = fields["id"]?.string else {
                throw Self.error(source, "models[\(index)].id is missing")
            }
            guard !entries.contains(where: { $0.id == id }) else {
                throw Self.error(source, "the model \"\(id)\" is listed twice")
            }
            entries.append(Entry(id: id, index: index, fields: fields))
        }
        return entries
    }

    private static func model(_ fields: Node.Mapping, _ place: String) throws -> Model {
        do {
            return try YAMLDecoder().decode(Model.self, from: Node.mapping(fields))
        } catch let error as DecodingError {
            throw EngineError(.rejected, engine: "models", "\(place)\(explanation(error))")
        } catch {
            throw Self.error(place, "\(error)")
        }
    }

    private static func text(of file: String) throws -> String {
        do {
            return try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw Self.error(file, "cannot be read")
        }
    }

    private static func error(_ source: String, _ message: String) -> EngineError {
        EngineError(.rejected, engine: "models", "\(source): \(message)")
    }

    /// The error's description, beginning with the place inside the entry, such as `.files[0].path`.
    private static func explanation(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            (context.codingPath + (key.map { [$0] } ?? []))
                .map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(place(context)): \(context.debugDescription)"
        @unknown default: " cannot be understood"
        }
    }
}

extension Node.Mapping {
    /// These fields, replaced or extended by those of `other`.
    fileprivate func merging(_ other: Node.Mapping) -> Node.Mapping {
        var merged = self
        for (name, value) in other { merged[name] = value }
        return merged
    }
}
