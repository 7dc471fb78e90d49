import Foundation
import Hummingbird

extension ServerConfiguration {
    /// The server's address as the client of a request knows it, such as `https://voice.example.com`. Forwarding headers
    /// are trusted when the proxy runs on this machine.
    func address(for request: Request, _ context: ServerRequestContext) -> String {
        if let publicURL {
            var address = publicURL.absoluteString
            while address.hasSuffix("/") { address.removeLast() }
            return address
        }
        let isProxied = context.remoteAddress.map(isLoopbackHost) ?? false
        func forwarded(_ name: String) -> String? {
            guard isProxied, let value = request.headers[name: name] else { return nil }
            return value.prefix { $0 != "," }.trimmingCharacters(in: .whitespaces)
        }
        let scheme = forwarded("x-forwarded-proto") == "https" || tls != nil ? "https" : "http"
        let host = forwarded("x-forwarded-host") ?? request.head.authority
        return "\(scheme)://\(host ?? "\(self.host):\(port)")"
    }
}
