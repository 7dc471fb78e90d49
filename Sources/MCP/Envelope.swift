import Foundation
import JSON

/// How a request of an era looks: what stands in its parameters, and in headers beside it.
struct Envelope: Sendable, Hashable {
    let era: MCPSession.Era
    let version: String
    let client: MCPImplementation

    static let protocolVersion = "io.modelcontextprotocol/protocolVersion"
    static let clientInfo = "io.modelcontextprotocol/clientInfo"
    static let clientCapabilities = "io.modelcontextprotocol/clientCapabilities"
    static let versionHeader = "MCP-Protocol-Version"
    static let sessionHeader = "Mcp-Session-Id"

    /// The parameters of a request; without the handshake each says who asks.
    func params(_ params: JSONValue) -> JSONValue {
        guard era == .stateless else { return params }
        var meta = params["_meta"] ?? [:]
        meta[Self.protocolVersion] = .string(version)
        meta[Self.clientInfo] = client.json
        meta[Self.clientCapabilities] = [:]
        var params = params
        params["_meta"] = meta
        return params
    }

    /// The headers of a request; those of the new era repeat what proxies are to see of it.
    ///
    /// - Parameter arguments: headers for arguments of the tool that is called.
    func headers(_ method: String, _ params: JSONValue, arguments: [(String, String)] = []) -> [(String, String)] {
        var headers = [(Self.versionHeader, version)]
        guard era == .stateless else { return headers }
        headers.append(("Mcp-Method", method))
        if method == "tools/call", let name = params["name"]?.stringValue {
            headers.append(("Mcp-Name", Self.encoded(name)))
        }
        return headers + arguments
    }

    /// The parameters of `initialize`.
    static func initialize(_ version: String, client: MCPImplementation) -> JSONValue {
        ["protocolVersion": .string(version), "capabilities": [:], "clientInfo": client.json]
    }

    /// A value as it can stand in a header; what would not survive there is written in Base64.
    static func encoded(_ value: String) -> String {
        let isPlain =
            value.utf8.allSatisfy { (0x20...0x7E).contains($0) } && value.first != " " && value.last != " "
            && !(value.hasPrefix("=?base64?") && value.hasSuffix("?="))
        return isPlain ? value : "=?base64?\(Data(value.utf8).base64EncodedString())?="
    }
}
