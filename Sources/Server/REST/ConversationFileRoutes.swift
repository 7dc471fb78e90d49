import Agents
import Conversation
import Documents
import Foundation
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import Tasks

/// `/v1/convai/conversations/{conversation_id}/files`: what callers send besides their words.
///
/// Pages upload without a key: whoever knows the id of a call in progress holds it. So the call bounds what it is sent
/// (`FileInlet`), and only the owner gets a file back.
struct ConversationFileRoutes: Sendable {
    let storage: any Storage
    let calls: CallRegistry
    let access: AccessControl
    let limits: ServerLimits

    /// Documents that other programs read at the same time, one of a call: each takes a core.
    private let readings = Gate(places: 4)
    private let reader = DocumentReader()

    init(storage: any Storage, calls: CallRegistry, access: AccessControl, limits: ServerLimits) {
        self.storage = storage
        self.calls = calls
        self.access = access
        self.limits = limits
    }

    func register(_ routes: inout RouteTable) {
        let path = "/v1/convai/conversations/{conversation_id}/files"
        routes.on(.post, path, for: .anyone, query: [], endsWithClient: true) { request, context in
            try await create(request, context)
        }
        routes.on(.get, "\(path)/{file_id}", query: []) { _, context in try await get(context) }
        routes.on(.delete, "\(path)/{file_id}", for: .anyone, query: []) { request, context in
            try await delete(request, context)
        }
    }

    private func create(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let conversation = context.parameter("conversation_id")
        guard let upload = try await inlet(of: conversation, for: request)?.enter(orRefuse: conversation) else {
            guard try await storage.conversations.get(conversation) != nil else {
                throw StorageError.notFound("conversation", id: conversation)
            }
            throw FileInlet.Refusal.notInProgress.answer(conversation)
        }
        let form = try await request.form(limit: reader.limits.file)
        guard let sent = form.files["file"] else { throw ValidationError.body("file", "Field required", "missing") }
        guard sent.size > 0 else { throw ValidationError.body("file", "The file is empty", "value_error") }
        let bytes = try Data(contentsOf: sent.content.url)
        let document = try await read(sent.content.url, bytes, of: conversation, upload)
        // The caller may have hung up meanwhile.
        guard upload.isWanted else { throw FileInlet.Refusal.notInProgress.answer(conversation) }
        let file = ConversationFile(
            conversationID: conversation, name: sent.name, mimeType: document.mimeType, size: bytes.count,
            content: ConversationFile.Content(document.content))
        let bounds = ConversationFileBounds(
            files: min(upload.settings.maximum ?? limits.conversationFiles, limits.conversationFiles),
            bytes: limits.conversationFileBytes)
        do {
            try await storage.files.insert(file, bytes: bytes, within: bounds)
        } catch let limit as ConversationFileLimit {
            throw APIError(
                status: .badRequest, type: "validation_error", code: "too_many_files", message: limit.description)
        }
        withExtendedLifetime(upload) {}
        return .json(["file_id": .string(file.id)])
    }

    private func get(_ context: ServerRequestContext) async throws -> Response {
        let id = context.parameter("file_id")
        guard let (file, bytes) = try await storage.files.get(id, of: context.parameter("conversation_id")) else {
            throw StorageError.notFound("file", id: id)
        }
        let name = file.name.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "file"
        var headers: HTTPFields = [.contentType: file.mimeType]
        // A stranger's file is nothing that a browser may run on this server's behalf.
        headers[.contentDisposition] = "attachment; filename*=UTF-8''\(name)"
        headers[name: "x-content-type-options"] = "nosniff"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func delete(_ request: Request, _ context: ServerRequestContext) async throws -> Response {
        let conversation = context.parameter("conversation_id")
        // Who may send a file may take it back, as long as the call goes on.
        if try await inlet(of: conversation, for: request) == nil {
            try await access.requireOwner(CallerCredentials(request))
        }
        let id = context.parameter("file_id")
        try await storage.files.delete(id, of: conversation)
        return .json(["file_id": .string(id)])
    }

    /// The inlet of a call in progress; nil when there is none.
    ///
    /// - Throws: `APIError` 403 for a page to which the agent does not talk.
    private func inlet(of conversation: String, for request: Request) async throws -> FileInlet? {
        guard let call = await calls.call(conversation) else { return nil }
        if let agent = try await storage.agents.get(call.agentID) {
            try await access.requireParticipant(CallerCredentials(request), of: agent)
        }
        return call.inlet
    }

    private func read(
        _ url: URL, _ bytes: Data, of conversation: String, _ upload: FileInlet.Upload
    ) async throws -> DocumentReader.Document {
        do {
            guard reader.needsProgram(bytes) else { return try await reader.read(url, bytes) }
            return try await upload.read(in: readings) { [reader] in try await reader.read(url, bytes) }
        } catch let error as DocumentError {
            throw APIError(error)
        } catch let refusal as FileInlet.Refusal {
            throw refusal.answer(conversation)
        }
    }
}

extension FileInlet {
    /// Lets an upload in.
    ///
    /// - Throws: `APIError` when it is refused.
    fileprivate func enter(orRefuse conversation: String) async throws -> Upload {
        do { return try await enter() } catch { throw error.answer(conversation) }
    }
}

extension FileInlet.Refusal {
    fileprivate func answer(_ conversation: String) -> APIError {
        func refusal(_ code: String, _ message: String) -> APIError {
            APIError(status: .badRequest, type: "validation_error", code: code, message: message)
        }
        switch self {
        case .notInProgress:
            return refusal(
                "conversation_not_in_progress",
                "The conversation \(conversation) is not in progress: files are taken while it is.")
        case .disabled: return refusal("file_input_disabled", "The agent of this conversation takes no files.")
        case .tooMany(let most):
            return refusal("too_many_files", "\(most) files were sent in this conversation: it takes no more.")
        case .tooManyAtOnce(let most):
            return APIError(
                status: .tooManyRequests, type: "rate_limit_error", code: "too_many_concurrent_requests",
                message: "\(most) files of this conversation are being sent. Try again later.")
        case .busy:
            return APIError(
                status: .tooManyRequests, type: "rate_limit_error", code: "too_many_concurrent_requests",
                message: "Many documents are being read. Try again later.")
        case .tooMuchReading(let limit):
            return refusal(
                "too_many_files",
                "Reading the documents of this conversation has taken \(limit.components.seconds) s: it takes no more.")
        case .noRecord:
            return APIError(
                status: .serviceUnavailable, type: "internal_error", code: "record_not_written",
                message: "The record of the conversation cannot be written now, so that no file can be kept.")
        }
    }
}

extension APIError {
    fileprivate init(_ error: DocumentError) {
        let (status, code): (HTTPResponse.Status, String) =
            switch error {
            case .tooLarge, .tooManyPixels: (.contentTooLarge, "file_too_large")
            case .unsupported: (.unsupportedMediaType, "unsupported_file_type")
            case .unreadable: (.badRequest, "file_unreadable")
            case .noReader: (.notImplemented, "no_document_reader")
            }
        self.init(
            status: status, type: error == .noReader ? "internal_error" : "validation_error", code: code,
            message: error.description)
    }
}

extension ConversationFile.Content {
    fileprivate init(_ content: DocumentReader.Document.Content) {
        switch content {
        case .text(let text, let isWhole, let pages): self = .text(text, isWhole: isWhole, pages: pages)
        case .image(let width, let height): self = .image(width: width, height: height)
        }
    }
}
