import Glibc

/// An IP address as it is dialled.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// 4 or 16 bytes, in network order.
    let bytes: [UInt8]

    /// Reads the usual spelling of an address, without brackets; nil for anything else.
    public init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: &six) { Array($0) }
        } else {
            return nil
        }
    }

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The usual spelling, without brackets.
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Whether the address belongs to the public internet. Addresses of this machine, of private networks, of the local
    /// link (and with them those where clouds tell their machines' secrets), for several receivers or for no use do not,
    /// nor do IPv6 addresses that stand for such an IPv4 address.
    public var isPublic: Bool {
        if bytes.count == 4 { return !Self.reserved4.contains { $0.contains(bytes) } }
        if let inner = embedded { return inner.isPublic }
        // All that is given out today lies in 2000::/3.
        return Self.unicast.contains(bytes) && !Self.reserved6.contains { $0.contains(bytes) }
    }

    /// The IPv4 address that an IPv6 address stands for: mapped, translated (RFC 6052) or tunnelled (6to4).
    private var embedded: IPAddress? {
        if Self.mapped.contains(bytes) || Self.translated.contains(bytes) {
            return IPAddress(bytes: Array(bytes[12...]))
        }
        if Self.tunnelled.contains(bytes) { return IPAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }

    private struct Network {
        let prefix: [UInt8]
        let bits: Int

        init(_ address: String, _ bits: Int) {
            prefix = IPAddress(address)?.bytes ?? []
            self.bits = bits
        }

        func contains(_ bytes: [UInt8]) -> Bool {
            guard bytes.count == prefix.count else { return false }
            return (0..<bits).allSatisfy { bit in
                let mask = UInt8(0x80) >> (bit % 8)
                return bytes[bit / 8] & mask == prefix[bit / 8] & mask
            }
        }
    }

    // The special-purpose address registries of IANA (RFC 6890), with multicast.
    private static let reserved4 = [
        Network("0.0.0.0", 8), Network("10.0.0.0", 8), Network("100.64.0.0", 10), Network("127.0.0.0", 8),
        Network("169.254.0.0", 16), Network("172.16.0.0", 12), Network("192.0.0.0", 24), Network("192.0.2.0", 24),
        Network("192.88.99.0", 24), Network("192.168.0.0", 16), Network("198.18.0.0", 15),
        Network("198.51.100.0", 24), Network("203.0.113.0", 24), Network("224.0.0.0", 4), Network("240.0.0.0", 4),
    ]
    private static let reserved6 = [
        Network("2001::", 23), Network("2001:db8::", 32), Network("3fff::", 20),
    ]
    private static let unicast = Network("2000::", 3)
    private static let mapped = Network("::ffff:0:0", 96)
    private static let translated = Network("64:ff9b::", 96)
    private static let tunnelled = Network("2002::", 16)
}
