import Foundation

/// Where the server listens, and its limits.
public struct ServerConfiguration: Sendable {
    /// The address to bind: a host name or an IP address of this machine.
    public var host: String
    /// The port; 0 lets the system choose a free one.
    public var port: Int
    /// How clients reach the server from elsewhere, such as `https://voice.example.com`; nil derives it from each
    /// request.
    public var publicURL: URL?
    /// The server's certificate; with one, the server speaks only https and wss. Nil for plain http and ws.
    public var tls: TLSFiles?
    /// The folder with `index.html` and `assets/`; nil serves no pages.
    public var webRoot: URL?
    /// The folder of the libraries that the pages use, as the set-up fetched them; nil for none.
    public var webLibraries: URL?
    /// What clients cannot exceed.
    public var limits: ServerLimits
    /// The name of this server among several: by default, the machine's.
    public var node = ProcessInfo.processInfo.hostName
    /// The version of the program, which `parley_build_info` tells; empty for none.
    public var version = ""

    /// Creates a configuration; the default serves this machine alone.
    public init(
        host: String = "127.0.0.1", port: Int = 8000, publicURL: URL? = nil, tls: TLSFiles? = nil,
        webRoot: URL? = nil, limits: ServerLimits = ServerLimits()
    ) {
        self.host = host
        self.port = port
        self.publicURL = publicURL
        self.tls = tls
        self.webRoot = webRoot
        self.limits = limits
    }

    /// Whether only this machine is served, so that its programs need no API key.
    public var isPrivate: Bool { isLoopbackHost(host) && (publicURL?.host).map(isLoopbackHost) ?? true }
}

/// The server's certificate and key, both files in PEM.
public struct TLSFiles: Sendable, Hashable {
    /// The certificate, followed by its intermediate certificates.
    public var certificates: URL
    /// The private key of the certificate.
    public var privateKey: URL

    /// Creates the pair; the files are not read yet.
    public init(certificates: URL, privateKey: URL) {
        self.certificates = certificates
        self.privateKey = privateKey
    }
}

/// Limits of the server.
public struct ServerLimits: Sendable {
    /// Most bytes of a request's body. Agents with long prompts take some 100 KiB.
    public var bodySize = 1 << 20
    /// Most bytes of a request's body on a route that needs no key: feedback with a comment of 10,000 characters, each
    /// escaped.
    public var openBodySize = 128 << 10
    /// Most bytes of an uploaded recording: twelve hours of MP3 at 96 kbit/s, fifty minutes of CD audio.
    public var uploadSize = 1 << 29
    /// Most files that a conversation keeps, whatever the agent allows.
    public var conversationFiles = 100
    /// Most bytes of all files of a conversation: six of the largest.
    public var conversationFileBytes = 64 << 20
    /// Most bytes of one WebSocket message, and of one frame. Official clients send audio in some 11 KiB; half a minute
    /// of 16 kHz PCM in base64, which some send in one piece, takes 1.3 MB.
    public var messageSize = 2 << 20
    /// Most frames of one WebSocket message: the largest message in pieces of 512 bytes. Clients that fragment at all
    /// use buffers of some KiB.
    public var messageFrames = 4096
    /// Most bytes of one header. Signed URLs and browsers' cookies stay far below.
    public var headerSize = 16 << 10
    /// Most bytes of all headers together.
    public var headersSize = 64 << 10
    /// Most headers of one request.
    public var headerCount = 100
    /// Most open connections, calls included; more are answered with 503. Fewer when the process may not open enough
    /// files, see `reservedFiles`.
    public var connections = 1024
    /// Most open connections of one IPv4 address, or of one IPv6 network of 64 bits; more are answered with 429. A
    /// quarter of all: it is enough for an office or a proxy with all 64 calls and their pages, and no address takes
    /// everything.
    public var connectionsPerAddress = 256
    /// Most open connections from this machine's own addresses, where a proxy brings all clients. A quarter stays for
    /// others.
    public var connectionsFromLoopback = 768
    /// Connections that may be in the course of being refused; more are closed without an answer.
    public var refusals = 32
    /// Limit of open files to which `parley serve` raises its own, if the system allows it. Sixty times the usual
    /// value, and few enough for programs that iterate over all of them.
    public var openFiles = 65_536
    /// Open files that are not for connections: 64 calls with a recording and connections to a model, a voice and a
    /// recogniser, and 128 for the database, engines and child processes.
    public var reservedFiles = 64 * 4 + 128
    /// Open files a connection: its socket, and the page, recording or upload that goes over it.
    public var filesPerConnection = 2
    /// Most calls at the same time; more are closed with that reason.
    public var calls = 64
    /// Bytes that the kernel buffers for a caller who does not read: some 3 s of 16 kHz audio.
    public var sendBufferSize = 256 << 10
    /// Time from connecting to the end of the first request's head.
    public var handshakeTimeout: Duration = .seconds(10)
    /// How long an HTTP connection may be without a request, or with an incomplete one.
    public var httpIdleTimeout: Duration = .seconds(60)
    /// How long the server waits for a request's body, beyond the time that its bytes take at `slowestUpload`: a mobile
    /// link that changes its cell is back by then.
    public var requestPatience: Duration = .seconds(30)
    /// Least bytes a second of a request's body. Speech that is sent as it is recorded takes 4 KiB.
    public var slowestUpload = 2 << 10
    /// Bytes of a request that are still read and dropped after it was answered early, such as with 401: what an honest
    /// client has already sent, so that it gets to see the answer. They must arrive within `closeTimeout`.
    public var drainSize = 1 << 20
    /// A WebSocket that sends nothing for this long is pinged; after twice this time, it is closed.
    public var webSocketIdleTimeout: Duration = .seconds(20)
    /// How long a caller's socket may refuse more bytes before it is closed.
    public var stalledWriteTimeout: Duration = .seconds(10)
    /// How long other sockets may refuse more bytes; their clients may play audio while they read it.
    public var slowReaderTimeout: Duration = .seconds(60)
    /// Time from the server's close frame to the client's, and from the last answer on a connection to its end.
    public var closeTimeout: Duration = .seconds(5)
    /// How long calls and requests may go on after the request to shut down, before they are ended. With `closeTimeout`
    /// it stays within the 30 s after which Kubernetes kills; systemd waits for 90 s, Docker for 10 s.
    public var drainTimeout: Duration = .seconds(20)

    /// Creates limits that suit a server of a few dozen calls.
    public init() {}
}

/// Whether `host` names this machine and no other.
func isLoopbackHost(_ host: String) -> Bool {
    let host = host.lowercased().trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
    return host == "localhost" || host == "::1" || host == "0:0:0:0:0:0:0:1" || isLoopbackIPv4(host)
}

private func isLoopbackIPv4(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
}
