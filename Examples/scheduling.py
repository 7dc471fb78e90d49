#!/usr/bin/env python3
"""Books an appointment with the official `elevenlabs` SDK: an agent, two server tools, and the server that they ask.

    pip install -r requirements.txt
    python3 scheduling.py --url http://127.0.0.1:8000

The calendar is a small HTTP server in this program; Parley sends it the requests that the tools describe. Runs offline
with the embedded engines. You type what the caller says, give it with `--say "…"`, once for each turn (`--aloud` has it
spoken), or speak: `--audio` with recordings, `--microphone` yourself. The agent is made for this run and deleted after it.
"""

import sys

from service import Refused, Request, Service
from talking import EVENTS, arguments, connect, hold

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

    def _free(self, day: str) -> list[str]:
        return [time for time in ("09:00", "10:00", "11:00") if (day, time) not in self._booked]

    def availability(self, request: Request) -> str:
        day = request.path["day"]
        free = self._free(day)
        print(f"  [free on {day}: {', '.join(free) or 'nothing'}]")
        # Whole sentences are said as they are.
        return f"We have {', '.join(free)}." if free else "Nothing is free on that day."

    def book(self, request: Request) -> str:
        name, day, start = (request.body[part] for part in ("name", "day", "time"))
        free = self._free(day)
        if start not in free:
            raise Refused(409, f"{start} is not free; free are {', '.join(free) or 'no times'}")
        self._booked[day, start] = name
        print(f"  [booked: {name}, {day} {start}]")
        return f"Booked for {name} on {day} at {start}."


def main():
    options = arguments(__doc__)
    calendar = Calendar()
    service = Service({"GET /days/{day}": calendar.availability, "POST /appointments": calendar.book})
    client = connect(options)
    agents = client.conversational_ai.agents
    agent_id = agents.create(
        name="Hillside Dental (example)",
        conversation_config={
            "agent": {
                "first_message": "Hillside Dental, how can I help you?",
                "prompt": {"prompt": PROMPT, "tools": tools(service.url)},
            },
            "conversation": {"client_events": EVENTS},
        },
    ).agent_id
    try:
        hold(client, agent_id, options)
    finally:
        agents.delete(agent_id)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        sys.exit(1)
