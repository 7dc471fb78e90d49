import Foundation

/// Where the server listens and what it allows.
public struct ServerConfiguration: Sendable {
    /// A host name or an IP address of this machine.
    public var host: String
    /// 0 lets the system choose a free port.
    public var port: Int
    /// How clients reach the server from elsewhere, such as `https://voice.example.com`; nil derives it from each
    /// request.
    public var publicURL: URL?
    /// The server's certificate: with one it speaks https and wss, and nothing else.
    public var tls: TLSFiles?
    /// The folder with `index.html` and `assets/`; nil serves no pages.
    public var webRoot: URL?
    /// What clients cannot exceed.
    public var limits: ServerLimits

    /// A configuration that serves this machine alone, unless something else is given.
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

    /// Whether only this machine is served: then its programs need no API key.
    public var isPrivate: Bool { isLoopbackHost(host) && (publicURL?.host).map(isLoopbackHost) ?? true }
}

/// What a server proves its name with; both files in PEM.
public struct TLSFiles: Sendable, Hashable {
    /// The certificate, and those between it and one that clients know.
    public var certificates: URL
    /// The certificate's key.
    public var privateKey: URL

    /// Nothing is read yet.
    public init(certificates: URL, privateKey: URL) {
        self.certificates = certificates
        self.privateKey = privateKey
    }
}

/// The server's bounds.
public struct ServerLimits: Sendable {
    /// Bytes of a request's body. Agents with long prompts take some 100 KiB.
    public var bodySize = 1 << 20
    /// Bytes of a request's body on a route that asks for no key: feedback with a comment of 10,000 characters, each
    /// escaped.
    public var openBodySize = 128 << 10
    /// Bytes of a recording: twelve hours of MP3 at 96 kbit/s, fifty minutes of CD audio.
    public var uploadSize = 1 << 29
    /// Bytes of one WebSocket message, and of one frame. Official clients send audio in some 11 KiB; half a minute of
    /// 16 kHz PCM in base64, which some send in one piece, takes 1.3 MB.
    public var messageSize = 2 << 20
    /// Frames of one WebSocket message: the largest in pieces of 512 bytes. Clients that fragment at all do it by
    /// buffers of some KiB.
    public var messageFrames = 4096
    /// Bytes of one header. Signed URLs and browsers' cookies stay far below.
    public var headerSize = 16 << 10
    /// Bytes of all headers together.
    public var headersSize = 64 << 10
    /// Headers of one request.
    public var headerCount = 100
    /// Open connections, calls included; more are answered with 503. As far as there are files for them: see
    /// `reservedFiles`.
    public var connections = 1024
    /// Open connections of one address (of IPv6: of one network of 64 bits); more are answered with 429. A quarter of
    /// all: an office or a proxy with all 64 calls and their pages gets in, and no address takes everything.
    public var connectionsPerAddress = 256
    /// The same for this machine's own addresses, where a proxy brings everybody. A quarter stays for others.
    public var connectionsFromLoopback = 768
    /// Connections that are being refused at the same time; more are closed without an answer.
    public var refusals = 32
    /// Files that the process may have open: `parley serve` raises its own limit to this, if the system lets it. Sixty
    /// times what is commonly set, and few enough for programs that go through all of them.
    public var openFiles = 65_536
    /// Of the files that the process may open, those that are not for connections: 64 calls with a recording and
    /// connections to a model, a voice and a recogniser, and 128 for the database, engines and child processes.
    public var reservedFiles = 64 * 4 + 128
    /// Files of one connection: its socket, and the page, recording or upload that goes over it.
    public var filesPerConnection = 2
    /// Calls at the same time; more are told so and closed.
    public var calls = 64
    /// Bytes that the kernel holds for a caller who does not read: some 3 s of 16 kHz audio.
    public var sendBufferSize = 256 << 10
    /// From connecting to the end of the first request's head.
    public var handshakeTimeout: Duration = .seconds(10)
    /// An HTTP connection without a request, or with half of one.
    public var httpIdleTimeout: Duration = .seconds(60)
    /// How long the server waits for a request's body, beyond the time that its bytes take at `slowestUpload`: a
    /// mobile link that changes its cell is back by then.
    public var requestPatience: Duration = .seconds(30)
    /// Bytes a second of a request's body, at least. Speech that is sent as it is recorded takes 4 KiB.
    public var slowestUpload = 2 << 10
    /// Bytes of a request that are still taken, and dropped, after it was answered without them, such as with 401: what
    /// an honest client already has on its way, so that it gets to see the answer. It has `closeTimeout` for them.
    public var drainSize = 1 << 20
    /// A WebSocket that sends nothing for this long is asked for a sign of life; after twice this, it is closed.
    public var webSocketIdleTimeout: Duration = .seconds(20)
    /// How long a caller's socket may refuse more bytes before it is closed.
    public var stalledWriteTimeout: Duration = .seconds(10)
    /// The same for what is not a call, which may be listened to while it is read.
    public var slowReaderTimeout: Duration = .seconds(60)
    /// From our close frame to the client's, and from the last answer on a connection to its end.
    public var closeTimeout: Duration = .seconds(5)
    /// How long calls and requests may go on after the wish to shut down, before they are ended. With `closeTimeout` it
    /// stays within the 30 s after which Kubernetes kills; systemd waits for 90 s, Docker for 10 s.
    public var drainTimeout: Duration = .seconds(20)

    /// The limits that suit a server of a few dozen calls.
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
