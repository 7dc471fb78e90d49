#!/usr/bin/env python3
"""Books an appointment with the official `elevenlabs` SDK: an agent, two server tools, and the server that they ask.

    pip install -r requirements.txt
    python3 scheduling.py --url http://127.0.0.1:8000

The calendar is a small HTTP server in this program; Parley sends it the requests that the tools describe. Runs offline
with the embedded engines. You type what the caller says, or give it with `--say "…"`, once for each turn. The agent is
made for this run and deleted after it.
"""

import argparse
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from elevenlabs.client import ElevenLabs
from elevenlabs.conversational_ai.conversation import AudioInterface, Conversation

QUIET = 1.5
"""Seconds without anything new from the agent after which it is the caller's turn."""

PATIENCE = 60.0
"""The longest wait for an answer, in seconds."""

PROMPT = """You are the receptionist of Hillside Dental. Answer in one short sentence.
Look up the free times with check_availability as soon as the caller has named a day.
Book with book_appointment once the caller has given a name, a day and a time."""

DAY = {"type": "string", "description": "Day as YYYY-MM-DD"}


def tools(url: str) -> list[dict]:
    """What the agent can do: requests to the server at `url`."""
    return [
        {
            "type": "webhook",
            "name": "check_availability",
            "description": "Looks up the free appointment times on a day.",
            "api_schema": {"url": f"{url}/days/{{day}}", "method": "GET", "path_params_schema": {"day": DAY}},
        },
        {
            "type": "webhook",
            "name": "book_appointment",
            "description": "Books an appointment.",
            # A refusal says why, and the agent passes it on.
            "tool_error_handling_mode": "summarized",
            "api_schema": {
                "url": f"{url}/appointments",
                "method": "POST",
                "request_body_schema": {
                    "type": "object",
                    "required": ["name", "day", "time"],
                    "properties": {
                        "name": {"type": "string", "description": "Name of the patient"},
                        "day": DAY,
                        "time": {"type": "string", "description": "Start as HH:MM, 24 hours"},
                    },
                },
            },
        },
        {"type": "system", "name": "end_call", "description": "Ends the call at a goodbye."},
    ]


class Calendar:
    """The appointments of a practice that works from nine to noon."""

    def __init__(self):
        self._booked = {}
        self._done = {}
        self._lock = threading.Lock()

    def _free(self, day: str) -> list[str]:
        return [time for time in ("09:00", "10:00", "11:00") if (day, time) not in self._booked]

    def availability(self, day: str) -> str:
        with self._lock:
            free = self._free(day)
        print(f"  [free on {day}: {', '.join(free) or 'nothing'}]")
        # Whole sentences are said as they are.
        return f"We have {', '.join(free)}." if free else "Nothing is free on that day."

    def book(self, key: str, name: str, day: str, start: str) -> str:
        """Books once for each `key`, however often the request comes.

        Raises ValueError when the time is not free.
        """
        with self._lock:
            if key not in self._done:
                if start not in self._free(day):
                    raise ValueError(f"{start} is not free; free are {', '.join(self._free(day)) or 'no times'}")
                self._booked[day, start] = name
                self._done[key] = f"Booked for {name} on {day} at {start}."
                print(f"  [booked: {name}, {day} {start}]")
            return self._done[key]


class CalendarServer(ThreadingHTTPServer):
    """`GET /days/{day}` and `POST /appointments`, on a free port of this machine."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), CalendarRequest)
        self.calendar = Calendar()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class CalendarRequest(BaseHTTPRequestHandler):
    def do_GET(self):
        path = [unquote(part) for part in urlsplit(self.path).path.split("/")]
        if len(path) != 3 or path[1] != "days":
            return self._answer(404, {"message": "There is no such page."})
        self._answer(200, self.server.calendar.availability(path[2]))

    def do_POST(self):
        try:
            asked = json.loads(self.rfile.read(int(self.headers.get("content-length", 0))))
            key = self.headers.get("idempotency-key") or os.urandom(8).hex()
            self._answer(200, self.server.calendar.book(key, asked["name"], asked["day"], asked["time"]))
        except ValueError as error:
            self._answer(409, {"message": str(error)})
        except KeyError as error:
            self._answer(422, {"message": f"{error} is missing"})

    def _answer(self, status: int, content: str | dict):
        body = (content if isinstance(content, str) else json.dumps(content)).encode()
        self.send_response(status)
        self.send_header("content-type", "text/plain" if isinstance(content, str) else "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


class Silence(AudioInterface):
    """Neither microphone nor loudspeaker: this conversation is typed."""

    def start(self, input_callback):
        pass

    def stop(self):
        pass

    def output(self, audio: bytes):
        pass

    def interrupt(self):
        pass


class Agent:
    """What the agent says, and whether it has finished."""

    def __init__(self):
        self.ended = threading.Event()
        self._said = threading.Event()
        self._last = time.monotonic()

    def say(self, text: str) -> None:
        print(f"Agent: {text.strip()}")
        self._last = time.monotonic()
        self._said.set()

    def wait(self) -> None:
        """Until the agent has spoken, and then nothing more for a while."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and not self.ended.wait(0.1):
            if self._said.is_set() and time.monotonic() - self._last > QUIET:
                break
        self._said.clear()


def turns(lines: list[str]):
    """What the caller says: the given lines, or else what is typed."""
    if lines:
        yield from lines
        return
    print("(an empty line ends the call)")
    while line := input("You:   ").strip():
        yield line


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--say", action="append", default=[], help="what the caller says; once for each turn")
    options = parser.parse_args()

    server = CalendarServer()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = ElevenLabs(base_url=options.url, api_key=os.environ.get("PARLEY_API_KEY", "none"))
    agents = client.conversational_ai.agents
    agent_id = agents.create(
        name="Hillside Dental (example)",
        conversation_config={
            "conversation": {"text_only": True},
            "agent": {
                "first_message": "Hillside Dental, how can I help you?",
                "prompt": {"prompt": PROMPT, "tools": tools(server.url)},
            },
        },
    ).agent_id
    try:
        agent = Agent()
        conversation = Conversation(
            client,
            agent_id,
            requires_auth=False,
            audio_interface=Silence(),
            callback_agent_response=agent.say,
            callback_disconnect=lambda details: agent.ended.set(),
        )
        conversation.start_session()
        agent.wait()
        for line in turns(options.say):
            if agent.ended.is_set():
                break
            if options.say:
                print(f"You:   {line}")
            conversation.send_user_message(line)
            agent.wait()
        if not agent.ended.is_set():
            conversation.end_session()
        print(f"Conversation {conversation.wait_for_session_end()}")
    finally:
        agents.delete(agent_id)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        sys.exit(1)
