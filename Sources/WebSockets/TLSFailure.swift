import NIOSSL

/// Describes why an encrypted connection failed; the library's own message is a line of its source code.
package enum TLSFailure {
    /// The description of a TLS error; nil for other errors.
    package static func reason(of error: any Error) -> String? {
        guard error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError else { return nil }
        let text = "\(error)"
        return reasons.first(where: { text.contains($0.mark) })?.reason ?? "the TLS handshake failed"
    }

    private static let reasons: [(mark: String, reason: String)] = [
        ("CERTIFICATE_VERIFY_FAILED", "the server's certificate is not trusted"),
        ("failedToValidateHostname", "the server's certificate is for another name"),
        ("WRONG_VERSION_NUMBER", "the server does not speak TLS"),
        ("uncleanShutdown", "the server closed the connection"),
        ("eofDuringHandshake", "the server closed the connection"),
    ]
}
