// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

// The engines' shared libraries live outside the package; SwiftPM drops `-rpath` from pkg-config flags.
let environment = Context.environment
let home =
    environment["PARLEY_HOME"]
    ?? (environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "/root") + "/.cache") + "/parley"
let runPath: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "-rpath", "-Xlinker", home + "/native/lib"])]

let package = Package(
    name: "parley",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "parley", targets: ["parley"]),
        // With the messages and the JSON values of its interface.
        .library(name: "ParleyClient", targets: ["Client", "ConvAI", "JSON"]),
    ],
    dependencies: [
        // HTTP server: the only maintained Swift server with structured concurrency that exposes the NIO channel.
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        // Sockets, and WebSockets for both the server and the client.
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        // TLS for the client and the server.
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        // HTTP client with pooling and streaming bodies, for language models and other engines.
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // SQLite with migrations and a concurrent pool.
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // The command's arguments, help and exit codes.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        // The logging API of all dependencies above.
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        // The metrics API: whoever embeds a library chooses where its numbers go.
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        // The tracing API: spans of calls for whoever embeds them; without a tracer they cost nothing.
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        // Start-up, drain and shutdown in order.
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        // HMAC for signed URLs, SHA-256 for API keys.
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        // Self-signed certificates.
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        // PEM text of certificates.
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        // The models manifest.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        // Deque and Heap for the bounded queues of the audio path.
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        // Child processes (llama-server, ffmpeg) whose lifetime is that of a task.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        // File descriptors as swift-subprocess takes them.
        .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
        // HTTP types shared with Hummingbird.
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        // The codec between NIO's HTTP types and those above, for the pipeline that can become a WebSocket.
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        // A channel with backpressure between a socket and a call.
        .package(url: "https://github.com/apple/swift-async-algorithms", from: "1.1.4"),
    ],
    targets: [
        // MARK: C libraries
        .systemLibrary(
            name: "CSherpaOnnx", pkgConfig: "sherpa-onnx"),
        .target(name: "COnnxRuntime", linkerSettings: [.linkedLibrary("dl")]),
        .systemLibrary(name: "CLame", providers: [.apt(["libmp3lame-dev"])]),
        .systemLibrary(name: "COpusEncoder", pkgConfig: "libopusenc", providers: [.apt(["libopusenc-dev"])]),
        .systemLibrary(name: "CPortAudio", pkgConfig: "portaudio-2.0", providers: [.apt(["portaudio19-dev"])]),

        // MARK: Leaves
        // A JSON value that keeps everything: shared by the wire, the store and the engines.
        .target(name: "JSON", swiftSettings: swiftSettings),
        // Formats, resampling, µ-law, WAV, MP3, Opus, fades; other formats through FFmpeg's program.
        .target(
            name: "Audio",
            dependencies: ["CLame", "COpusEncoder", .product(name: "Subprocess", package: "swift-subprocess")],
            swiftSettings: swiftSettings),
        // What a file is by its content, and its text; PDFs through Poppler's program.
        .target(
            name: "Documents",
            dependencies: ["Audio", "JSON", "Tasks", .product(name: "Subprocess", package: "swift-subprocess")],
            swiftSettings: swiftSettings),
        // The wire messages of the conversation WebSocket.
        .target(name: "ConvAI", dependencies: ["JSON"], swiftSettings: swiftSettings),
        // What can be measured of a server, and how Prometheus reads it.
        .target(
            name: "Telemetry", dependencies: [.product(name: "Metrics", package: "swift-metrics")],
            swiftSettings: swiftSettings),
        // A stream of server-sent events.
        .target(name: "EventStream", swiftSettings: swiftSettings),
        // The protocols of all engines.
        .target(name: "Engines", dependencies: ["JSON"], swiftSettings: swiftSettings),
        // Waiting, clocks and streams that a task feeds: what structured concurrency lacks.
        .target(name: "Tasks", swiftSettings: swiftSettings),
        // Lists of names, as data.
        .target(name: "Names", resources: [.embedInCode("common-names.txt")], swiftSettings: swiftSettings),
        // The weights that tell spelled letters, as data.
        .target(name: "Letters", resources: [.embedInCode("letters.weights")], swiftSettings: swiftSettings),
        // What turn taking and voices have to know of a language: one folder each.
        .target(
            name: "Language", dependencies: ["JSON", "Names"],
            resources: [
                .embedInCode("call-phrases.json"), .embedInCode("overlap-words.json"),
                .embedInCode("reading-rules.json"),
                .embedInCode("English/Claims/effects.txt"),
                .embedInCode("English/Claims/claims.weights"),
                .embedInCode("English/endings.weights"),
            ], swiftSettings: swiftSettings),
        // Decides who has the floor.
        .target(name: "TurnTaking", dependencies: ["Language"], swiftSettings: swiftSettings),

        // WebSockets to other servers, for the SDK and for engines.
        .target(
            name: "WebSockets",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings),

        // The guarded HTTP client, for requests whose URLs stand in configurations.
        .target(
            name: "Egress",
            dependencies: [
                "Tasks",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
            ],
            swiftSettings: swiftSettings),

        // How requests prove to other servers who they are from: tokens, signatures, client certificates.
        .target(
            name: "Credentials",
            dependencies: [
                "Egress", "JSON", "Tasks", .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "Crypto", package: "swift-crypto"),
                // RSA, for signed tokens.
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: swiftSettings),

        // Speaks the Model Context Protocol to servers, and keeps connections and lists of tools for all calls.
        .target(
            name: "MCP",
            dependencies: [
                "Credentials", "Egress", "EventStream", "JSON", "Tasks",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings),

        // MARK: Engines
        .target(
            name: "LocalEngines",
            dependencies: [
                "Audio", "Engines", "JSON", "Language", "Letters", "Tasks", "Telemetry", "CSherpaOnnx", "COnnxRuntime",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swiftSettings),
        // Tool calls for a small model that makes none of its own; a model with native calls does without.
        .target(
            name: "ToolDecisions",
            dependencies: [
                "Engines", "JSON", "Language", "LocalEngines", "Tasks",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
            ],
            swiftSettings: swiftSettings),
        .target(
            name: "CloudEngines",
            dependencies: [
                "Audio", "Engines", "EventStream", "JSON", "Tasks", "WebSockets",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swiftSettings),

        // MARK: The product
        // The configuration of agents, the records of their calls, and the protocols of what stores them.
        .target(
            name: "Agents",
            dependencies: ["Credentials", "Egress", "JSON", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: swiftSettings),
        // The embedded store: agents and records in SQLite.
        .target(
            name: "SQLiteStore",
            dependencies: ["Agents", "JSON", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: swiftSettings),
        // Voices and recognisers without a call: cascades, clauses, text made speakable.
        .target(name: "Speech", dependencies: ["Audio", "Engines", "Language", "Tasks"], swiftSettings: swiftSettings),
        // What an agent can do: client and system tools; one folder a kind.
        .target(
            name: "Tools",
            dependencies: [
                "Agents", "ConvAI", "Credentials", "Egress", "JSON", "MCP", "Tasks",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings),
        // One call, from the first frame to the record.
        .target(
            name: "Conversation",
            dependencies: [
                "Agents", "Audio", "Credentials", "Egress", "Engines", "JSON", "Language", "Speech", "Tasks",
                "Telemetry", "Tools", "TurnTaking",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
            ],
            swiftSettings: swiftSettings),
        // The HTTP and WebSocket server.
        .target(
            name: "Server",
            dependencies: [
                "Agents", "Audio", "Conversation", "ConvAI", "Documents", "Engines", "JSON", "MCP", "Speech", "Tasks",
                "Telemetry", "Tools", "TurnTaking",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "AsyncAlgorithms", package: "swift-async-algorithms"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swiftSettings),
        // The Swift SDK.
        .target(
            name: "Client",
            dependencies: [
                "ConvAI", "JSON", "WebSockets",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings),
        // A scripted caller with recordings, and measurements of a call from its two channels.
        .target(
            name: "CallMetrics", dependencies: ["Audio", "Client", "ConvAI", "Language"], swiftSettings: swiftSettings),
        .executableTarget(
            name: "parley",
            dependencies: [
                "Agents", "Audio", "CallMetrics", "Client", "CloudEngines", "Conversation", "ConvAI", "CPortAudio",
                "Credentials", "Egress", "Engines", "JSON", "Language", "LocalEngines", "MCP", "SQLiteStore", "Server",
                "Speech", "Telemetry",
                "ToolDecisions", "Tools", "TurnTaking", "WebSockets",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: swiftSettings, linkerSettings: runPath),

        // MARK: Tests
        // A server on a real socket whose messages a test writes.
        .target(
            name: "ScriptedServer",
            dependencies: [
                "JSON", "TestSupport", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], path: "Tests/ScriptedServer", swiftSettings: swiftSettings),
        // A server and a client whose every byte a test decides.
        .target(
            name: "TestSupport",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/TestSupport", swiftSettings: swiftSettings),
        // A second store, and recordings, in memory.
        .target(
            name: "MemoryStore", dependencies: ["Agents", "JSON"], path: "Tests/MemoryStore",
            swiftSettings: swiftSettings),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: swiftSettings),
        .testTarget(
            name: "TelemetryTests",
            dependencies: [
                "Conversation", "LocalEngines", "Server", "Telemetry",
                .product(name: "Metrics", package: "swift-metrics"),
            ], swiftSettings: swiftSettings, linkerSettings: runPath),
        .testTarget(name: "AudioTests", dependencies: ["Audio"], swiftSettings: swiftSettings),
        .testTarget(name: "DocumentsTests", dependencies: ["Documents", "TestSupport"], swiftSettings: swiftSettings),
        // Feeds every reader of bytes with data that no client should send.
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "Agents", "Audio", "CloudEngines", "ConvAI", "Documents", "EventStream", "JSON", "Server",
                "TestSupport",
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ], swiftSettings: swiftSettings),
        .testTarget(
            name: "ConvAITests", dependencies: ["ConvAI", "JSON", "TestSupport"], swiftSettings: swiftSettings),
        .testTarget(name: "TurnTakingTests", dependencies: ["Language", "TurnTaking"], swiftSettings: swiftSettings),
        .testTarget(
            name: "LanguageTests", dependencies: ["Language", "TestSupport"], resources: [.copy("Fixtures")],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "LocalEnginesTests",
            dependencies: [
                "LocalEngines", "Engines", "Audio", "JSON", "Language", "Tasks", "Telemetry", "ToolDecisions",
                "CSherpaOnnx",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            resources: [.copy("Fixtures")], swiftSettings: swiftSettings, linkerSettings: runPath),
        .testTarget(
            name: "CloudEnginesTests",
            dependencies: [
                "Audio", "CloudEngines", "Engines", "EventStream", "JSON", "ScriptedServer", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ], swiftSettings: swiftSettings),
        .testTarget(
            name: "EgressTests",
            dependencies: [
                "Egress", "Tasks", "TestSupport", .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            resources: [.copy("Fixtures")], swiftSettings: swiftSettings),
        .testTarget(
            name: "ToolsTests",
            dependencies: [
                "Agents", "Egress", "JSON", "MemoryStore", "Tasks", "TestSupport", "Tools",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ], swiftSettings: swiftSettings),
        // Tokens and certificates, with real token servers and real TLS.
        .testTarget(
            name: "CredentialsTests",
            dependencies: [
                "Credentials", "Egress", "JSON", "ScriptedServer", "Tasks", "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: swiftSettings),
        // The client of MCP, on real sockets and against the official Python servers.
        .testTarget(
            name: "MCPTests",
            dependencies: [
                "Credentials", "Egress", "EventStream", "JSON", "MCP", "Tasks", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "WebSocketsTests",
            dependencies: [
                "WebSockets", "JSON", "ScriptedServer", .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
            ], swiftSettings: swiftSettings),
        .testTarget(
            name: "AgentsTests", dependencies: ["Agents", "Credentials", "JSON", "MemoryStore", "TestSupport"],
            swiftSettings: swiftSettings),
        // The same suite against every store.
        .testTarget(
            name: "StoreTests",
            dependencies: ["Agents", "Audio", "Conversation", "JSON", "MemoryStore", "SQLiteStore", "TestSupport"],
            swiftSettings: swiftSettings),
        // What is SQLite's alone.
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: [
                "SQLiteStore", "Agents", "Conversation", "JSON", "MemoryStore", "TestSupport", "TurnTaking",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "SpeechTests",
            dependencies: ["Speech", "Audio", "Engines", "JSON", "Language", "Tasks", "TestSupport"],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "ConversationTests",
            dependencies: [
                "Conversation", "Agents", "Audio", "Engines", "JSON", "Language", "Speech", "Tasks", "Tools",
                "TurnTaking",
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.copy("Fixtures")], swiftSettings: swiftSettings),
        // Whole calls in virtual time, with engines that a test writes.
        .testTarget(
            name: "VirtualCallTests",
            dependencies: [
                "Server", "Conversation", "Agents", "Audio", "ConvAI", "Credentials", "Egress", "Engines", "JSON",
                "Language", "MemoryStore", "MCP", "SQLiteStore", "Tasks", "Telemetry", "TestSupport", "Tools",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
                .product(name: "Tracing", package: "swift-distributed-tracing"),
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "CallTests",
            dependencies: [
                "Conversation", "Agents", "Audio", "CloudEngines", "ConvAI", "Engines", "JSON", "LocalEngines",
                "Language", "SQLiteStore", "Server", "Speech", "Tasks", "TestSupport", "TurnTaking",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swiftSettings, linkerSettings: runPath),
        .testTarget(
            name: "ServerTests",
            dependencies: [
                "Server", "Agents", "Audio", "Conversation", "ConvAI", "Engines", "JSON", "SQLiteStore", "Speech",
                "Tasks", "MCP", "Tools",
                "Telemetry", "TestSupport", "TurnTaking",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOWebSocket", package: "swift-nio"), .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: swiftSettings),
        .testTarget(
            name: "ClientTests",
            dependencies: [
                "Client", "ConvAI", "JSON", "ScriptedServer", "WebSockets",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOWebSocket", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ], swiftSettings: swiftSettings),
        .testTarget(
            name: "CallMetricsTests",
            dependencies: ["CallMetrics", "Audio", "Client", "ConvAI", "JSON", "ScriptedServer"],
            swiftSettings: swiftSettings),
    ],
    swiftLanguageModes: [.v6]
)
