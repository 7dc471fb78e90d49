import Agents
import Foundation
import JSON
import Server
import TestSupport
import Testing

@Suite("Agents over REST", .timeLimit(.minutes(1)))
struct AgentRouteTests {
    private static let tutorial: JSONValue = [
        "name": "Tutorial",
        "conversation_config": [
            "agent": [
                "prompt": ["prompt": "Be kind.", "llm": "gpt-4o", "temperature": 0.7],
                "first_message": "Hello!", "language": "en",
            ],
            "tts": ["voice_id": "joe", "model_id": "eleven_turbo_v2_5", "agent_output_audio_format": "pcm_16000"],
            "stt": ["model_id": "scribe_v1"],
        ],
        "unheard_of": ["is": "ignored"],
    ]

    @Test("create answers with the id and what is not configured here; get has the defaults and what was sent as well")
    func createAndGet() async throws {
        try await withServer { server in
            let created = try await server.send("POST", "/v1/convai/agents/create", Self.tutorial)
            #expect(created.status == 200)
            let id = try #require(created.json["agent_id"]?.stringValue)

            let agent = try await server.send("GET", "/v1/convai/agents/\(id)")
            #expect(agent.status == 200)
            #expect(agent.json["name"] == "Tutorial")
            #expect(agent.json.value(at: "conversation_config", "agent", "prompt", "temperature") == 0.7)
            #expect(agent.json.value(at: "conversation_config", "stt", "model_id") == "scribe_v1")
            #expect(agent.json.value(at: "conversation_config", "turn", "turn_timeout")?.doubleValue == 7)
            let warnings = agent.json.value(at: "metadata", "warnings")?.arrayValue?.compactMap(\.stringValue)
            #expect(
                warnings == [
                    #"agent.prompt.llm: "gpt-4o" is not configured on this server; "qwen" is used instead."#,
                    #"tts.model_id: "eleven_turbo_v2_5" is not configured on this server; "joe" is used instead."#,
                    #"stt.model_id: "scribe_v1" is not configured on this server; "moonshine" is used instead."#,
                ])
            #expect(created.json.value(at: "metadata", "warnings") == agent.json.value(at: "metadata", "warnings"))
            // The log says it once, however often the agent is read.
            _ = try await server.send("GET", "/v1/convai/agents/\(id)")
            _ = try await server.send("PATCH", "/v1/convai/agents/\(id)", ["name": "Another"])
            #expect(server.log.text.components(separatedBy: "\"gpt-4o\" is not configured").count == 2)
        }
    }

    @Test("what stands in for the hosted defaults is said once by a server, and not of every agent")
    func standIns() async throws {
        try await withServer { server in
            for _ in 0..<3 {
                let created = try await server.send(
                    "POST", "/v1/convai/agents/create", ["conversation_config": ["agent": ["first_message": "Hi!"]]])
                #expect(created.json.objectValue?.keys.map(\.self) == ["agent_id"])
                let id = try #require(created.json["agent_id"]?.stringValue)
                let agent = try await server.send("GET", "/v1/convai/agents/\(id)").json
                #expect(agent.value(at: "metadata", "warnings") == [])
            }
            for field in ["agent.prompt.llm", "tts.voice_id", "tts.model_id"] {
                #expect(server.log.text.components(separatedBy: "\(field): ").count == 2, "\(field)")
            }
        }
    }

    @Test("promises that are not kept are refused with 422, settings that are not followed are warned of")
    func promises() async throws {
        try await withServer { server in
            let privacy: JSONValue = ["platform_settings": ["privacy": ["zero_retention_mode": true]]]
            let create = try await server.send(
                "POST", "/v1/convai/agents/create", privacy.merging(["conversation_config": [:]]))
            let id = try await server.makeAgent()
            for answer in [create, try await server.send("PATCH", "/v1/convai/agents/\(id)", privacy)] {
                #expect(answer.status == 422)
                let issue = answer.json["detail"]?.arrayValue?.first
                #expect(issue?["loc"] == ["body", "platform_settings", "privacy", "zero_retention_mode"])
                #expect(issue?["type"] == "value_error")
            }
            let patched = try await server.send(
                "PATCH", "/v1/convai/agents/\(id)",
                [
                    "conversation_config": [
                        "agent": ["prompt": ["mcp_server_ids": ["m1"], "native_mcp_server_ids": ["m1"]]]
                    ]
                ])
            let warnings = patched.json.value(at: "metadata", "warnings")?.arrayValue?.compactMap(\.stringValue)
            #expect(
                warnings?.map { $0.prefix { $0 != ":" } } == [
                    "prompt.mcp_server_ids", "agent.prompt.native_mcp_server_ids",
                ])
        }
    }

    @Test("parameters that are not followed are refused by name; those that change nothing pass")
    func unfollowedParameters() async throws {
        try await withServer { server in
            let id = try await server.makeAgent(["name": "A", "tags": ["a", "b"], "conversation_config": [:]])
            let agents = "/v1/convai/agents"
            for (path, name) in [
                ("\(agents)?sort=name", "sort"), ("\(agents)?created_by_user_id=u2", "created_by_user_id"),
                ("\(agents)/\(id)?branch_id=b", "branch_id"), ("\(agents)/\(id)?version_id=v", "version_id"),
                ("/v1/convai/conversations?tag_ids=t", "tag_ids"),
                ("/v1/convai/conversations?evaluation_params=a%3Asuccess", "evaluation_params"),
                ("/v1/convai/conversations?exclude_statuses=gone", "exclude_statuses"),
                ("/v1/convai/conversations/conv_1?format=opentelemetry", "format"),
                (
                    "/v1/convai/conversation/get-signed-url?agent_id=\(id)&debug_events_request=true",
                    "debug_events_request"
                ),
                ("/v2/voices?sort=name", "sort"), ("/v2/voices?category=cloned", "category"),
                ("/v1/user?agent_id=a", "agent_id"), ("/v1/models?x=1", "x"),
                ("/v1/convai/conversations/conv_1/audio?format=mp3", "format"),
            ] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 422, "\(path)")
                let details = answer.json["detail"]?.arrayValue ?? []
                #expect(details.map { $0["loc"] } == [["query", .string(name)]], "\(path)")
            }
            for path in [
                "/v1/text-to-speech/joe", "/v1/text-to-speech/joe/stream/with-timestamps", "/v1/audio/speech",
                "/v1/speech-to-text", "/v1/audio/transcriptions",
            ] {
                let answer = try await server.send("POST", "\(path)?x=1", ["text": "Hello."])
                #expect(answer.status == 422 && answer.json.text.contains("does not support"), "\(path)")
            }
            for path in [
                "\(agents)?show_only_owned_agents=true&created_by_user_id=@me&branch=", "\(agents)/\(id)?x=",
                "/v1/convai/conversations?summary_mode=include&include_invalid_tool_calls=false&exclude_statuses=done",
                "/v2/voices?include_total_count=true&category=premade", "/v1/voices?show_legacy=true",
                "/v1/convai/conversation/get-signed-url?agent_id=\(id)&environment=production",
            ] {
                #expect(try await server.send("GET", path).status == 200, "\(path)")
            }
            for (tags, count) in [("tags=b", 1), ("tags=c&tags=a", 1), ("tags=c", 0)] {
                let found = try await server.send("GET", "\(agents)?\(tags)").json["agents"]?.arrayValue
                #expect(found?.count == count, "\(tags)")
            }
            let voices = try await server.send("GET", "/v2/voices?voice_ids=amy").json
            #expect(voices["voices"]?.arrayValue?.compactMap { $0["voice_id"]?.stringValue } == ["amy"])
        }
    }

    @Test("what of a model server cannot be resolved is told with the agent, and a literal header is not shown")
    func customLLM() async throws {
        try await withServer { server in
            let id = try await server.makeAgent([
                "conversation_config": [
                    "agent": [
                        "language": "fi",
                        "prompt": [
                            "llm": "custom-llm",
                            "custom_llm": [
                                "url": "http://localhost/v1", "api_type": "websocket",
                                "api_key": ["secret_id": "no_such_secret"],
                                "request_headers": ["Authorization": "Bearer hush"],
                            ],
                        ],
                    ], "tts": ["voice_id": "joe", "model_id": "joe"],
                ]
            ])
            let agent = try await server.send("GET", "/v1/convai/agents/\(id)").json
            let warnings = agent.value(at: "metadata", "warnings")?.arrayValue?.compactMap(\.stringValue) ?? []
            try #require(warnings.count == 3)
            #expect(warnings[0].hasPrefix("agent.language: \"fi\" is not configured"))
            #expect(warnings[1].hasPrefix("custom_llm.api_key: there is no secret no_such_secret here"))
            #expect(warnings[2].hasPrefix("custom_llm.api_type: \"websocket\" is not supported"))
            #expect(!agent.text.contains("hush"))
            let patched = try await server.send("PATCH", "/v1/convai/agents/\(id)", agent)
            #expect(patched.status == 200)
            #expect(!patched.json.text.contains("hush"))
            #expect(try await server.storage.agents.get(id)?.conversationConfig.text.contains("Bearer hush") == true)
            #expect(!server.log.text.contains("hush"))
        }
    }

    @Test("patch merges deeply and answers with the whole agent")
    func patch() async throws {
        try await withServer { server in
            let id = try await server.makeAgent(Self.tutorial)
            let answer = try await server.send(
                "PATCH", "/v1/convai/agents/\(id)",
                ["conversation_config": ["agent": ["prompt": ["llm": "qwen"]]], "tags": ["a"]])
            #expect(answer.status == 200)
            #expect(answer.json["agent_id"]?.stringValue == id)
            #expect(answer.json["tags"] == ["a"])
            let prompt = answer.json.value(at: "conversation_config", "agent", "prompt")
            #expect(prompt?["llm"] == "qwen")
            #expect(prompt?["prompt"] == "Be kind.")
            #expect(answer.json.value(at: "conversation_config", "agent", "first_message") == "Hello!")
            #expect(answer.json.value(at: "metadata", "warnings")?.arrayValue?.count == 2)
        }
    }

    @Test("lists are paged by cursor, searched and sorted")
    func list() async throws {
        try await withServer { server in
            for name in ["Anna", "Berta", "Cilli"] {
                _ = try await server.makeAgent(["name": .string(name), "conversation_config": [:]])
            }
            let path = "/v1/convai/agents?page_size=2&sort_by=name&sort_direction=asc"
            let first = try await server.send("GET", path).json
            #expect(first["agents"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["Anna", "Berta"])
            #expect(first["has_more"] == true)
            let cursor = try #require(first["next_cursor"]?.stringValue)
            let second = try await server.send("GET", "\(path)&cursor=\(cursor)").json
            #expect(second["agents"]?.arrayValue?.compactMap { $0["name"]?.stringValue } == ["Cilli"])
            #expect(second["has_more"] == false)
            #expect(second["next_cursor"] == .null)
            let found = try await server.send("GET", "/v1/convai/agents?search=BERT").json
            #expect(found["agents"]?.arrayValue?.count == 1)
        }
    }

    @Test("duplicate, link, widget and delete")
    func others() async throws {
        try await withServer { server in
            let id = try await server.makeAgent(Self.tutorial)
            let copy = try await server.send("POST", "/v1/convai/agents/\(id)/duplicate", ["name": "Copy"])
            let copyID = try #require(copy.json["agent_id"]?.stringValue)
            #expect(copyID != id)
            #expect(try await server.send("GET", "/v1/convai/agents/\(copyID)").json["name"] == "Copy")

            let link = try await server.send("GET", "/v1/convai/agents/\(id)/link")
            #expect(link.json == ["agent_id": .string(id), "token": nil])

            let widget = try await server.send("GET", "/v1/convai/agents/\(id)/widget").json
            #expect(widget.value(at: "widget_config", "variant") == "full")
            #expect(widget.value(at: "widget_config", "first_message") == "Hello!")
            #expect(widget.value(at: "widget_config", "use_rtc") == false)

            #expect(try await server.send("DELETE", "/v1/convai/agents/\(id)").status == 200)
            #expect(try await server.send("GET", "/v1/convai/agents/\(id)").status == 404)
            #expect(try await server.send("DELETE", "/v1/convai/agents/\(id)").status == 404)
        }
    }

    // MARK: Errors

    @Test("a field of the wrong type is answered with 422 and the way to it")
    func wrongType() async throws {
        try await withServer { server in
            let answer = try await server.send(
                "POST", "/v1/convai/agents/create",
                ["conversation_config": ["agent": ["prompt": ["temperature": "hot"]]]])
            #expect(answer.status == 422)
            let issue = answer.json["detail"]?.arrayValue?.first
            #expect(issue?["loc"] == ["body", "conversation_config", "agent", "prompt", "temperature"])
            #expect(issue?["type"]?.stringValue?.isEmpty == false)
            #expect(issue?["msg"]?.stringValue?.isEmpty == false)

            let missing = try await server.send("POST", "/v1/convai/agents/create", ["name": "x"])
            #expect(missing.status == 422)
            #expect(missing.json["detail"]?.arrayValue?.first?["loc"] == ["body", "conversation_config"])
        }
    }

    @Test("malformed JSON is answered with 422 and the position")
    func malformed() async throws {
        try await withServer { server in
            for text in ["{\"name\": ", "{'a': 1}", "[1, 2"] {
                let answer = try await server.send("POST", "/v1/convai/agents/create", raw: Data(text.utf8))
                #expect(answer.status == 422)
                let issue = answer.json["detail"]?.arrayValue?.first
                #expect(issue?["type"] == "json_invalid")
                #expect(issue?["msg"]?.stringValue?.contains(/at byte \d/) == true)
            }
            let list = try await server.send("POST", "/v1/convai/agents/create", raw: Data("[]".utf8))
            #expect(list.json["detail"]?.arrayValue?.first?["type"] == "dict_type")
        }
    }

    @Test("wrong parameters of a list are answered with 422 and their names")
    func wrongParameters() async throws {
        try await withServer { server in
            for (query, name) in [
                ("page_size=0", "page_size"), ("page_size=many", "page_size"), ("cursor=nonsense", "cursor"),
                ("sort_direction=up", "sort_direction"), ("archived=maybe", "archived"),
            ] {
                let answer = try await server.send("GET", "/v1/convai/agents?\(query)")
                #expect(answer.status == 422)
                #expect(answer.json["detail"]?.arrayValue?.first?["loc"] == ["query", .string(name)])
            }
        }
    }

    @Test("what is not found, not allowed, too large or no JSON is answered in JSON with the trace id")
    func errorShape() async throws {
        var limits = ServerLimits()
        limits.bodySize = 1000
        try await withServer(limits: limits) { server in
            let large = Data(repeating: 0x20, count: 1001)
            let answers = [
                (try await server.send("GET", "/v1/convai/agents/agent_x"), 404, "agent_not_found"),
                (try await server.send("GET", "/v1/convai/knowledge-base"), 404, "not_served"),
                (try await server.send("GET", "/"), 404, "not_served"),
                (try await server.send("PUT", "/v1/convai/agents/agent_x"), 405, "method_not_allowed"),
                (try await server.send("GET", "/v1/convai/agents/create"), 405, "method_not_allowed"),
                (try await server.send("POST", "/v1/convai/agents/create", raw: large), 413, "content_too_large"),
                (
                    try await server.send(
                        "POST", "/v1/convai/agents/create", ["a": 1], headers: ["Content-Type": "text/plain"]), 415,
                    "unsupported_media_type"
                ),
            ]
            for (answer, status, code) in answers {
                #expect(answer.status == status)
                #expect(answer.header("Content-Type")?.hasPrefix("application/json") == true)
                let detail = answer.json["detail"]
                #expect(detail?["code"]?.stringValue == code)
                #expect(detail?["status"]?.stringValue == code)
                #expect(detail?["message"]?.stringValue?.isEmpty == false)
                #expect(detail?["request_id"]?.stringValue == answer.header("x-trace-id"))
            }
            #expect(answers[3].0.header("Allow") == "GET, PATCH, DELETE")
            #expect(try await server.send("GET", "/health/live").header("x-trace-id")?.count == 32)
        }
    }
}
