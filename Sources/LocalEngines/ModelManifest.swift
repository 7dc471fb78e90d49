import Engines
import Foundation
import Yams

/// The models that Parley knows, as `models.yaml` lists them.
public struct ModelManifest: Sendable, Hashable {
    /// In the order of the files; ids are unique.
    public private(set) var models: [Model]

    /// One model.
    public struct Model: Sendable, Hashable, Codable, Identifiable {
        /// The name of its directory, and what agents' configurations may call it.
        public var id: String
        /// What it is for.
        public var kind: Kind
        /// The part of Parley that runs it, such as `piper`.
        public var engine: String
        /// For people.
        public var name: String
        /// Fetched at set-up, and used where nothing else is configured.
        public var isDefault: Bool
        /// BCP-47; `mul` means that language does not matter.
        public var languages: [String]
        /// SPDX.
        public var licence: String
        /// Resident memory once loaded, roughly, in megabytes.
        public var memory: Int?
        /// Of what a voice says, in Hz.
        public var sampleRate: Int?
        /// What stays in the model's directory once it is installed.
        public var files: [File]

        /// What a model is for.
        public enum Kind: String, Sendable, Hashable, Codable {
            case voiceActivity = "vad"
            case speechToText = "stt"
            case turnDetection = "turn"
            case textToSpeech = "tts"
            case languageModel = "llm"
        }

        /// One file of a model.
        public struct File: Sendable, Hashable, Codable {
            /// In the model's directory.
            public var path: String
            /// Of the content, in hexadecimal.
            public var sha256: String
            /// In bytes.
            public var size: Int64
        }

        private enum CodingKeys: String, CodingKey {
            case id, kind, engine, name, languages, licence, files, prepare
            case isDefault = "default"
            case memory = "memory_mb"
            case sampleRate = "sample_rate"
        }

        /// A file as the manifest has it: some are only needed to make others.
        private struct Entry: Decodable {
            var path: String
            var sha256: String
            var size: Int64
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
            licence = try container.decodeIfPresent(String.self, forKey: .licence) ?? ""
            memory = try container.decodeIfPresent(Int.self, forKey: .memory)
            sampleRate = try container.decodeIfPresent(Int.self, forKey: .sampleRate)
            let fetched = try container.decodeIfPresent([Entry].self, forKey: .files) ?? []
            let prepared = try container.decodeIfPresent([Entry].self, forKey: .prepare) ?? []
            files = (fetched.filter { $0.temporary != true } + prepared).map {
                File(path: $0.path, sha256: $0.sha256, size: $0.size)
            }
        }

        /// Writes what is known of the model; where its files come from is left out.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(id, forKey: .id)
            try container.encode(kind, forKey: .kind)
            try container.encode(engine, forKey: .engine)
            try container.encode(name, forKey: .name)
            try container.encode(isDefault, forKey: .isDefault)
            try container.encode(languages, forKey: .languages)
            try container.encode(licence, forKey: .licence)
            try container.encodeIfPresent(memory, forKey: .memory)
            try container.encodeIfPresent(sampleRate, forKey: .sampleRate)
            try container.encode(files, forKey: .files)
        }
    }

    private struct Document: Decodable {
        var models: [Model]
    }

    /// Reads a manifest's text.
    ///
    /// - Parameter source: What the text is called in errors.
    /// - Throws: `EngineError` that says where it is wrong.
    public init(yaml: String, source: String = "models.yaml") throws {
        do {
            models = try YAMLDecoder().decode(Document.self, from: yaml).models
        } catch let error as DecodingError {
            throw Self.error(source, Self.explanation(error))
        } catch {
            throw Self.error(source, "\(error)")
        }
        if let twice = Dictionary(grouping: models, by: \.id).values.first(where: { $0.count > 1 })?.first {
            throw Self.error(source, "the model \"\(twice.id)\" is listed twice")
        }
    }

    /// Reads the manifest in `file`, with the user's own models laid over it when `home` lists some.
    ///
    /// - Throws: `EngineError` when a file cannot be read or understood.
    public init(file: String, home: EngineHome? = nil) throws {
        try self.init(yaml: Self.text(of: file), source: file)
        if let user = home?.userManifest, FileManager.default.fileExists(atPath: user) {
            try lay(over: ModelManifest(yaml: Self.text(of: user), source: user))
        }
    }

    /// Replaces the models that `other` has too, in their places, and adds the others at the end.
    public mutating func lay(over other: ModelManifest) {
        for model in other.models {
            if let index = models.firstIndex(where: { $0.id == model.id }) {
                models[index] = model
            } else {
                models.append(model)
            }
        }
    }

    /// The model called `id`.
    public subscript(id: String) -> Model? { models.first { $0.id == id } }

    /// The models of one kind, the defaults first.
    public func models(of kind: Model.Kind) -> [Model] {
        let all = models.filter { $0.kind == kind }
        return all.filter(\.isDefault) + all.filter { !$0.isDefault }
    }

    /// Whether every file of `model` is in `home`, with its size; contents are checked when they are fetched.
    public static func isInstalled(_ model: Model, in home: EngineHome) -> Bool {
        model.files.allSatisfy { file in
            let attributes = try? FileManager.default.attributesOfItem(
                atPath: "\(home.modelDirectory(model.id))/\(file.path)")
            return (attributes?[.size] as? NSNumber)?.int64Value == file.size
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

    private static func explanation(_ error: DecodingError) -> String {
        func place(_ context: DecodingError.Context, _ key: (any CodingKey)? = nil) -> String {
            let path = context.codingPath + (key.map { [$0] } ?? [])
            let parts = path.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }
            return parts.joined().trimmingCharacters(in: ["."])
        }
        return switch error {
        case .keyNotFound(let key, let context): "\(place(context, key)) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            "\(place(context)): \(context.debugDescription)"
        @unknown default: "cannot be understood"
        }
    }
}
