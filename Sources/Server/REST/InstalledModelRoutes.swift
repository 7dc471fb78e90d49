import Foundation
import Hummingbird
import JSON

/// What knows which models of the embedded engines are installed, and fetches more.
public protocol ModelInstaller: Sendable {
    /// The models that the server's lists name, installed or not.
    ///
    /// - Throws: `ModelInstallerError`.
    func models() async throws -> [InstallableModel]

    /// Begins to fetch a model, and returns; does nothing while it is being fetched.
    ///
    /// - Throws: `ModelInstallerError`.
    func fetch(_ id: String) async throws
}

/// Why models cannot be listed or fetched.
public enum ModelInstallerError: Error, Sendable, Hashable {
    /// No list has a model with this id.
    case unknown(String)
    /// Another model is being fetched.
    case busy(String)
    /// The list cannot be read, for this reason.
    case failed(String)
}

/// A model of an embedded engine.
public struct InstallableModel: Sendable, Hashable {
    /// How far a model has come that was asked for.
    public enum Fetch: Sendable, Hashable {
        /// `share` of its bytes are here, from 0 to 1; nil before that is known.
        case running(share: Double?, detail: String)
        /// Why it is not here.
        case failed(String)
    }

    /// As `parley models` lists it.
    public var id: String
    /// What it does: `stt`, `tts`, `llm`, `vad` and the like.
    public var kind: String
    /// For people.
    public var name: String
    /// The SPDX expression of its licence.
    public var licence: String
    /// Tags of the languages that it knows; `mul` for any.
    public var languages: [String]
    /// Bytes on the disk, or to be fetched where it is not installed.
    public var size: Int
    /// Megabytes of memory that it takes when it is used; nil where that was not measured.
    public var memory: Int?
    /// Seconds of work for a second of audio, as its entry states it; nil where that was not measured.
    public var realTimeFactor: Double?
    /// Whether the set-up installs it unasked.
    public var isDefault: Bool
    /// Whether all its files are here.
    public var isInstalled: Bool
    /// nil unless it is being fetched, or could not be fetched the last time.
    public var fetch: Fetch?

    /// A model as a list has it.
    public init(
        id: String, kind: String, name: String, licence: String, languages: [String], size: Int, memory: Int?,
        realTimeFactor: Double?, isDefault: Bool, isInstalled: Bool, fetch: Fetch? = nil
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.licence = licence
        self.languages = languages
        self.size = size
        self.memory = memory
        self.realTimeFactor = realTimeFactor
        self.isDefault = isDefault
        self.isInstalled = isInstalled
        self.fetch = fetch
    }
}

/// `/v1/parley/models`: the models of the embedded engines, and fetching more of them.
struct InstalledModelRoutes: Sendable {
    let installer: (any ModelInstaller)?
    private let start = ContinuousClock.now

    init(installer: (any ModelInstaller)?) {
        self.installer = installer
    }

    func register(_ routes: inout RouteTable) {
        let path = "/v1/parley/models"
        routes.on(.get, path, query: []) { _, _ in
            let models = try await explaining { try await $0.models() }
            return .json([
                "models": .array(models.map(\.json)),
                "memory_bytes": ProcessInstruments.residentMemory.map(JSONValue.integer) ?? .null,
                "uptime_secs": .integer(Int((ContinuousClock.now - start) / .seconds(1))),
            ])
        }
        routes.on(.post, "\(path)/{model_id}/fetch", query: []) { _, context in
            let id = context.parameter("model_id")
            try await explaining { try await $0.fetch(id) }
            var response = Response.json(["id": .string(id)])
            response.status = .accepted
            return response
        }
    }

    private func explaining<Result>(_ work: (any ModelInstaller) async throws -> Result) async throws -> Result {
        guard let installer else {
            throw APIError.notFound("models_not_managed", "This server does not know how its models are installed.")
        }
        do {
            return try await work(installer)
        } catch let error as ModelInstallerError {
            switch error {
            case .unknown(let id):
                throw APIError.notFound("model_not_found", "There is no model \(id) in the server's lists.")
            case .busy(let id):
                throw APIError(
                    status: .conflict, type: "validation_error", code: "fetch_in_progress",
                    message: "\(id) is being fetched. Try again when it is here.")
            case .failed(let reason):
                throw APIError(
                    status: .internalServerError, type: "internal_error", code: "models_not_readable", message: reason)
            }
        }
    }
}

extension InstallableModel {
    fileprivate var json: JSONValue {
        [
            "id": .string(id), "kind": .string(kind), "summary": .string(name), "license": .string(licence),
            "languages": .array(languages.map(JSONValue.string)), "size_bytes": .integer(size),
            "memory_mb": memory.map(JSONValue.integer) ?? .null,
            "real_time_factor": realTimeFactor.map(JSONValue.number) ?? .null, "is_default": .bool(isDefault),
            "is_installed": .bool(isInstalled), "fetch": fetch?.json(of: size) ?? .null,
        ]
    }
}

extension InstallableModel.Fetch {
    fileprivate func json(of size: Int) -> JSONValue {
        switch self {
        case .running(let share, let detail):
            [
                "state": "running", "received_bytes": share.map { .integer(Int($0 * Double(size))) } ?? .null,
                "total_bytes": .integer(size), "detail": .string(detail), "error": .null,
            ]
        case .failed(let reason):
            [
                "state": "failed", "received_bytes": .null, "total_bytes": .integer(size), "detail": "",
                "error": .string(reason),
            ]
        }
    }
}
