"""Every REST route of a running server, asked by the official Python SDK, whose models must take the answers as they are.

The SDK itself is lenient: what is missing becomes an AttributeError in somebody's program, months later. So its models
validate each answer here, strictly; members that they do not know are allowed.

    $PARLEY_HOME/venv/bin/python -m unittest discover -s Tests/sdk

PARLEY_BINARY names the server to start (the release build unless it is given), PARLEY_URL one that runs already.
"""

import http.server
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

import httpx
import pydantic
import websockets.exceptions
from elevenlabs.core import unchecked_base_model
from websockets.sync.client import connect

_construct = unchecked_base_model.construct_type
_adapters = {}
_is_within = False
answers = []


def _strict(*, type_, object_):
    """In place of the SDK's own, which fills what is missing with nothing."""
    global _is_within
    if _is_within:
        return _construct(type_=type_, object_=object_)
    key = str(type_)
    if key not in _adapters:
        _adapters[key] = pydantic.TypeAdapter(type_)
    _adapters[key].validate_json(json.dumps(object_), strict=True)
    answers.append(key)
    _is_within = True
    try:
        return _construct(type_=type_, object_=object_)
    finally:
        _is_within = False


# Before the clients are imported, which take the function by its name.
unchecked_base_model.construct_type = _strict

from elevenlabs.client import ElevenLabs  # noqa: E402
from elevenlabs.conversational_ai.conversation import MultimodalMessageClientToOrchestratorEvent  # noqa: E402
from elevenlabs.core.api_error import ApiError  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
CERTIFICATE = """-----BEGIN CERTIFICATE-----
MIIBhzCCAS6gAwIBAgIUaHW5mjZ8EtTE0IgFn7JH7am5ArwwCgYIKoZIzj0EAwIw
DjEMMAoGA1UEAwwDYW5uMCAXDTI2MTEzMDA2MTcyMVoYDzIxMjYxMTA2MDYxNzIx
WjAOMQwwCgYDVQQDDANhbm4wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQ/3J//
PcdWEOdyOP6imj4BmPhd5ioFK/qupApIHwQUUTVgNibeYYkEozoF4VeBnx05/tOC
JZEAPLj0yzPM9gGco2gwZjAdBgNVHQ4EFgQUFoeNe0pYd+kCpBmj8W888FAfFKYw
HwYDVR0jBBgwFoAUFoeNe0pYd+kCpBmj8W888FAfFKYwDwYDVR0TAQH/BAUwAwEB
/zATBgNVHSUEDDAKBggrBgEFBQcDAjAKBggqhkjOPQQDAgNHADBEAiBiIinMVmFJ
p9BOOSbWLnoZFmSOoniQbAyMGQ/UCgi6aQIgLE/b6g9GJBf3eR8hQVgVTEvdtFUn
+F7luOLZc56uPAE=
-----END CERTIFICATE-----
"""
KEY = """-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgy5yiFoK05kfP/Xiu
KslWmJbeaLZMcH+4NFv4+5W2GyahRANCAAQ/3J//PcdWEOdyOP6imj4BmPhd5ioF
K/qupApIHwQUUTVgNibeYYkEozoF4VeBnx05/tOCJZEAPLj0yzPM9gGc
-----END PRIVATE KEY-----
"""
"""A client's, good for nothing but this test."""
START = 120
"""Seconds until the engines are loaded, on a slow machine."""


class Server:
    """A server of its own, with a database of its own, and the engines that the text of `engines.yaml` lists."""

    def __init__(self, engines=None):
        self.url = os.environ.get("PARLEY_URL")
        self.process = None
        if self.url:
            return
        self.data = tempfile.TemporaryDirectory()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        binary = os.environ.get("PARLEY_BINARY", ROOT / ".build/release/parley")
        environment = {name: text for name, text in os.environ.items() if name != "PARLEY_ENGINES"}
        if engines:
            environment["PARLEY_ENGINES"] = str(pathlib.Path(self.data.name) / "engines.yaml")
            pathlib.Path(environment["PARLEY_ENGINES"]).write_text(engines)
        self.log = open(pathlib.Path(self.data.name) / "server.log", "w+")
        self.process = subprocess.Popen(
            [binary, "serve", "--port", str(port), "--data", self.data.name],
            env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT,
        )

    def wait(self):
        deadline = time.monotonic() + START
        while time.monotonic() < deadline:
            if self.process and self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/health/ready") as answer:
                    json.load(answer)
                    return
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.2)
        self.log.seek(0)
        raise AssertionError(f"the server is not ready: {self.log.read()[-2000:]}")

    def stop(self):
        if not self.process:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        self.data.cleanup()


class Model(http.server.BaseHTTPRequestHandler):
    """A Chat Completions server that does as the user says: `NAME {arguments}` calls a tool."""

    told = []
    """What tools have returned, as the model is told it."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        last = [message for message in body["messages"] if message["role"] != "system"][-1]
        name, _, arguments = (last["content"] or "").partition(" ")
        delta = {"content": "Well."}
        if last["role"] == "tool":
            self.told.append(last["content"])
        if last["role"] == "user" and arguments.startswith("{"):
            call = {"index": 0, "id": "call_1", "function": {"name": name, "arguments": arguments}}
            delta = {"tool_calls": [call]}
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for part, reason in ((delta, None), ({}, "stop")):
            chunk = {"choices": [{"index": 0, "delta": part, "finish_reason": reason}]}
            self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def log_message(self, *arguments):
        pass


def start_model(add_cleanup):
    """Starts a scripted model, and returns its address."""
    model = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=model.serve_forever, daemon=True).start()
    add_cleanup(model.server_close)
    add_cleanup(model.shutdown)
    return f"http://127.0.0.1:{model.server_port}/v1"


def start_tools(add_cleanup, environment, script, *arguments):
    """Starts a server of MCP in an environment of the set-up; returns its process and its port."""
    home = pathlib.Path(os.environ.get("PARLEY_HOME") or pathlib.Path.home() / ".cache/parley")
    tools = subprocess.Popen(
        [home / environment / "bin/python", ROOT / "Tests/mcp" / script, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )

    def stop():
        tools.kill()
        tools.wait()
        tools.stdin.close()
        tools.stdout.close()

    add_cleanup(stop)
    return tools, int(tools.stdout.readline())


class StrictAnswers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.addClassCleanup(cls.server.stop)
        cls.server.wait()
        cls.asked = set()
        hooks = {"request": [lambda request: cls.asked.add((request.method, request.url.path))]}
        cls.client = ElevenLabs(
            base_url=cls.server.url, api_key="none", httpx_client=httpx.Client(timeout=60, event_hooks=hooks))
        cls.convai = cls.client.conversational_ai
        cls.agent = cls.convai.agents.create(
            name="Strict",
            tags=["test"],
            conversation_config={
                "agent": {"first_message": "Hello.", "prompt": {"prompt": "Be brief.", "max_tokens": 20}}
            },
        ).agent_id

    @classmethod
    def tearDownClass(cls):
        """That every route which the server has was asked here."""
        with urllib.request.urlopen(f"{cls.server.url}/v1/parley/routes") as answer:
            routes = json.load(answer)["routes"]
        missing = [
            f"{route['method']} {route['path']}" for route in routes
            if not any(
                method == route["method"] and re.fullmatch(re.sub(r"{[^/]+}", "[^/]+", route["path"]), path)
                for method, path in cls.asked)
        ]
        assert not missing, f"routes that no test here asks: {missing}"

    def get(self, path, method="GET", body=None):
        self.asked.add((method, path.split("?")[0]))
        request = urllib.request.Request(
            self.server.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request) as answer:
            return answer.read()

    def test_agents(self):
        agents = self.convai.agents
        copy = agents.duplicate(self.agent, name="Copy").agent_id
        # Everything that the SDK knows, set to what the server gave: the whole configuration is read again.
        whole = agents.get(self.agent)
        agents.update(copy, conversation_config=whole.conversation_config, platform_settings={}, tags=["a"])
        agents.get(copy)
        # A setting of Parley's own passes the SDK's models both ways.
        agents.update(copy, conversation_config={"agent": {"prompt": {"requires_receipts": True}}})
        agents.update(copy, conversation_config=agents.get(copy).conversation_config)
        self.assertTrue(agents.get(copy).conversation_config.agent.prompt.requires_receipts)
        page = agents.list(page_size=1, sort_by="name", sort_direction="asc", archived=False, search="")
        self.assertTrue(page.has_more)
        agents.list(page_size=1, sort_by="name", sort_direction="asc", cursor=page.next_cursor)
        agents.link.get(self.agent)
        agents.widget.get(self.agent)
        agents.llm_usage.calculate(self.agent)
        agents.delete(copy)
        with self.assertRaises(ApiError) as refused:
            agents.get(copy)
        self.assertEqual(refused.exception.status_code, 404)

    def test_calls(self):
        conversations = self.convai.conversations
        self.convai.conversations.get_signed_url(agent_id=self.agent, include_conversation_id=True)
        staging = self.convai.conversations.get_signed_url(agent_id=self.agent, environment="staging")
        self.assertIn("environment=staging", staging.signed_url)
        signed = json.loads(self.get(f"/v1/convai/conversation/get_signed_url?agent_id={self.agent}"))
        with connect(signed["signed_url"], max_size=None) as call:
            call.send(json.dumps({"type": "conversation_initiation_client_data", "user_id": "u1"}))
            call.send(json.dumps({"type": "user_message", "text": "Are you there?"}))
            conversation, answered = None, 0
            for message in call:
                event = json.loads(message)
                if event["type"] == "conversation_initiation_metadata":
                    conversation = event["conversation_initiation_metadata_event"]["conversation_id"]
                    self.convai.analytics.live_count.get()
                    conversations.list(agent_id=self.agent)
                    conversations.get(conversation)
                answered += event["type"] == "agent_response"
                if answered == 2 and event["type"] == "audio":
                    break
        deadline = time.monotonic() + 20
        while conversations.get(conversation).status not in ("done", "failed") and time.monotonic() < deadline:
            time.sleep(0.1)
        conversations.feedback.create(conversation, feedback="like")
        self.get(f"/v1/convai/conversations/{conversation}/feedback", "POST", {"rating": 4, "comment": "Kind."})
        record = conversations.get(conversation)
        self.assertEqual(record.status, "done")
        page = conversations.list(
            agent_id=self.agent, user_id="u1", page_size=100, summary_mode="include", sort_direction="asc"
        )
        item = next(item for item in page.conversations if item.conversation_id == conversation)
        self.assertEqual(item.message_count, len(record.transcript))
        spoken = [turn.role for turn in record.transcript if turn.message]
        self.assertEqual(item.user_message_count, spoken.count("user"))
        self.assertEqual(item.agent_message_count, spoken.count("agent"))
        self.assertGreaterEqual(item.agent_message_count, 1)
        self.assertTrue(b"".join(conversations.audio.get(conversation)))
        json.loads(self.get(f"/v1/parley/conversations/{conversation}/log"))
        json.loads(self.get(f"/v1/parley/conversations/{conversation}/waterfalls"))
        path = f"/v1/parley/conversations/{conversation}/replay"
        self.assertIn("turnTimeout", json.loads(self.get(path, "POST", {"policy": {"patience": 0.8}}))["policy"])
        self.assertEqual(json.loads(self.get("/v1/parley/statistics?step=3600"))["total"]["failed"], 0)
        self.assertTrue(self.convai.agents.list().agents[0].created_at_unix_secs)
        conversations.delete(conversation)
        for ask in (lambda: conversations.get(conversation), lambda: conversations.get_webrtc_token(agent_id=self.agent)):
            with self.assertRaises(ApiError) as refused:
                ask()
            self.assertEqual(refused.exception.status_code, 404)

    def test_files(self):
        """That files are sent, named in a message, given back and deleted, as the SDK does it."""
        conversations = self.convai.conversations
        signed = conversations.get_signed_url(agent_id=self.agent).signed_url
        note = ("note.txt", b"The bike is red.", "text/plain")
        with connect(signed, max_size=None) as call:
            override = {"text_only": True}
            call.send(json.dumps(
                {"type": "conversation_initiation_client_data", "conversation_config_override": override}))
            conversation, file = None, None
            for message in call:
                event = json.loads(message)
                if event["type"] == "conversation_initiation_metadata":
                    conversation = event["conversation_initiation_metadata_event"]["conversation_id"]
                    file = conversations.files.create(conversation, file=note).file_id
                    other = conversations.files.create(conversation, file=note).file_id
                    self.assertEqual(conversations.files.delete(conversation, other).file_id, other)
                    sent = MultimodalMessageClientToOrchestratorEvent(text="Which colour?", file_ids=[file])
                    call.send(json.dumps(sent.to_dict()))
                if event["type"] == "ping":
                    call.send(json.dumps({"type": "pong", "event_id": event["ping_event"]["event_id"]}))
                if event["type"] == "agent_response" and file and event["agent_response_event"]["event_id"] > 1:
                    break
            self.assertEqual(b"".join(conversations.files.get(conversation, file)), note[1])
            with self.assertRaises(ApiError) as refused:
                conversations.files.delete(conversation, file)
            self.assertEqual(refused.exception.status_code, 400)
        deadline = time.monotonic() + 20
        while conversations.get(conversation).status not in ("done", "failed") and time.monotonic() < deadline:
            time.sleep(0.1)
        turn = next(turn for turn in conversations.get(conversation).transcript if turn.role == "user")
        self.assertEqual(turn.file_input.original_filename, "note.txt")
        self.assertEqual(turn.file_input.mime_type, "text/plain")
        self.assertEqual(httpx.get(turn.file_input.file_url).content, note[1])
        with self.assertRaises(ApiError) as refused:
            conversations.files.create(conversation, file=note)
        self.assertEqual(refused.exception.status_code, 400)
        conversations.delete(conversation)
        with self.assertRaises(ApiError) as refused:
            b"".join(conversations.files.get(conversation, file))
        self.assertEqual(refused.exception.status_code, 404)

    def hold(self, agent, words):
        """A text conversation in which the user says these words; returns its record."""
        signed = self.convai.conversations.get_signed_url(agent_id=agent).signed_url
        with connect(signed, max_size=None) as call:
            override = {"conversation": {"text_only": True}}
            call.send(json.dumps(
                {"type": "conversation_initiation_client_data", "conversation_config_override": override}))
            conversation, words = None, list(words)
            try:
                for message in call:
                    event = json.loads(message)
                    if event["type"] == "conversation_initiation_metadata":
                        conversation = event["conversation_initiation_metadata_event"]["conversation_id"]
                        call.send(json.dumps({"type": "user_message", "text": words.pop(0)}))
                    if event["type"] == "agent_tool_response":
                        time.sleep(0.5)
                        if not words:
                            break
                        call.send(json.dumps({"type": "user_message", "text": words.pop(0)}))
            except websockets.exceptions.ConnectionClosed:
                pass  # The agent has hung up.
        deadline = time.monotonic() + 20
        while self.convai.conversations.get(conversation).status not in ("done", "failed"):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        return self.convai.conversations.get(conversation)

    def results(self, record):
        """The typed results of system tools in a record.

        The SDK takes a result for one of any tool, whose shape is open: so its model of a system tool's is asked itself.
        """
        from elevenlabs.types import ConversationHistoryTranscriptSystemToolResultCommonModelOutput as Result

        adapter = pydantic.TypeAdapter(Result)
        raw = json.loads(self.get(f"/v1/convai/conversations/{record.conversation_id}"))
        return [
            adapter.validate_json(json.dumps(result), strict=True).result
            for turn in raw["transcript"] for result in turn["tool_results"]
        ]

    def test_system_tools(self):
        """That the record has the results of system tools in the shapes that the SDK knows."""
        model = start_model(self.addCleanup)

        def create(name, built_in_tools):
            tools = {tool: {"name": tool, "params": params} for tool, params in built_in_tools.items()}
            prompt = {
                "prompt": "", "llm": "custom-llm", "built_in_tools": tools,
                "custom_llm": {"url": model, "model_id": "scripted"},
            }
            events = ["agent_response", "agent_tool_response", "conversation_initiation_metadata"]
            return self.convai.agents.create(
                name=name,
                conversation_config={
                    "agent": {"prompt": prompt}, "language_presets": {"de": {"overrides": {}}},
                    "conversation": {"client_events": events},
                },
                platform_settings={
                    "overrides": {"conversation_config_override": {"conversation": {"text_only": True}}}},
            ).agent_id

        def tool(name, **params):
            return {"system_tool_type": name, **params}

        second = create("Second", {
            "end_call": tool("end_call"), "voicemail_detection": tool("voicemail_detection", voicemail_message="Bye.")})
        transfers = [{"agent_id": second, "condition": "always", "transfer_message": "One moment."}]
        numbers = [{
            "transfer_destination": {"type": "phone", "phone_number": "+431"}, "condition": "always",
            "transfer_type": "blind"}]
        first = create("First", {
            "skip_turn": tool("skip_turn", wait_timeout_secs=-1),
            "language_detection": tool("language_detection", only_at_conversation_start=False),
            "transfer_to_agent": tool("transfer_to_agent", transfers=transfers),
            "transfer_to_number": tool("transfer_to_number", transfers=numbers),
            "play_keypad_touch_tone": tool("play_keypad_touch_tone"),
        })
        self.convai.agents.get(first)
        record = self.hold(first, [
            'skip_turn {"reason": "time"}', 'language_detection {"reason": "German", "language": "de"}',
            'transfer_to_number {"transfer_number": "+431", "client_message": "", "agent_message": ""}',
            'transfer_to_agent {"agent_number": 7}', 'transfer_to_agent {"agent_number": 0}',
            'end_call {"reason": "done", "system__message_to_speak": "Goodbye."}',
        ])
        self.assertEqual([result.result_type for result in self.results(record)], [
            "skip_turn_success", "language_detection_success", "transfer_to_number_error", "transfer_to_agent_error",
            "transfer_to_agent_success", "end_call_success"])
        self.assertEqual([agent.agent_id for agent in record.visited_agents], [first, second])
        self.assertEqual(record.metadata.main_language, "de")
        record = self.hold(second, ['voicemail_detection {"reason": "a beep"}'])
        [result] = self.results(record)
        self.assertEqual((result.result_type, result.voicemail_message), ("voicemail_detection_success", "Bye."))
        self.assertEqual(record.transcript[-1].message, "Bye.")

    def test_mcp_call(self):
        """A whole conversation in which a model uses a tool of a real server, once it was approved."""
        model = start_model(self.addCleanup)
        _, port = start_tools(self.addCleanup, "venv-mcp", "server.py", "streamable")
        server = self.convai.mcp_servers.create(
            config={
                "name": "Desk", "url": f"http://127.0.0.1:{port}/mcp",
                "transport": "STREAMABLE_HTTP", "approval_policy": "require_approval_all",
            }).id
        self.assertTrue(self.convai.mcp_servers.tools.list(server).success)
        agent = self.convai.agents.create(
            conversation_config={
                "agent": {
                    "first_message": "",
                    "prompt": {
                        "prompt": "Be brief.", "llm": "custom-llm", "mcp_server_ids": [server],
                        "custom_llm": {"url": model, "model_id": "scripted"},
                    },
                },
                "conversation": {
                    "text_only": True,
                    "client_events": ["agent_response", "mcp_tool_call", "mcp_connection_status"],
                },
            }).agent_id
        states, conversation, answer, status = [], None, None, None
        url = self.server.url.replace("http", "ws") + f"/v1/convai/conversation?agent_id={agent}"
        with connect(url) as socket:
            socket.send(json.dumps({"type": "conversation_initiation_client_data"}))
            socket.send(json.dumps({"type": "user_message", "text": 'book {"name": "Ann"}'}))
            while answer is None:
                message = json.loads(socket.recv(timeout=60))
                match message["type"]:
                    case "conversation_initiation_metadata":
                        conversation = message["conversation_initiation_metadata_event"]["conversation_id"]
                    case "mcp_connection_status":
                        status = message["mcp_connection_status"]["integrations"]
                    case "mcp_tool_call":
                        call = message["mcp_tool_call"]
                        states.append(call["state"])
                        if call["state"] == "awaiting_approval":
                            socket.send(
                                json.dumps({
                                    "type": "mcp_tool_approval_result", "tool_call_id": call["tool_call_id"],
                                    "is_approved": True,
                                }))
                    case "agent_response":
                        answer = message["agent_response_event"]["agent_response"]
        self.assertEqual(states, ["awaiting_approval", "loading", "success"])
        self.assertEqual(answer, "Well.")
        self.assertEqual([(item["integration_id"], item["is_connected"]) for item in status], [(server, True)])
        deadline = time.monotonic() + 20
        while (record := self.convai.conversations.get(conversation)).status != "done":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        turn = next(turn for turn in record.transcript if turn.tool_calls)
        self.assertEqual(turn.tool_calls[0].tool_details.mcp_tool_name, "book")
        self.assertEqual(turn.tool_results[0].result_value, "Booked for Ann: number 1.")
        self.convai.mcp_servers.delete(server)
        self.convai.agents.delete(agent)

    def test_mcp_servers(self):
        """Against a real server of the official package, which has its own environment."""
        _, port = start_tools(self.addCleanup, "venv-mcp", "server.py", "streamable")
        servers = self.convai.mcp_servers
        made = servers.create(
            config={
                "name": "Desk", "url": f"http://127.0.0.1:{port}/mcp", "transport": "STREAMABLE_HTTP",
                "approval_policy": "require_approval_per_tool", "request_headers": {"X-Tenant": "t1"},
            })
        agents = self.convai.agents
        agent = agents.create(
            conversation_config={"agent": {"prompt": {"prompt": "Be brief.", "mcp_server_ids": [made.id]}}}).agent_id
        self.assertEqual(servers.get(made.id).dependent_agents[0].id, agent)
        servers.update(made.id, response_timeout_secs=60, pre_tool_speech="force", request_headers={"X-More": "m"})
        servers.approval_policy.update(made.id, approval_policy="require_approval_per_tool")
        listed = servers.tools.list(made.id)
        self.assertTrue(listed.success, listed.error_message)
        book = next(tool for tool in listed.tools if tool.name == "book")
        self.assertEqual({status.state for status in listed.tool_approval_statuses}, {"not_approved"})
        servers.tool_approvals.create(
            made.id, tool_name="book", tool_description=book.description, input_schema=book.input_schema,
            approval_policy="auto_approved")
        states = {status.tool_id.split(":")[-1]: status.state for status in servers.tools.list(made.id).tool_approval_statuses}
        self.assertEqual(states["book"], "up_to_date")
        servers.tool_approvals.delete(made.id, "book")
        servers.tool_configs.create(
            made.id, tool_name="book", execution_mode="async", tool_call_sound="off",
            input_overrides={"name": {"source": "constant", "constant_value": "Ann"}},
            assignments=[{"source": "response", "dynamic_variable": "number", "value_path": "number"}])
        servers.tool_configs.update(made.id, "book", response_timeout_secs=40)
        self.assertEqual(servers.tool_configs.get(made.id, "book").response_timeout_secs, 40)
        servers.tool_configs.delete(made.id, "book")
        self.assertIn(made.id, [server.id for server in servers.list().mcp_servers])
        servers.delete(made.id)
        self.assertEqual(agents.get(agent).conversation_config.agent.prompt.mcp_server_ids, [])
        agents.delete(agent)

    def test_catalog(self):
        self.assertTrue(self.convai.llm.list().llms)
        prices = self.convai.llm_usage.calculate(prompt_length=500, number_of_pages=2, rag_enabled=False)
        self.assertTrue(prices.llm_prices)
        self.client.models.list()
        self.client.user.get()
        self.client.user.subscription.get()
        for purpose in ("realtime_scribe", "batch_scribe", "tts_websocket"):
            self.client.tokens.single_use.create(purpose)

    @staticmethod
    def webhook(name, **api):
        return {
            "type": "webhook", "name": name, "description": "Finds an order.", "response_timeout_secs": 10,
            "assignments": [{"dynamic_variable": "order", "value_path": "order.id"}],
            "api_schema": {
                "url": "https://shop.example.com/orders/{order_id}", "method": "POST",
                "path_params_schema": {"order_id": {"type": "string", "description": "The order's number."}},
                "query_params_schema": {
                    "properties": {"limit": {"type": ["integer", "null"], "description": "How many."}},
                    "required": ["limit"],
                },
                "request_body_schema": {
                    "type": "object", "required": ["lines"],
                    "properties": {
                        "lines": {"type": "array", "description": "Lines.", "items": {"type": "string"}},
                        "tenant": {"type": "string", "constant_value": "acme"},
                        "address": {
                            "type": "object",
                            "properties": {"street": {"type": "string", "description": "The street."}},
                        },
                    },
                },
                "response_filter": {"mode": "allow", "filters": ["order.id"]},
                **api,
            },
        }

    def test_tools(self):
        tools = self.convai.tools
        made = tools.create(request={
            "tool_config": self.webhook("find_order", request_headers={"Authorization": "Bearer s3cret"}),
            "response_mocks": [
                {"mock_result": "{}", "parameter_conditions": [{"path": "order_id", "eval": {"type": "anything"}}]}],
        })
        self.assertEqual(made.tool_config.api_schema.request_headers, {"Authorization": "********"})
        client = tools.create(request={"tool_config": {
            "type": "client", "name": "show_map", "description": "Shows a map.", "expects_response": True,
            "parameters": {"type": "object", "properties": {"place": {"type": "string", "description": "Where."}}},
        }})
        system = tools.create(request={"tool_config": {
            "type": "system", "name": "bye", "description": "", "params": {"system_tool_type": "end_call"}}})
        got = tools.get(made.id, environment="production")
        self.assertEqual((got.usage_stats.total_calls, got.usage_stats.avg_latency_secs), (0, 0))
        changed = tools.update(made.id, request={"tool_config": got.tool_config, "response_mocks": got.response_mocks})
        self.assertEqual(changed.tool_config.api_schema.url, "https://shop.example.com/orders/{order_id}")
        page = tools.list(page_size=1, types=["webhook", "client"], sort_by="name", sort_direction="asc")
        self.assertEqual([tool.tool_config.name for tool in page.tools], ["find_order"])
        self.assertTrue(page.has_more)
        tools.list(page_size=1, types=["client", "webhook"], sort_by="name", sort_direction="asc", cursor=page.next_cursor)
        agent = self.convai.agents.create(
            name="With tools",
            conversation_config={"agent": {"prompt": {"prompt": "Be brief.", "tool_ids": [made.id, "tool_gone"]}}},
        )
        whole = self.convai.agents.get(agent.agent_id)
        self.assertIn("there is no tool tool_gone", " ".join(whole.metadata.warnings))
        self.assertNotIn(made.id, " ".join(whole.metadata.warnings))
        self.assertEqual(len(tools.list(used_by_agent_id=agent.agent_id).tools), 1)
        self.assertEqual(tools.get_dependent_agents(made.id, page_size=10).agents[0].id, agent.agent_id)
        self.assertEqual(tools.executions.get(made.id, page_size=10, is_error=False).executions, [])
        with self.assertRaises(ApiError) as refused:
            tools.delete(made.id)
        self.assertEqual(refused.exception.status_code, 400)
        tools.delete(made.id, force=True)
        self.assertEqual(self.convai.agents.get(agent.agent_id).conversation_config.agent.prompt.tool_ids, ["tool_gone"])
        for tool in (client, system):
            tools.delete(tool.id)
        with self.assertRaises(ApiError) as refused:
            tools.create(request={"tool_config": {**self.webhook("a"), "api_schema": {"url": "https://a.example/{b}"}}})
        self.assertEqual(refused.exception.status_code, 422)

    def test_tools_in_calls(self):
        """That a stored tool is called, and that its runs are found."""
        tools, conversations = self.convai.tools, self.convai.conversations
        tool = tools.create(request={"tool_config": {
            "type": "client", "name": "opening_hours", "description": "Says when the shop is open.",
            "expects_response": True,
        }})
        agent = self.convai.agents.create(conversation_config={
            "agent": {"first_message": "", "prompt": {"prompt": "You answer for a shop.", "tool_ids": [tool.id]}},
            "conversation": {"text_only": True},
        }).agent_id
        url = f"ws{self.server.url[4:]}/v1/convai/conversation?agent_id={agent}"
        with connect(url, max_size=None) as call:
            call.send(json.dumps({"type": "conversation_initiation_client_data"}))
            call.send(json.dumps({"type": "user_message", "text": "When is the shop open? Please look it up."}))
            conversation, called = None, False
            for message in call:
                event = json.loads(message)
                if event["type"] == "conversation_initiation_metadata":
                    conversation = event["conversation_initiation_metadata_event"]["conversation_id"]
                if event["type"] == "client_tool_call":
                    called = True
                    call.send(json.dumps({
                        "type": "client_tool_result", "is_error": False, "result": "From 9 to 5.",
                        "tool_call_id": event["client_tool_call"]["tool_call_id"]}))
                if event["type"] == "agent_response":
                    break
        deadline = time.monotonic() + 20
        while conversations.get(conversation).status not in ("done", "failed") and time.monotonic() < deadline:
            time.sleep(0.1)
        calls = [call for turn in conversations.get(conversation).transcript for call in turn.tool_calls]
        # Whether a small model calls the tool is not what this is about.
        self.assertEqual([call.tool_id for call in calls], [tool.id] * called)
        runs = tools.executions.get(tool.id, agent_id=agent).executions
        self.assertEqual([run.conversation_id for run in runs], [conversation] * called)
        self.assertEqual(tools.get(tool.id).usage_stats.total_calls, int(called))

    def test_secrets(self):
        secrets = self.convai.secrets
        secret = secrets.create(name="crm_key", value="s3cret")
        secrets.update(secret.secret_id, name="crm_key", value="s3cret-2")
        reference = {"secret_id": secret.secret_id}
        tool = self.convai.tools.create(
            request={"tool_config": self.webhook("with_secret", request_headers={"X-Key": reference})})
        agent = self.convai.agents.create(conversation_config={"agent": {"prompt": {
            "llm": "custom-llm", "custom_llm": {"url": "https://llm.example.com/v1", "api_key": reference}}}})
        used = secrets.get(secret.secret_id).used_by
        self.assertEqual([item.id for item in used.tools], [tool.id])
        self.assertEqual([item.id for item in used.agents], [agent.agent_id])
        self.assertEqual(len(secrets.list(page_size=1, dependency_limit=5, search="crm").secrets), 1)
        for kind, count in (("tools", 1), ("agents", 1), ("phone_numbers", 0)):
            found = secrets.get_dependencies(secret.secret_id, kind, page_size=10).dependencies
            self.assertEqual(len(found), count)
        with self.assertRaises(ApiError) as refused:
            secrets.delete(secret.secret_id)
        self.assertEqual(refused.exception.status_code, 400)
        self.assertNotIn("s3cret", str(refused.exception.body))
        self.convai.tools.delete(tool.id)
        self.convai.agents.delete(agent.agent_id)
        secrets.delete(secret.secret_id)

    def test_environments(self):
        variables, environments = self.client.environment_variables, self.client.environments
        environments.create(name="staging")
        self.assertEqual([item.name for item in environments.list().environments], ["production", "staging"])
        secret = self.convai.secrets.create(name="env", value="s3cret").secret_id
        connection = self.client.workspace.auth_connections.create(
            request={"auth_type": "bearer_auth", "name": "CRM", "provider": "acme", "token": "t"}).id
        made = [variables.create(request={"type": kind, "label": f"L_{kind}", "values": values}) for kind, values in (
            ("string", {"production": "a", "staging": "b"}),
            ("secret", {"production": {"secret_id": secret}}),
            ("auth_connection", {"production": {"auth_connection_id": connection}}),
        )]
        self.assertEqual(variables.get(made[0].id).values, {"production": "a", "staging": "b"})
        page = variables.list(label="L_string", environment="staging", type="string", page_size=10)
        self.assertEqual([item.values for item in page.environment_variables], [{"staging": "b"}])
        self.assertEqual(len(variables.list().environment_variables), 3)
        variables.update(made[0].id, values={"production": "c"})
        with self.assertRaises(ApiError) as refused:
            self.convai.secrets.delete(secret)
        self.assertEqual(refused.exception.status_code, 400)
        environments.delete("staging")
        self.assertEqual(variables.get(made[0].id).values, {"production": "c"})
        for variable in made:
            variables.delete(variable.id)
        self.convai.secrets.delete(secret)
        self.client.workspace.auth_connections.delete(connection)

    def test_auth_connections(self):
        connections = self.client.workspace.auth_connections
        shared = {"name": "CRM", "provider": "acme"}
        jwt = {"issuer": "i", "audience": "a", "subject": "s", "secret_key": "s3cret", "algorithm": "HS256"}
        made = [connections.create(request={**shared, **body}) for body in (
            {"auth_type": "oauth2_client_credentials", "client_id": "me", "client_secret": "s3cret",
             "token_url": "https://a.example/token", "scopes": ["read"], "custom_headers": {"X-A": "s3cret"}},
            {"auth_type": "oauth2_jwt", "token_url": "https://a.example/token", **jwt},
            {"auth_type": "private_key_jwt", **jwt},
            {"auth_type": "basic_auth", "username": "me", "password": "s3cret"},
            {"auth_type": "bearer_auth", "token": "s3cret"},
            {"auth_type": "custom_header_auth", "header_name": "X-Key", "token": "s3cret"},
            {"auth_type": "mtls", "client_certificate": CERTIFICATE, "client_key": KEY},
        )]
        for member, wrong in (
            ("secret_key", {"auth_type": "private_key_jwt", **jwt, "algorithm": "PS512"}),
            ("client_key", {"auth_type": "mtls", "client_certificate": CERTIFICATE, "client_key": "s3cret"}),
        ):
            with self.assertRaises(ApiError) as refused:
                connections.create(request={**shared, **wrong})
            self.assertEqual(refused.exception.status_code, 422)
            self.assertEqual(refused.exception.body["detail"][0]["loc"], ["body", member])
        changed = connections.update(made[3].id, request={"auth_type": "basic_auth", "username": "you"})
        self.assertEqual(changed.username, "you")
        listed = connections.list().auth_connections
        self.assertLessEqual({item.id for item in made}, {item.id for item in listed})
        self.assertNotIn("s3cret", str(listed))
        self.assertNotIn("PRIVATE KEY", str(listed))
        for connection in made:
            connections.delete(connection.id)

    def test_settings(self):
        settings = self.convai.settings
        settings.get()
        changed = settings.update(
            conversation_initiation_client_data_webhook={
                "url": "https://hook.example.com", "request_headers": {"X-Key": "s3cret"}},
            webhooks={"post_call_webhook_id": "wh_1", "events": ["transcript"]}, can_use_mcp_servers=True,
        )
        self.assertEqual(changed.conversation_initiation_client_data_webhook.request_headers, {"X-Key": "********"})
        self.assertEqual(len(changed.metadata["warnings"]), 1)
        self.get("/v1/convai/settings", "PATCH", {
            "conversation_initiation_client_data_webhook": None, "webhooks": None})
        self.assertIsNone(settings.get().conversation_initiation_client_data_webhook)

    def test_metrics(self):
        request = urllib.request.Request(self.server.url + "/metrics")
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(answer.headers["Content-Type"], "text/plain; version=0.0.4; charset=utf-8")
            text = answer.read().decode()
        self.assertTrue(text.endswith("\n"))
        samples = 0
        for line in text.splitlines():
            if not line.startswith("#"):
                self.assertRegex(line, r'^parley_[a-z_]+(\{([a-z_]+="[^"\\]*",?)+\})? [0-9.e+-]+$')
                samples += 1
        for name in ("parley_calls_in_progress", "parley_inference_waiting", "parley_http_requests_total", "parley_build_info"):
            self.assertIn(f"# TYPE {name} ", text)
        self.assertGreater(samples, 50)

    def test_voices(self):
        voices = self.client.voices
        voice = voices.get_all(show_legacy=True).voices[0].voice_id
        page = voices.search(page_size=1, search="", include_total_count=True)
        if page.has_more:
            voices.search(page_size=1, next_page_token=page.next_page_token)
        voices.get(voice, with_settings=True)
        voices.settings.get_default()
        voices.settings.update(voice, request={"speed": 1.0})
        voices.settings.get(voice)

    def test_pronunciation_dictionaries(self):
        dictionaries = self.client.pronunciation_dictionaries
        alias = {"type": "alias", "string_to_replace": "SQL", "alias": "sequel"}
        phoneme = {"type": "phoneme", "string_to_replace": "tomato", "phoneme": "təˈmeɪtoʊ", "alphabet": "ipa",
                   "case_sensitive": False, "word_boundaries": True}
        made = dictionaries.create_from_rules(name="Names", description="Ours", rules=[alias, phoneme])
        self.assertEqual(made.version_rules_num, 2)
        found = dictionaries.get(made.id)
        self.assertEqual([rule.string_to_replace for rule in found.rules], ["SQL", "tomato"])
        rules = dictionaries.rules
        self.assertEqual(rules.add(made.id, rules=[dict(alias, string_to_replace="GIF", alias="jif")]).version_rules_num, 3)
        self.assertEqual(rules.remove(made.id, rule_strings=["tomato"]).version_rules_num, 2)
        latest = rules.set(made.id, rules=[alias])
        self.assertNotEqual(latest.version_id, made.version_id)
        file = b"".join(dictionaries.download(made.id, made.version_id))
        self.assertIn("<grapheme>tomato</grapheme>", file.decode())
        copied = dictionaries.create_from_file(name="Copy", file=("names.pls", file, "text/xml"))
        self.assertEqual(copied.version_rules_num, 2)
        self.assertEqual(dictionaries.update(copied.id, archived=True, name="Old").name, "Old")
        listed = dictionaries.list(page_size=100, sort="name", sort_direction="ascending")
        self.assertIn(made.id, [item.id for item in listed.pronunciation_dictionaries])
        self.assertNotIn(copied.id, [item.id for item in listed.pronunciation_dictionaries])
        self.assertTrue(dictionaries.list(include_archived=True).pronunciation_dictionaries)
        for bad in ({"rules": [{"type": "alias"}]}, {"rules": 1}):
            with self.assertRaises(ApiError) as refused:
                rules.set(made.id, **bad)
            self.assertEqual(refused.exception.status_code, 422)
        # The words of the dictionary are said, and the text is still what was written.
        voice = self.client.voices.get_all().voices[0].voice_id
        spoken = self.client.text_to_speech.convert_with_timestamps(
            voice, text="We use SQL.", pronunciation_dictionary_locators=[{"pronunciation_dictionary_id": made.id}])
        self.assertEqual("".join(spoken.alignment.characters), "We use SQL.")
        self.assertEqual("".join(spoken.normalized_alignment.characters), "We use sequel.")
        with self.assertRaises(ApiError) as unknown:
            self.client.text_to_speech.convert_with_timestamps(
                voice, text="We use SQL.", pronunciation_dictionary_locators=[{"pronunciation_dictionary_id": "none"}])
        self.assertEqual(unknown.exception.status_code, 404)
        agent = self.convai.agents.create(conversation_config={"tts": {"pronunciation_dictionary_locators": [
            {"pronunciation_dictionary_id": made.id, "version_id": made.version_id}]}})
        stored = self.convai.agents.get(agent.agent_id)
        self.assertEqual(
            stored.conversation_config.tts.pronunciation_dictionary_locators[0].version_id, made.version_id)
        self.convai.agents.delete(agent.agent_id)

    def test_speech(self):
        speech = self.client.text_to_speech
        voice = self.client.voices.get_all().voices[0].voice_id
        audio = b"".join(speech.convert(voice, text="Good morning.", output_format="mp3_44100_128"))
        self.assertTrue(b"".join(speech.stream(voice, text="Good morning.")))
        self.assertTrue(speech.convert_with_timestamps(voice, text="Good morning.").audio_base_64)
        self.assertTrue(list(speech.stream_with_timestamps(voice, text="Good morning.")))
        heard = self.client.speech_to_text.convert(model_id="scribe_v1", file=("voice.mp3", audio, "audio/mpeg"))
        self.assertIn("morning", heard.text.lower())
        self.get("/v1/audio/speech", "POST", {"model": "tts-1", "voice": "alloy", "input": "Good morning."})

    def test_what_the_dashboard_asks(self):
        """Sessions, keys and models, of which the hosted service has no API."""
        session, keys = "/v1/parley/session", "/v1/parley/keys"
        self.assertEqual(json.loads(self.get(session)), {"signed_in": True, "needs_key": False})
        made = json.loads(self.get(keys, "POST", {"name": "dashboard"}))
        self.assertTrue(json.loads(self.get(session, "POST", {"api_key": made["key"]}))["signed_in"])
        self.assertFalse(json.loads(self.get(session, "DELETE"))["signed_in"])
        self.assertIn(made["id"], [key["id"] for key in json.loads(self.get(keys))["keys"]])
        self.get(f"{keys}/{made['id']}", "DELETE")
        self.assertEqual([key for key in json.loads(self.get(keys))["keys"] if key["id"] == made["id"]], [])
        models = json.loads(self.get("/v1/parley/models"))["models"]
        self.assertTrue(any(model["is_installed"] and model["kind"] == "tts" for model in models))
        with self.assertRaises(urllib.error.HTTPError) as refused:
            self.get("/v1/parley/models/nothing/fetch", "POST", {})
        self.assertEqual(refused.exception.code, 404)

    def test_routes_that_the_sdk_does_not_know(self):
        for path in ("/health/live", "/health/ready", "/v1/parley/calls", "/v1/parley/routes"):
            self.assertTrue(json.loads(self.get(path)))
        self.assertIn(b"# TYPE", self.get("/metrics"))
        model = self.client.models.list()[0].model_id
        self.assertEqual(json.loads(self.get(f"/v1/models/{model}"))["id"], model)
        voice = self.client.voices.get_all().voices[0].voice_id
        audio = b"".join(self.client.text_to_speech.convert(voice, text="Good morning.", output_format="wav_16000"))
        path = "/v1/audio/transcriptions"
        self.asked.add(("POST", path))
        heard = httpx.post(
            self.server.url + path, files={"file": ("voice.wav", audio)}, data={"model": "whisper-1"}, timeout=60)
        self.assertIn("morning", heard.json()["text"].lower())
        for path in ("/v1/convai/conversation", "/v1/speech-to-text/realtime"):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                self.get(path)
            self.assertEqual(refused.exception.code, 426)

    def test_parameters_that_are_not_followed(self):
        for ask in (
            lambda: self.convai.conversations.list(evaluation_params=["kind:success"]),
            lambda: self.convai.conversations.list(tag_ids=["t1"]),
            lambda: self.convai.conversations.list(branch_id="b1"),
            lambda: self.convai.agents.get(self.agent, branch_id="b1"),
            lambda: self.convai.agents.list(created_by_user_id="somebody"),
            lambda: self.client.voices.search(collection_id="c1"),
        ):
            with self.assertRaises(ApiError) as refused:
                ask()
            self.assertEqual(refused.exception.status_code, 422)

    def test_validation_is_strict(self):
        """That nothing is missed: an answer that lacks a member, or has one of another type, is no answer."""
        from elevenlabs import VoiceSettings
        from elevenlabs.types import GetLiveCountResponse

        for object_ in ({}, {"count": "1"}, {"count": None}):
            with self.assertRaises(pydantic.ValidationError):
                unchecked_base_model.construct_type(type_=GetLiveCountResponse, object_=object_)
        unchecked_base_model.construct_type(type_=GetLiveCountResponse, object_={"count": 1, "else": True})
        unchecked_base_model.construct_type(type_=VoiceSettings, object_={"speed": 1})


if __name__ == "__main__":
    unittest.main()
