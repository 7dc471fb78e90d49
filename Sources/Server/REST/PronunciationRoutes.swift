import Agents
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import NIOCore

/// `/v1/pronunciation-dictionaries`: how words are said, for agents and the speech API.
struct PronunciationRoutes: Sendable {
    let resources: any ResourceStore
    let limits: ServerLimits

    private static let path = "/v1/pronunciation-dictionaries"

    func register(_ routes: inout RouteTable) {
        let path = Self.path
        routes.on(.post, "\(path)/add-from-rules", query: []) { request, _ in
            let body = try await request.jsonBody(limit: limits.bodySize)
            return .json(PronunciationDictionary.created(try await add(try PronunciationDictionary.new(body: body))))
        }
        routes.on(.post, "\(path)/add-from-file", query: []) { request, _ in
            .json(PronunciationDictionary.created(try await add(try await dictionary(from: request))))
        }
        routes.on(.get, path, query: Self.listQuery) { request, _ in try await list(request) }
        routes.on(.get, "\(path)/{pronunciation_dictionary_id}", query: []) { _, context in
            .json(PronunciationDictionary.json(try await find(context)))
        }
        routes.on(.patch, "\(path)/{pronunciation_dictionary_id}", query: []) { request, context in
            let body = try await request.jsonBody(limit: limits.bodySize)
            let dictionary = try await resources.change(.pronunciationDictionary, Self.id(context)) {
                try PronunciationDictionary.changed($0, with: body)
            }
            return .json(PronunciationDictionary.summary(dictionary))
        }
        for change in PronunciationDictionary.Change.allCases {
            routes.on(.post, "\(path)/{pronunciation_dictionary_id}/\(change.rawValue)", query: []) {
                request, context in
                let body = try await request.jsonBody(limit: limits.bodySize)
                let dictionary = try await resources.change(
                    .pronunciationDictionary, Self.id(context), keeping: PronunciationDictionary.formerVersions
                ) { try PronunciationDictionary.changed($0, change, with: body) }
                return .json(PronunciationDictionary.changed(dictionary))
            }
        }
        routes.on(
            .get, "\(path)/{pronunciation_dictionary_id}/{version_id}/download", query: []
        ) { _, context in try await download(context) }
    }

    private static let listQuery: AcceptedQuery = ["cursor", "page_size", "sort", "sort_direction", "include_archived"]

    private static func id(_ context: ServerRequestContext) -> String {
        context.parameter("pronunciation_dictionary_id")
    }

    private func find(_ context: ServerRequestContext) async throws -> Resource {
        try await resources.find(.pronunciationDictionary, Self.id(context))
    }

    // MARK: Dictionaries

    private func add(_ dictionary: Resource) async throws -> Resource {
        try await resources.insert(dictionary)
        return dictionary
    }

    /// The dictionary of a form with a PLS file; without a file one without rules.
    private func dictionary(from request: Request) async throws -> Resource {
        let form = try await request.form(limit: PronunciationLexicon.longestFile)
        let file = try form.files["file"].map { try Data(contentsOf: $0.content.url) }
        return try PronunciationDictionary.new(
            name: form["name"].map(JSONValue.string), description: form["description"].map(JSONValue.string),
            rules: try file.map(PronunciationLexicon.rules) ?? [])
    }

    private func list(_ request: Request) async throws -> Response {
        let query = request.query
        var selection = ResourceQuery(.pronunciationDictionary)
        if try query.flag("include_archived") != true {
            selection.types = [PronunciationDictionary.State.active.rawValue]
        }
        selection.sortBy =
            try query.value("sort", "one of: creation_time_unix, name", "enum") { text -> ResourceQuery.SortKey? in
                switch text {
                case "creation_time_unix": .createdAt
                case "name": .name
                default: nil
                }
            } ?? .createdAt
        let direction = try query.value("sort_direction", "one of: ascending, descending", "enum") {
            text -> SortDirection? in
            switch text.lowercased() {
            case "ascending", "asc": .ascending
            case "descending", "desc": .descending
            default: nil
            }
        }
        let page = try await resources.list(
            selection,
            PageRequest(
                size: try query.pageSize(standard: PageRequest.standardSize), cursor: query["cursor"],
                direction: direction ?? .descending))
        return .json(page.map(PronunciationDictionary.summary).json("pronunciation_dictionaries"))
    }

    // MARK: Versions

    private func download(_ context: ServerRequestContext) async throws -> Response {
        let dictionary = try await find(context)
        let id = context.parameter("version_id")
        let versions = try await resources.get(.pronunciationVersion, [id])
        guard let version = PronunciationDictionary(dictionary, version: id, among: versions) else {
            throw StorageError.notFound(Resource.Kind.pronunciationVersion.rawValue, id: id)
        }
        var headers: HTTPFields = [.contentType: "application/pls+xml"]
        headers[.contentDisposition] = "attachment; filename=\"\(dictionary.id).pls\""
        return Response(
            status: .ok, headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: PronunciationLexicon.file(of: version.rules))))
    }
}
