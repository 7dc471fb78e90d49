#!/usr/bin/env python3
"""Books an appointment with the official `elevenlabs` SDK: an agent, two client tools, a calendar in this program.

    pip install -r requirements.txt
    python3 scheduling.py --url http://127.0.0.1:8000

Runs offline with the embedded engines. You type what the caller says, or give it with `--say "…"`, once for each turn.
The agent is made for this run and deleted after it.
"""

import argparse
import os
import sys
import threading
import time

from elevenlabs.client import ElevenLabs
from elevenlabs.conversational_ai.conversation import AudioInterface, ClientTools, Conversation

QUIET = 1.5
"""Seconds without anything new from the agent after which it is the caller's turn."""

PATIENCE = 60.0
"""The longest wait for an answer, in seconds."""

PROMPT = """You are the receptionist of Hillside Dental. Answer in one short sentence.
Look up the free times with check_availability as soon as the caller has named a day.
Book with book_appointment once the caller has given a name, a day and a time."""

DAY = {"type": "string", "description": "Day as YYYY-MM-DD"}
TOOLS = [
    {
        "type": "client",
        "name": "check_availability",
        "description": "Looks up the free appointment times on a day.",
        "expects_response": True,
        "parameters": {"type": "object", "required": ["day"], "properties": {"day": DAY}},
    },
    {
        "type": "client",
        "name": "book_appointment",
        "description": "Books an appointment.",
        "expects_response": True,
        "parameters": {
            "type": "object",
            "required": ["name", "day", "time"],
            "properties": {
                "name": {"type": "string", "description": "Name of the patient"},
                "day": DAY,
                "time": {"type": "string", "description": "Start as HH:MM, 24 hours"},
            },
        },
    },
    {"type": "system", "name": "end_call", "description": "Ends the call at a goodbye."},
]


class Calendar:
    """The appointments of a practice that works from nine to noon."""

    def __init__(self):
        self._booked = {}

    def _free(self, day: str) -> list[str]:
        return [time for time in ("09:00", "10:00", "11:00") if (day, time) not in self._booked]

    def check_availability(self, parameters: dict) -> str:
        free = self._free(parameters["day"])
        print(f"  [free on {parameters['day']}: {', '.join(free) or 'nothing'}]")
        # Whole sentences are said as they are.
        return f"We have {', '.join(free)}." if free else "Nothing is free on that day."

    def book_appointment(self, parameters: dict) -> str:
        day, start = parameters["day"], parameters["time"]
        if start not in self._free(day):
            raise ValueError(f"{start} is not free; free are {', '.join(self._free(day)) or 'no times'}")
        self._booked[day, start] = parameters["name"]
        print(f"  [booked: {parameters['name']}, {day} {start}]")
        return f"Booked for {parameters['name']} on {day} at {start}."


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

    client = ElevenLabs(base_url=options.url, api_key=os.environ.get("PARLEY_API_KEY", "none"))
    agents = client.conversational_ai.agents
    agent_id = agents.create(
        name="Hillside Dental (example)",
        conversation_config={
            "conversation": {"text_only": True},
            "agent": {
                "first_message": "Hillside Dental, how can I help you?",
                "prompt": {"prompt": PROMPT, "tools": TOOLS},
            },
        },
    ).agent_id
    try:
        calendar, agent, tools = Calendar(), Agent(), ClientTools()
        tools.register("check_availability", calendar.check_availability)
        tools.register("book_appointment", calendar.book_appointment)
        conversation = Conversation(
            client,
            agent_id,
            requires_auth=False,
            audio_interface=Silence(),
            client_tools=tools,
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
