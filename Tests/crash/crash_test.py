#!/usr/bin/env python3
"""Kills a server in the middle of a typed call, again and again, and looks for what is missing in the record.

    python3 Tests/crash/crash_test.py --parley .build/release/parley --rounds 50

Passes when, each time, everything that the client had said or seen more than a second before the kill is in the
record of the next start, in order, once, and the call is marked as failed. Needs the `websockets` package. The server
runs on a port and in a folder of its own; its language model is a few lines of this script.
"""

import argparse
import asyncio
import http.server
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import websockets


class Model(http.server.BaseHTTPRequestHandler):
    """Answers what the user said last, in pieces, as a Chat Completions server streams it."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = [message["content"] for message in body["messages"] if message["role"] == "user"][-1]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for word in answer(said).split(" "):
                self.send({"content": word + " "})
                time.sleep(random.uniform(0, 0.02))
            self.send({}, "stop")
        except OSError:
            pass  # The server was killed.

    def send(self, delta, reason=None):
        chunk = {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())

    def log_message(self, *arguments):
        pass


def answer(said: str) -> str:
    return f"You said {said} and I heard it well."


class Server:
    """`parley serve`, until it is killed."""

    def __init__(self, parley: str, port: int, data: pathlib.Path):
        self.url = f"http://127.0.0.1:{port}"
        command = [parley, "serve", "--port", str(port), "--data", str(data), "--log-level", "warning"]
        self.killed = None
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)

    def request(self, method: str, path: str, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data=data, method=method, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as response:
            return json.load(response)

    def wait(self, path: str, limit: float):
        deadline = time.monotonic() + limit
        while True:
            try:
                return self.request("GET", path)
            except OSError:
                if self.process.poll() is not None:
                    sys.exit(f"The server ended with {self.process.returncode}.")
                if time.monotonic() > deadline:
                    sys.exit(f"{path} was not answered within {limit} s.")
                time.sleep(0.05)

    def kill(self):
        self.killed = time.monotonic()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


async def call(server: Server, agent: str, seconds: float):
    """Types one turn after the other until the server is killed; what was said and seen, with its time."""
    seen, conversation = [], None
    url = server.url.replace("http", "ws") + f"/v1/convai/conversation?agent_id={agent}"
    killer = None
    try:
        async with websockets.connect(url, max_size=None) as socket:
            await socket.send(json.dumps({"type": "conversation_initiation_client_data"}))
            while conversation is None:
                message = json.loads(await socket.recv())
                metadata = message.get("conversation_initiation_metadata_event")
                conversation = metadata and metadata["conversation_id"]
            killer = asyncio.get_running_loop().call_later(seconds, server.kill)
            for turn in range(1, 10_000):
                await socket.send(json.dumps({"type": "user_message", "text": f"turn {turn}"}))
                seen.append((time.monotonic(), "user", f"turn {turn}"))
                while True:
                    message = json.loads(await socket.recv())
                    if message["type"] == "ping":
                        event = message["ping_event"]["event_id"]
                        await socket.send(json.dumps({"type": "pong", "event_id": event}))
                    if message["type"] == "agent_response":
                        text = message["agent_response_event"]["agent_response"].strip()
                        seen.append((time.monotonic(), "agent", text))
                        break
                await asyncio.sleep(random.uniform(0, 0.3))
    except (websockets.ConnectionClosed, OSError):
        if killer is None or server.process.poll() is None:
            raise
    return conversation, seen


def compare(record, seen, killed: float):
    """What is wrong, and the age at the kill of the oldest turn that is not there as a whole."""
    turns = [(turn["role"], (turn["message"] or "").strip()) for turn in record["transcript"]]
    expected = [(role, text) for _, role, text in seen]
    problems = []
    if record["status"] != "failed":
        problems.append(f"the status is {record['status']}")
    whole = 0
    while whole < min(len(turns), len(expected)) and turns[whole] == expected[whole]:
        whole += 1
    # An answer is written while it is being made, so the last may be a beginning, or one that the client was not told.
    rest = turns[whole:]
    made = answer(expected[whole - 1][1]) if whole and expected[whole - 1][0] == "user" else ""
    if rest and (len(rest) > 1 or rest[0][0] != "agent" or not made.startswith(rest[0][1])):
        problems.append(f"the record goes on with {rest[:3]}, the client with {expected[whole : whole + 3]}")
    return problems, max((killed - at for at, _, _ in seen[whole:]), default=0.0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parley", required=True, help="the built command")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=float, default=6, help="seconds of a call, at most")
    options = parser.parse_args()
    random.seed(options.seed)
    model = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Model)
    model.daemon_threads = True
    threading.Thread(target=model.serve_forever, daemon=True).start()
    failures, oldest, turns = 0, 0.0, 0
    with tempfile.TemporaryDirectory(prefix="parley-crash-") as folder:
        port = free_port()
        server = Server(options.parley, port, pathlib.Path(folder))
        try:
            server.wait("/health/ready", 120)
            prompt = {
                "llm": "custom-llm",
                "custom_llm": {"url": f"http://127.0.0.1:{model.server_port}/v1", "model_id": "echo"},
            }
            agent = server.request("POST", "/v1/convai/agents/create", {
                "conversation_config": {
                    "agent": {"first_message": "", "prompt": prompt}, "conversation": {"text_only": True}}})["agent_id"]
            for number in range(1, options.rounds + 1):
                conversation, seen = asyncio.run(call(server, agent, random.uniform(0.2, options.longest)))
                killed = server.killed
                server = Server(options.parley, port, pathlib.Path(folder))
                server.wait("/health/ready", 120)
                record = server.request("GET", f"/v1/convai/conversations/{conversation}")
                problems, age = compare(record, seen, killed)
                if age > 1:
                    problems.append(f"a turn of {age:.2f} s before the kill is missing")
                failures += bool(problems)
                oldest, turns = max(oldest, age), turns + len(seen)
                verdict = "; ".join(problems) or "ok"
                print(f"{number}: {len(seen)} turns, the oldest missing is {age:.2f} s old: {verdict}", flush=True)
        finally:
            server.kill()
    print(f"{options.rounds} kills, {turns} turns, {failures} failures; the oldest missing turn was {oldest:.2f} s old")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
