import Agents
import ArgumentParser
import CloudEngines
import ConvAI
import Conversation
import Credentials
import Egress
import Engines
import Foundation
import LocalEngines
import MCP
import Logging
import Metrics
import SQLiteStore
import Server
import ServiceLifecycle
import Synchronization
import Telemetry
import Tools
import UnixSignals

/// The command `parley serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Start the server.",
        discussion: """
            Listens on this machine only, where no key is needed. With --host for other addresses a key is needed; \
            the first is made and shown at the first start, and `parley keys` makes more.

            With a certificate it speaks https and wss alone; `parley certificate` makes one for trying.

            SIGTERM or SIGINT stops the server: it takes nothing new, and calls get the drain timeout to end by \
            themselves. A second signal ends them at once.

            PARLEY_HOST, PARLEY_PORT, PARLEY_PUBLIC_URL, PARLEY_TLS_CERTIFICATE, PARLEY_TLS_KEY, PARLEY_DATA, \
            PARLEY_ENGINES, PARLEY_DRAIN_TIMEOUT, PARLEY_EGRESS_HOSTS and PARLEY_LOG_LEVEL in the environment do the same as the options. \
            Exit codes: 0 stopped, 64 wrong use, 70 failed.
            """)

    @Option(help: "Address to listen on (default 127.0.0.1).")
    var host: String?

    @Option(help: "Port to listen on (default 8000).")
    var port: Int?

    @Option(help: "How clients reach the server from elsewhere, such as https://voice.example.com.")
    var publicURL: String?

    @Option(help: "Certificate for https and wss, in PEM, followed by its intermediate certificates.")
    var tlsCertificate: String?

    @Option(help: "The certificate's private key, in PEM.")
    var tlsKey: String?

    @Option(help: "Folder of the database and the recordings.")
    var data: String?

    @Option(help: "Configuration of engines besides the embedded ones (default engines.yaml in PARLEY_HOME, if any).")
    var engines: String?

    @Option(help: "Seconds that calls may go on for when the server is stopped, 0 to 86400 (default 20).")
    var drainTimeout: Int?

    @Option(
        help:
            "Hosts of private networks that agents' tools and models may be on, separated by commas; * for all, none for none."
    )
    var egressHosts: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical (default notice).")
    var logLevel: String?

    func run() async throws {
        // An empty variable counts as not set.
        var environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        if let data { environment["PARLEY_DATA"] = data }
        let installation = Installation(environment: environment)
        // Files that are created from here on are for this user alone.
        umask(0o077)
        let home = EngineHome(environment: environment)
        var configuration = try configuration(installation, environment)
        configuration.webLibraries = home.webLibraries
        let name = logLevel ?? environment["PARLEY_LOG_LEVEL"] ?? "notice"
        guard let level = Logger.Level(rawValue: name) else { throw CommandError.usage("\(name) is not a log level.") }
        LoggingSystem.writeToStandardError(from: level)
        let metrics = PrometheusRegistry(
            ServerInstruments.metrics + CallInstruments.metrics + InferenceInstruments.metrics)
        MetricsSystem.bootstrap(metrics)
        let engineConfiguration = try EngineConfiguration(file: engines, home: home, environment: environment)
        let logger = Logger(label: "parley")
        OpenFiles.raise(to: configuration.limits.openFiles)
        // The database comes first: without it, loading the engines is useless.
        let storage = try SQLiteStorage(directory: installation.data, key: Installation.secretsKey(environment))
        // Held until the process ends, so that no other server takes this one's running calls for interrupted ones.
        let lock = try storage.lock()
        defer { withExtendedLifetime(lock) {} }
        try await storage.explaining { try await storage.sealSecrets() }
        let recordings = RecordingFolder(installation.recordings)
        let agent = try await storage.explaining { try await open(storage, recordings, logger) }
        let egress = try await storage.explaining { try await egressPolicy(configuration, storage, logger) }
        let room = try EngineRoom(
            manifest: installation.models(in: home), home: home, configuration: engineConfiguration,
            providers: ModelProvider.known(in: environment), egress: egress, logger: logger)
        try await serve(configuration, storage, recordings, agent, room, egress, metrics, logger)
    }

    private func configuration(
        _ installation: Installation, _ environment: [String: String]
    ) throws -> ServerConfiguration {
        func number(_ name: String, _ kind: String) throws -> Int? {
            guard let text = environment[name] else { return nil }
            guard let number = Int(text) else { throw CommandError.usage("\(name): \(text) is not a \(kind).") }
            return number
        }
        let port = try port ?? number("PARLEY_PORT", "port number") ?? 8000
        guard (0...65_535).contains(port) else { throw CommandError.usage("\(port) is not a port number.") }
        var publicURL: URL?
        if let text = self.publicURL ?? environment["PARLEY_PUBLIC_URL"] {
            guard let url = URL(string: text), let scheme = url.scheme, ["http", "https"].contains(scheme),
                url.host() != nil
            else { throw CommandError.usage("\(text) is not an http or https URL.") }
            publicURL = url
        }
        let certificate = tlsCertificate ?? environment["PARLEY_TLS_CERTIFICATE"]
        let tls: TLSFiles?
        switch (certificate, tlsKey ?? environment["PARLEY_TLS_KEY"]) {
        case (let certificate?, let key?):
            tls = TLSFiles(certificates: URL(filePath: certificate), privateKey: URL(filePath: key))
        case (nil, nil): tls = nil
        default: throw CommandError.usage("TLS needs a certificate and its key: --tls-certificate and --tls-key.")
        }
        var limits = ServerLimits()
        if let seconds = try drainTimeout ?? number("PARLEY_DRAIN_TIMEOUT", "number of seconds") {
            guard (0...86_400).contains(seconds) else {
                throw CommandError.usage("The drain timeout must be 0 to 86400 seconds, not \(seconds).")
            }
            limits.drainTimeout = .seconds(seconds)
        }
        var configuration = ServerConfiguration(
            host: host ?? environment["PARLEY_HOST"] ?? "127.0.0.1", port: port, publicURL: publicURL, tls: tls,
            webRoot: installation.webRoot, limits: limits)
        configuration.version = Parley.configuration.version
        return configuration
    }

    /// Closes the records that the last server left open, and creates what a new server lacks.
    ///
    /// - Returns: The agent to suggest first.
    private func open(
        _ storage: any Storage, _ recordings: any RecordingStore, _ logger: Logger
    ) async throws -> Agent {
        let lost = try await storage.conversations.recoverInterrupted(recordings: recordings)
        if !lost.isEmpty {
            logger.notice("Calls cut off by the last stop are marked as failed.", metadata: ["count": "\(lost.count)"])
        }
        return try await firstAgent(storage)
    }

    private func serve(
        _ configuration: ServerConfiguration, _ storage: SQLiteStorage, _ recordings: any RecordingStore,
        _ agent: Agent, _ room: EngineRoom, _ policy: EgressPolicy, _ metrics: PrometheusRegistry, _ logger: Logger
    ) async throws {
        // Only after the engines are found: the key is shown once, and must not be made by a start that fails.
        let key = try await storage.explaining {
            let hasKey = try await storage.keys.hasAny
            return configuration.isPrivate || hasKey ? nil : try await storage.keys.create(name: "first").key
        }
        let egress = EgressClient(policy: policy)
        let authorizer = Authorizer { try await egress.send($0) }
        let mcp = MCPPool(egress: egress, authorizer: authorizer, logger: logger)
        try await Self.connect(to: storage, mcp)
        let environment = CallRunner(
            room: room, storage: storage, recordings: recordings, egress: egress, authorizer: authorizer,
            mcp: mcp, available: Self.catalog(room).available, logger: logger)
        let models = ModelSetup(script: Installation().setup, home: EngineHome(), logger: logger)
        let server = ParleyServer(
            configuration: configuration, storage: storage, recordings: recordings,
            catalog: Self.catalog(room),
            callHandler: environment, engines: { try await room.speechEngines() }, mcp: mcp, installer: models,
            missing: { room.missing },
            metrics: metrics, onListening: { greet(configuration, port: $0, agent: agent, key: key) }, logger: logger)
        // Until the end of this function: tools of ended calls may still be at work.
        async let _ = mcp.run()
        async let _ = models.run()
        let stop = StopTime()
        // The server stops first, because its calls need the engines until their end.
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: room), .init(service: server)], logger: logger))
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                try await group.run()
                // What tools of ended calls are doing is brought to its end, and into the record.
                let end = stop.time + configuration.limits.drainTimeout
                await environment.effects.drain(within: max(end - .now, Self.shortestToolDrain))
                return true
            }
            tasks.addTask {
                await Self.awaitSignals(group, logger) { stop.note() }
                return false
            }
            let hasStopped = try await tasks.next() ?? true
            tasks.cancelAll()
            // Cancelled services throw, which is expected here.
            if !hasStopped { while await tasks.nextResult() != nil {} }
        }
        // What is not done by now is given up.
        await environment.effects.drain(within: .zero)
        await egress.shutdown()
    }

    /// How long tools of ended calls have at the least when the server stops, whatever is left of the drain timeout: most
    /// of them answer within that, and with the calls' time the stop stays within 30 s.
    private static let shortestToolDrain = Duration.seconds(2)

    /// The first signal shuts down gracefully; the second returns at once; a third ends the process.
    private static func awaitSignals(
        _ group: ServiceGroup, _ logger: Logger, onFirst: @Sendable () -> Void
    ) async {
        var signals = await UnixSignalsSequence(trapping: .sigterm, .sigint).makeAsyncIterator()
        guard await signals.next() != nil else { return }
        onFirst()
        logger.notice("Stopping. A second signal ends calls and requests at once.")
        await group.triggerGracefulShutdown()
        guard await signals.next() != nil else { return }
        logger.notice("Stopping at once.")
        for number in [SIGTERM, SIGINT] { _ = signal(number, SIG_DFL) }
    }

    /// Where requests of tools may go. By default a server that only this machine's programs use reaches everything, as they
    /// do, and any other only the public internet.
    private func egressPolicy(
        _ configuration: ServerConfiguration, _ storage: any Storage, _ logger: Logger
    ) async throws -> EgressPolicy {
        let hosts = egressHosts ?? ProcessInfo.processInfo.environment["PARLEY_EGRESS_HOSTS"] ?? ""
        let names = hosts.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        let hasKeys = try await storage.keys.hasAny
        let isOpen = names.isEmpty ? configuration.isPrivate && !hasKeys : names.contains("*")
        if isOpen {
            logger.notice(
                "Agents' tools and models may be on this machine and its networks too; --egress-hosts none changes that."
            )
        }
        return EgressPolicy(allowsPrivateAddresses: isOpen, allowedHosts: Set(names))
    }

    /// Begins to connect to the MCP servers before the first call wants them.
    private static func connect(to storage: any Storage, _ mcp: MCPPool) async throws {
        let workspace = Workspace(storage)
        for server in try await storage.resources.all(ResourceQuery(.mcpServer)) {
            let (settings, _) = MCPServerSettings.outsideOfCalls(
                server, workspace: try await workspace.items(for: server.body))
            if let settings { _ = mcp.snapshot(MCPServer(settings)) }
        }
    }

    private static func catalog(_ room: EngineRoom) -> ModelCatalog {
        room.configured.catalog(
            embedded: room.voices.flatMap { room.names(of: $0) }, understood: room.transcribers.flatMap(\.languages),
            contextLength: room.options.languageModel.contextPerSlot)
    }

    /// The agent to suggest first: the demo agent, unless the server has others.
    private func firstAgent(_ storage: any Storage) async throws -> Agent {
        let agent = demoAgent()
        if let present = try await storage.agents.get(agent.id) { return present }
        let others = try await storage.agents.list().items
        if let first = others.first, let other = try await storage.agents.get(first.agent.id) { return other }
        try await storage.agents.insert(agent)
        return agent
    }

    private func greet(_ configuration: ServerConfiguration, port: Int, agent: Agent, key: String?) {
        let url =
            configuration.publicURL?.absoluteString
            ?? "\(configuration.tls == nil ? "http" : "https")://\(configuration.host):\(port)"
        let command = CommandLine.arguments.first ?? "parley"
        var lines = [
            "",
            "Parley is listening on \(url)",
            "  Agent    \(agent.name.onOneLine)  \(agent.id)",
            "  Browser  \(url)/?agent_id=\(agent.id)",
            "  Talk     \(command) talk --url \(url) --agent \(agent.id)",
            "  Type     \(command) talk --url \(url) --agent \(agent.id) --text",
        ]
        if let key { lines.append("  API key  \(key)  (shown only now; send it as xi-api-key)") }
        // Not `print`, which buffers the lines when the output is a pipe.
        try? FileHandle.standardOutput.write(contentsOf: Data((lines.joined(separator: "\n") + "\n").utf8))
    }
}

/// When the server was told to stop.
private final class StopTime: Sendable {
    private let noted = Mutex<ContinuousClock.Instant?>(nil)

    /// Now, while it was not told.
    var time: ContinuousClock.Instant { noted.withLock(\.self) ?? .now }

    func note() { noted.withLock { $0 = .now } }
}

/// Runs the server's calls with the engines of this process.
private struct CallRunner: CallHandler {
    let room: EngineRoom
    let storage: any Storage
    let recordings: any RecordingStore
    let egress: EgressClient
    let authorizer: Authorizer
    let mcp: MCPPool
    let toolPace = ToolPace()
    let effects = Effects()
    let available: AvailableEngines
    let logger: Logger

    func run(
        _ request: CallRequest, messages: ClientMessages,
        send: @escaping @Sendable (ServerMessage) async throws -> Void
    ) async -> CallEnding {
        do {
            var environment = CallEnvironment(
                engines: try await room.engines(), conversations: storage.conversations, recordings: recordings,
                findAgent: { [storage, logger] id in
                    do { return try await storage.agents.get(id) } catch {
                        logger.error(
                            "The agent of a transfer could not be read.",
                            metadata: ["agent": "\(id)", "error": "\(error)"])
                        return nil
                    }
                },
                send: { [egress] in try await egress.send($0) },
                workspace: { [workspace = Workspace(storage)] agent, override, environment in
                    try await workspace.items(for: agent.conversationConfig, override, environment: environment)
                }, available: available, logger: logger)
            environment.files = storage.files
            environment.initiationWebhook = { [workspace = Workspace(storage)] in
                try await workspace.initiationWebhook(for: $0, environment: $1)
            }
            environment.toolPace = toolPace
            environment.effects = effects
            environment.authorizer = authorizer
            environment.mcp = mcp
            return await ConversationCall(request, environment: environment).run(messages, send: send)
        } catch let error as EngineError {
            CallInstruments.process.refused(.notReady)
            return CallEnding(code: 1011, reason: error.message)
        } catch is CancellationError {
            return CallEnding(code: 1011, reason: "The server is shutting down.")
        } catch {
            logger.error("A call could not begin.", metadata: ["error": "\(error)"])
            CallInstruments.process.refused(.internalError)
            return CallEnding(code: 1011, reason: "The server failed.")
        }
    }
}
