import Egress
import Testing

@Suite("Addresses")
struct IPAddressTests {
    @Test(
        "addresses of the public internet",
        arguments: ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
    func open(_ text: String) throws {
        #expect(try #require(IPAddress(text)).isPublic)
    }

    @Test(
        "addresses that only the server can reach, in all their spellings",
        arguments: [
            "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1",
            "169.254.169.254", "100.64.0.1", "192.0.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1",
            "fe80::1", "fd00::1", "fc12::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::a00:1",
            "2002:7f00:1::", "2001:db8::1", "2001::1", "::7f00:1",
        ])
    func closed(_ text: String) throws {
        #expect(!(try #require(IPAddress(text)).isPublic))
    }

    @Test("what is no address", arguments: ["", "localhost", "127.1", "1.2.3.4.5", "[::1]", "2130706433"])
    func none(_ text: String) { #expect(IPAddress(text) == nil) }
}
