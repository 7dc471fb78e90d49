import Agents
import Audio
import Conversation
import Engines
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import Metrics
import NIOCore
import NIOSSL
import ServiceLifecycle
import Telemetry
import Tools

/// The server: HTTP, and the conversation WebSocket.
///
/// On a graceful shutdown it stops accepting connections and calls. Those in progress get `drainTimeout` to end by
/// themselves; after that, calls are closed with 1001. When its task is cancelled, the server ends at once.
public struct ParleyServer: Service {
    private let configuration: ServerConfiguration
    private let responder: RouterResponder<ServerRequestContext>
    private let webSockets: [WebSocketRoute]
    private let calls: CallRegistry
    private let instruments: ServerInstruments
    private let webSocketInstruments: WebSocketInstruments
    private let onListening: @Sendable (Int) async -> Void
    private let logger: Logger

    /// Creates a server, which `run()` starts.
    ///
    /// - Parameters:
    ///   - engines: The engines of the speech API, once they are ready; throws `EngineError`.
    ///   - mcp: Reaches MCP servers; nil where none are asked.
    ///   - installer: Lists and fetches models of the embedded engines; nil where that is not known.
    ///   - missing: The names of what is not ready yet; empty when the server can take calls.
    ///   - metrics: What `/metrics` shows, and the server counts in. Without one there is no such route, and the server
    ///     counts in the metrics system of the process.
    ///   - onListening: Called with the port once connections are accepted.
    public init(
        configuration: ServerConfiguration, storage: any Storage, recordings: any RecordingStore,
        catalog: ModelCatalog, callHandler: any CallHandler,
        engines: @escaping @Sendable () async throws -> EngineCatalog, mcp: (any MCPAccess)? = nil,
        installer: (any ModelInstaller)? = nil,
        missing: @escaping @Sendable () async -> [String] = { [] }, metrics: PrometheusRegistry? = nil,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }, logger: Logger
    ) {
        self.configuration = configuration
        self.onListening = onListening
        self.logger = logger
        let limits = configuration.limits
        let factory: any MetricsFactory = metrics ?? MetricsSystem.factory
        let instruments = ServerInstruments(factory)
        self.instruments = instruments
        let access = AccessControl(configuration: configuration, storage: storage, instruments: instruments)
        let calls = CallRegistry(node: configuration.node, limit: limits.calls)
        self.calls = calls
        let speech = SpeechService(
            engines: engines, settings: storage.voiceSettings, workspace: Workspace(storage), logger: logger)
        let transcription = TranscriptionService(engines: engines, logger: logger)
        let conversations = ConversationRoute(
            access: access, agents: storage.agents, calls: calls, instruments: CallInstruments(factory),
            handler: callHandler)
        webSockets =
            [
                conversations.webSocketRoute,
                MonitorRoute(access: access, agents: storage.agents, calls: calls).webSocketRoute,
            ]
            + SpeechSocketRoutes(access: access, service: speech, limits: limits).webSocketRoutes
            + TranscriptionSocketRoutes(access: access, service: transcription, limits: limits).webSocketRoutes

        webSocketInstruments = WebSocketInstruments(factory, routes: webSockets)

        let router = Router(context: ServerRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.addMiddleware {
            // Without what opens something.
            TracingMiddleware(redactingQueryParameters: ["conversation_signature", "token", "authorization"])
            RequestInstrumentsMiddleware(instruments: instruments.requests)
            AccessLogMiddleware()
            CORSMiddleware.everywhere
            ErrorMiddleware()
        }
        if let root = configuration.webRoot {
            WebFiles(root: root, libraries: configuration.webLibraries, logger: logger).register(on: router)
        }
        var routes = RouteTable(router: router, access: access)
        HealthRoutes(missing: missing).register(&routes)
        SessionRoutes(access: access, configuration: configuration, limits: limits).register(&routes)
        KeyRoutes(keys: storage.keys, limits: limits).register(&routes)
        if let metrics {
            let process = ProcessInstruments(metrics, version: configuration.version)
            MetricsRoutes(registry: metrics, process: process).register(&routes)
        }
        AgentRoutes(
            agents: storage.agents, workspace: Workspace(storage), catalog: catalog,
            access: access, limits: limits, logger: logger
        ).register(&routes)
        ToolRoutes(
            resources: storage.resources, agents: storage.agents, conversations: storage.conversations,
            workspace: Workspace(storage), limits: limits
        ).register(&routes)
        ConversationRoutes(
            conversations: storage.conversations, recordings: recordings, calls: calls, limits: limits,
            configuration: configuration
        ).register(&routes)
        ConversationFileRoutes(storage: storage, calls: calls, access: access, limits: limits).register(&routes)
        SecretRoutes(
            resources: storage.resources, agents: storage.agents, vault: storage.vault, limits: limits
        ).register(&routes)
        WorkspaceRoutes(
            resources: storage.resources, agents: storage.agents, vault: storage.vault, limits: limits
        ).register(&routes)
        MCPServerRoutes(
            resources: storage.resources, agents: storage.agents, servers: mcp, workspace: Workspace(storage),
            limits: limits
        ).register(&routes)
        PronunciationRoutes(resources: storage.resources, limits: limits).register(&routes)
        SigningRoutes(
            agents: storage.agents, signedURLs: storage.signedURLs, configuration: configuration
        ).register(&routes)
        CatalogRoutes(catalog: catalog).register(&routes)
        ModelRoutes(catalog: catalog).register(&routes)
        InstalledModelRoutes(installer: installer).register(&routes)
        UsageRoutes(catalog: catalog, agents: storage.agents, limits: limits).register(&routes)
        VoiceRoutes(catalog: catalog, settings: storage.voiceSettings, limits: limits).register(&routes)
        SpeechRoutes(service: speech, limits: limits).register(&routes)
        TranscriptionRoutes(service: transcription, access: access, limits: limits).register(&routes)
        routes.list()
        routes.refuseOtherMethods()
        responder = router.buildResponder()
    }

    /// Serves until it is shut down.
    ///
    /// - Throws: `ServerError` when the address cannot be bound.
    public func run() async throws {
        let limits = try configuration.limits.fitting(files: OpenFiles.limit)
        if limits.connections < configuration.limits.connections {
            logger.notice(
                "The limit of open files (ulimit -n) reduces the number of connections.",
                metadata: ["connections": "\(limits.connections)", "files": "\(OpenFiles.limit)"])
        }
        let isSecure = configuration.tls != nil
        let gate = ConnectionGate(limits: limits, instruments: instruments, logger: logger)
        var builder = HTTPServerBuilder { responder in
            UpgradableChannel(
                responder: responder, routes: webSockets, limits: limits, gate: gate,
                instruments: webSocketInstruments, isSecure: isSecure)
        }
        if let files = configuration.tls {
            builder = try .tls(builder, tlsConfiguration: try TLSConfiguration(files))
        }
        let application = Application(
            responder: responder, server: builder,
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "parley"),
            onServerRunning: { channel in
                // A child process of Swift's reports crashes, and would keep the port open after this process has
                // ended.
                ChildEnvironment.closeFilesOnExec()
                await onListening(channel.localAddress?.port ?? configuration.port)
            },
            logger: logger)
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await application.run() }
                group.addTask {
                    // Calls and requests get their time to end cleanly; after that, connections are cut.
                    try await gracefulShutdown()
                    let count = await calls.count()
                    if count > 0 {
                        logger.notice(
                            "Shutting down: waiting for calls in progress.",
                            metadata: ["calls": "\(count)", "seconds": "\(limits.drainTimeout / .seconds(1))"])
                    }
                    try await Task.sleep(for: limits.drainTimeout + limits.closeTimeout)
                }
                try await group.next()
                group.cancelAll()
            }
        } catch let error as IOError {
            throw ServerError(error, configuration)
        }
    }
}

/// Why the server could not start.
public enum ServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Another program listens on that port.
    case portInUse(host: String, port: Int)
    /// The port is below 1024, and the process lacks the privileges for it.
    case portForbidden(port: Int)
    /// The address cannot be used, such as a host name that does not resolve.
    case addressUnavailable(host: String, reason: String)
    /// The process may open fewer files than the least number of connections needs.
    case tooFewFiles(limit: Int, needed: Int)
    /// A file of `ServerConfiguration.tls` is missing or unusable.
    case certificate(file: String, reason: String)

    init(_ error: IOError, _ configuration: ServerConfiguration) {
        switch error.errnoCode {
        case EADDRINUSE: self = .portInUse(host: configuration.host, port: configuration.port)
        case EACCES: self = .portForbidden(port: configuration.port)
        default: self = .addressUnavailable(host: configuration.host, reason: "\(error)")
        }
    }

    /// A message for the operator, with the remedy where there is one.
    public var description: String {
        switch self {
        case .portInUse(let host, let port):
            "Port \(port) on \(host) is in use by another program. Choose another port, or stop that program."
        case .portForbidden(let port): "This user may not listen on port \(port). Ports below 1024 need privileges."
        case .addressUnavailable(let host, let reason): "Cannot listen on \(host): \(reason)."
        case .tooFewFiles(let limit, let needed):
            "This process may open \(limit) files, sockets included, and needs \(needed): raise the limit (ulimit -n)."
        case .certificate(let file, let reason): "\(file) \(reason)."
        }
    }
}

extension TLSConfiguration {
    /// - Throws: `ServerError.certificate`.
    fileprivate init(_ files: TLSFiles) throws {
        func read<Content>(_ url: URL, _ kind: String, _ body: (String) throws -> Content) throws -> Content {
            let path = url.path(percentEncoded: false)
            guard FileManager.default.isReadableFile(atPath: path) else {
                throw ServerError.certificate(file: path, reason: "cannot be read")
            }
            do {
                return try body(path)
            } catch {
                throw ServerError.certificate(file: path, reason: "contains no \(kind) in PEM format")
            }
        }
        let chain = try read(files.certificates, "certificate", NIOSSLCertificate.fromPEMFile)
        let key = try read(files.privateKey, "private key") { try NIOSSLPrivateKey(file: $0, format: .pem) }
        self = .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        do {
            _ = try NIOSSLContext(configuration: self)
        } catch {
            throw ServerError.certificate(
                file: files.privateKey.path(percentEncoded: false), reason: "is not the key of the certificate")
        }
        // WebSocket upgrades need HTTP/1.1.
        applicationProtocols = ["http/1.1"]
    }
}

extension CORSMiddleware<ServerRequestContext> {
    /// Allows requests from pages of any origin: what needs a key is protected by the key, and without keys only pages
    /// of this machine are answered (see `AccessControl`).
    fileprivate static var everywhere: Self {
        CORSMiddleware(
            allowOrigin: .all,
            allowHeaders: ["*", "authorization", "content-type", "if-match", "xi-api-key"].compactMap {
                HTTPField.Name($0)
            },
            allowMethods: [.get, .head, .post, .put, .patch, .delete, .options],
            exposedHeaders: [
                "x-trace-id", "request-id", "character-cost", "x-voice-id", "content-range", "accept-ranges",
                "etag",
            ], maxAge: .hours(1))
    }
}
