import Agents
import Conversation
import Foundation
import JSON
import Server
import Telemetry
import TestSupport
import Testing

@Suite("Metrics of a server", .timeLimit(.minutes(1)))
struct MetricsRouteTests {
    private static func registry() -> PrometheusRegistry {
        PrometheusRegistry(ServerInstruments.metrics + CallInstruments.metrics)
    }

    @Test("are for the owner, in Prometheus' format")
    func access() async throws {
        try await withServer(metrics: Self.registry()) { server in
            let answer = try await server.send("GET", "/metrics?job=parley")
            #expect(answer.status == 200)
            #expect(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
            let own = "Host: 127.0.0.1:\(server.port)"
            let foreign = try await server.raw("GET /metrics", [own, "Via: 1.1 caddy"])
            #expect(foreign.hasPrefix("HTTP/1.1 401 "))
            let key = try await server.storage.keys.create(name: "prometheus").key
            let admitted = try await server.raw(
                "GET /metrics", [own, "Via: 1.1 caddy", "Authorization: Bearer \(key)"])
            #expect(admitted.hasPrefix("HTTP/1.1 200 ") && admitted.contains("# TYPE parley_uptime_seconds gauge"))
        }
        try await withServer(publicURL: URL(string: "https://voice.example"), metrics: Self.registry()) { server in
            let answer = try await server.send("GET", "/metrics")
            #expect(answer.status == 401)
        }
        // Whoever embeds the server and sends its numbers elsewhere has no such page.
        try await withServer { server in
            let answer = try await server.send("GET", "/metrics")
            #expect(answer.status == 404)
        }
    }

    @Test("have requests by the pattern of their route, and nothing that a client made up")
    func requests() async throws {
        try await withServer(metrics: Self.registry()) { server in
            let agent = try await server.makeAgent()
            for path in ["agents/\(agent)", "agents/agent_no", "agents/agent_neither"] {
                _ = try await server.send("GET", "/v1/convai/\(path)")
            }
            let own = "Host: 127.0.0.1:\(server.port)"
            for request in ["PATCH /metrics", "PROPFIND /v1/convai/agents", "GET /secret_path", "GET /secret_path_2"] {
                _ = try await server.raw(request, [own])
            }
            let values = try await server.metrics()
            let agents = #"parley_http_requests_total{route="/v1/convai/agents/{agent_id}",method="GET",status="#
            #expect(values[agents + #""2xx"}"#] == 1)
            #expect(values[agents + #""4xx"}"#] == 2)
            #expect(
                values[#"parley_http_request_duration_seconds_count{route="/v1/convai/agents/{agent_id}"}"#] == 3)
            #expect(values[#"parley_http_requests_total{route="/metrics",method="none",status="4xx"}"#] == 1)
            #expect(values[#"parley_http_requests_total{route="none",method="none",status="4xx"}"#] == 3)
            let text = try await server.text()
            for word in ["PROPFIND", "PATCH", "secret", agent, "agent_no"] { #expect(!text.contains(word), "\(word)") }
        }
    }

    @Test("have WebSockets, refused calls by reason, rejected keys, and connections refused at the gate")
    func connections() async throws {
        var limits = ServerLimits()
        limits.calls = 1
        try await withServer(limits: limits, metrics: Self.registry()) { server in
            let path = "/v1/convai/conversation?agent_id="
            let agent = try await server.makeAgent()
            let locked = try await server.storage.insert(
                ["conversation_config": [:], "platform_settings": ["auth": ["enable_auth": true]]])
            let open = #"parley_websockets_open{route="/v1/convai/conversation"}"#
            try await TestWebSocket.connect(to: server.port, path + agent) { socket in
                _ = try await socket.conversationID()
                #expect(try await server.metrics()[open] == 1)
                for (agent, headers) in [
                    (agent, []), ("agent_no", []), ("", []), (locked, []), (locked, ["xi-api-key: wrong"]),
                ] {
                    try await TestWebSocket.connect(to: server.port, path + agent, headers: headers) { refused in
                        let message = try await refused.message()
                        #expect(message?["type"] == "error")
                    }
                }
            }
            while try await server.metrics()[open] != 0 { try Task.checkCancellation() }
            let values = try await server.metrics()
            func refused(_ reason: String) -> Double? { values["parley_calls_refused_total{reason=\"\(reason)\"}"] }
            #expect(refused("busy") == 1)
            #expect(refused("unknown_agent") == 1)
            #expect(refused("bad_request") == 1)
            #expect(refused("not_admitted") == 2)
            #expect(refused("internal_error") == 0)
            #expect(values["parley_keys_rejected_total"] == 1)
            #expect(values[#"parley_websockets_total{route="/v1/convai/conversation"}"#] == 6)
            #expect(values[#"parley_connections_refused_total{reason="address"}"#] == 0)
            #expect((values["parley_connections_open"] ?? 0) > 0)
        }
    }

    @Test("have what the process takes, and its version")
    func process() async throws {
        try await withServer(metrics: Self.registry(), version: "1.2.3") { server in
            let values = try await server.metrics()
            #expect((values["parley_process_resident_memory_bytes"] ?? 0) > 1_000_000)
            #expect((values["parley_process_open_files"] ?? 0) > 3)
            #expect((values["parley_uptime_seconds"] ?? 0) > 0)
            #expect(values[#"parley_build_info{version="1.2.3"}"#] == 1)
        }
    }

    @Test("count a connection that the gate refuses")
    func gate() async throws {
        var limits = ServerLimits()
        limits.connectionsFromLoopback = 1
        let registry = Self.registry()
        try await withServer(limits: limits, metrics: registry) { server in
            try await RawSocket.connect(to: server.port) { first in
                try await first.write("GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                // It is in once it is answered.
                #expect(try await first.read(through: "\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
                let answer = try await RawSocket.connect(to: server.port) { try await $0.readToEnd() }
                #expect(answer.hasPrefix("HTTP/1.1 429 "))
                #expect(registry.text.contains("parley_connections_refused_total{reason=\"address\"} 1\n"))
            }
        }
    }
}

extension TestServer {
    fileprivate func text() async throws -> String {
        String(decoding: try await send("GET", "/metrics").data, as: UTF8.self)
    }

    /// The values by name and labels, as they are written.
    fileprivate func metrics() async throws -> [String: Double] {
        let lines = try await text().split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            uniqueKeysWithValues: lines.compactMap { line in
                line.lastIndex(of: " ").flatMap { space in
                    Double(line[line.index(after: space)...]).map { (String(line[..<space]), $0) }
                }
            })
    }
}
