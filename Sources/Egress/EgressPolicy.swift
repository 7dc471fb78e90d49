/// Where requests that a configuration causes may go.
///
/// Whoever may write a configuration decides which URLs the server asks, and could reach with it what only the server can
/// reach: its machine, its network, the addresses where clouds tell machines their secrets. So only public addresses are
/// dialled, unless the server's owner says otherwise.
public struct EgressPolicy: Sendable, Hashable {
    /// Whether all addresses may be dialled.
    public var allowsPrivateAddresses: Bool
    /// Hosts whose addresses need not be public, as they stand in URLs, with or without a port: `crm.internal`,
    /// `10.0.0.5:8080`.
    public var allowedHosts: Set<String>

    /// Only public addresses, unless it is said otherwise.
    public init(allowsPrivateAddresses: Bool = false, allowedHosts: Set<String> = []) {
        self.allowsPrivateAddresses = allowsPrivateAddresses
        self.allowedHosts = Set(allowedHosts.map { $0.lowercased() })
    }

    /// Whether `address`, to which `host` was resolved, may be dialled.
    func admits(_ address: IPAddress, of host: String, port: Int) -> Bool {
        let host = host.lowercased()
        return allowsPrivateAddresses || address.isPublic || allowedHosts.contains(host)
            || allowedHosts.contains("\(host):\(port)")
    }
}
