"""MCP servers that people run, `mcp-server-time` and `mcp-server-git` behind the proxy of `fastmcp`, in conversations.

A scripted model does as the caller says, so that a run is the same each time; everything else is real. Each test is run with
the newest packages, which speak both eras of the protocol, and with the last ones that know only the handshake.
"""

import contextlib
import datetime
import io
import itertools
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

from test_strict_answers import ROOT, ElevenLabs, Model, Server, start_model, start_tools

sys.path.append(str(ROOT / "Examples"))
import talking  # noqa: E402



def use(tool, **arguments):
    """What the caller says so that the model uses a tool."""
    return f"{tool} {json.dumps(arguments)}"


class Conversation(talking._Conversation):
    """Keeps how the calls of tools stood, as the client was told."""

    def _handle_message(self, message, ws):
        if message["type"] == "mcp_tool_call":
            self.__dict__.setdefault("states", []).append(message["mcp_tool_call"]["state"])
        super()._handle_message(message, ws)


class MCPServers(unittest.TestCase):
    environment = "venv-mcp-proxy"

    @classmethod
    def setUpClass(cls):
        cls.model = start_model(cls.addClassCleanup)
        server = Server()
        cls.addClassCleanup(server.stop)
        server.wait()
        cls.client = ElevenLabs(base_url=server.url, api_key="none")

    def make_repository(self):
        """A repository with a commit and a new file; what git says of it, and its folder."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)

        def git(*arguments):
            command = ["git", "-C", folder.name, *arguments]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        git("init", "--quiet")
        git("config", "user.name", "Ann")
        git("config", "user.email", "ann@example.com")
        git("commit", "--quiet", "--allow-empty", "--message", "First")
        (pathlib.Path(folder.name) / "notes.txt").write_text("The bike is red.\n")
        return git, folder.name

    def make_agent(self, port, is_sse=False):
        """An agent with the tools of a proxy: those that only read may run, for the others the caller is asked."""
        servers, agents = self.client.conversational_ai.mcp_servers, self.client.conversational_ai.agents
        server = servers.create(
            config={
                "name": "Desk", "url": f"http://127.0.0.1:{port}/{'sse' if is_sse else 'mcp'}",
                "transport": "SSE" if is_sse else "STREAMABLE_HTTP", "approval_policy": "require_approval_per_tool",
            }).id
        self.addCleanup(servers.delete, server)
        listed = servers.tools.list(server)
        self.assertEqual((listed.success, listed.error_message), (True, None))
        for tool in listed.tools:
            servers.tool_approvals.create(
                server, tool_name=tool.name, tool_description=tool.description, input_schema=tool.input_schema,
                approval_policy="auto_approved" if tool.annotations.read_only_hint else "requires_approval")
        prompt = {"llm": "custom-llm", "custom_llm": {"url": self.model, "model_id": "script"}, "mcp_server_ids": [server]}
        agent = agents.create(
            conversation_config={
                "agent": {"first_message": "Hello.", "prompt": prompt},
                "conversation": {"text_only": True, "client_events": talking.EVENTS},
            }).agent_id
        self.addCleanup(agents.delete, agent)
        return agent

    def hold(self, agent, lines, approve=None):
        """Holds a conversation, which goes on to its last line; returns what tools answered in it, and how they stood."""
        Model.told.clear()
        caller = talking._Typist(itertools.chain(lines, ["Are you there?"]))
        conversation = Conversation(self.client, agent, caller, approve)
        with contextlib.redirect_stdout(io.StringIO()):
            conversation.start_session()
            caller.talk(conversation)
            self.assertFalse(caller.is_hung_up.is_set())
            conversation.end_session()
            record = talking.finished(self.client, conversation.wait_for_session_end())
        self.assertEqual(record.status, "done")
        last = [(turn.role, turn.message) for turn in record.transcript[-2:]]
        self.assertEqual(last, [("user", "Are you there?"), ("agent", "Well.")])
        calls = [call for turn in record.transcript for call in turn.tool_calls or []]
        results = [result for turn in record.transcript for result in turn.tool_results or []]
        self.assertEqual([call.request_id for call in calls], [result.request_id for result in results])
        self.assertEqual({item.type for item in calls + results}, {"mcp"})
        told = [("Error: " if result.is_error else "") + result.result_value for result in results]
        self.assertEqual(Model.told, told)
        return results, conversation.states

    def test_time_and_git(self):
        git, folder = self.make_repository()
        asked = []

        def approve(tool, values):
            asked.append((tool, git("log", "--format=%s")))
            return values.get("message") != "Too early"

        _, port = start_tools(self.addCleanup, self.environment, "proxy.py", "http", folder)
        results, states = self.hold(self.make_agent(port), [
            # Neither country changes its clocks, so the difference is the same on each day.
            use("time_convert_time", source_timezone="Asia/Kolkata", time="09:00", target_timezone="Asia/Tokyo"),
            use("time_get_current_time", timezone="Mars/Olympus"),
            use("time_get_current_time", timezone="Asia/Tokyo"),
            use("git_git_status", repo_path=folder),
            use("git_git_add", repo_path=folder, files=["notes.txt"]),
            use("git_git_commit", repo_path=folder, message="Too early"),
            use("git_git_commit", repo_path=folder, message="Add notes"),
            use("git_git_log", repo_path=folder),
        ], approve)
        converted, unknown, now, status, added, refused, committed, log = (result.result_value for result in results)
        self.assertEqual(json.loads(converted)["time_difference"], "+3.5h")
        self.assertRegex(json.loads(converted)["target"]["datetime"], r"T12:30:00\+09:00$")
        self.assertIn("Invalid timezone: 'No time zone found with key Mars/Olympus'", unknown)
        age = datetime.datetime.now(datetime.UTC) - datetime.datetime.fromisoformat(json.loads(now)["datetime"])
        self.assertLess(abs(age), datetime.timedelta(minutes=2))
        self.assertRegex(status, r"Untracked files:\n.*\n\tnotes.txt")
        self.assertEqual(added, "Files staged successfully")
        self.assertEqual(refused, "the user refused this call")
        self.assertEqual(committed, f"Changes committed successfully with hash {git('rev-parse', 'HEAD').strip()}")
        self.assertRegex(log, r"(?s)Add notes.*First")
        self.assertEqual(git("log", "--format=%s"), "Add notes\nFirst\n")
        self.assertEqual(git("show", "HEAD:notes.txt"), "The bike is red.\n")
        # Nothing was done before the caller was asked.
        self.assertEqual(asked, [(tool, "First\n") for tool in ("git_git_add", "git_git_commit", "git_git_commit")])
        self.assertEqual([number for number, result in enumerate(results) if result.is_error], [1, 5])
        runs, asks = ["loading", "success"], ["awaiting_approval", "loading", "success"]
        self.assertEqual(
            states, [*runs, "loading", "failure", *runs, *runs, *asks, "awaiting_approval", "failure", *asks, *runs])

    def test_proxy_that_ends_between_two_calls(self):
        for kind in ("http", "sse"):
            with self.subTest(kind):
                proxy, port = start_tools(self.addCleanup, self.environment, "proxy.py", kind)

                def lines():
                    yield use("get_current_time", timezone="Asia/Tokyo")
                    proxy.kill()
                    proxy.wait()
                    yield use("get_current_time", timezone="Asia/Tokyo")

                results, states = self.hold(self.make_agent(port, is_sse=kind == "sse"), lines())
                self.assertEqual(json.loads(results[0].result_value)["timezone"], "Asia/Tokyo")
                self.assertIn("the MCP server cannot be reached: ", results[1].result_value)
                self.assertEqual([result.is_error for result in results], [False, True])
                self.assertEqual(states, ["loading", "success", "loading", "failure"])

    def test_proxy_that_ends_within_a_call(self):
        """What was done by then is not done again, and the model is told that nobody knows."""
        git, folder = self.make_repository()
        git("add", "notes.txt")
        proxy, port = start_tools(self.addCleanup, self.environment, "proxy.py", "http", folder)
        hook = pathlib.Path(folder) / ".git/hooks/post-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\nkill -KILL {proxy.pid}\n")
        hook.chmod(0o755)
        commit = use("git_git_commit", repo_path=folder, message="Add notes")
        [result], states = self.hold(self.make_agent(port), [commit], lambda *_: True)
        self.assertRegex(result.result_value, "broke before it had answered.* It is not known whether it took effect")
        self.assertTrue(result.is_error and result.tool_has_been_called)
        self.assertEqual(states, ["awaiting_approval", "loading", "failure"])
        self.assertEqual(git("log", "--format=%s"), "Add notes\nFirst\n")


class HandshakeMCPServers(MCPServers):
    environment = "venv-mcp1"


if __name__ == "__main__":
    unittest.main()
