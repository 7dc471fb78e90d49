#!/usr/bin/env python3
"""Books and cancels a table, with tools that are stored on the server, a secret, and no claim without a receipt.

    pip install -r requirements.txt
    python3 booking.py --url http://127.0.0.1:8000

What it shows beyond `scheduling.py`, whose tools stand in its agent:

- Tools are made once (`tools.create`) and named by the agent (`tool_ids`), as any number of agents may.
- The restaurant's key is a stored secret: Parley sends it in a header, and no answer, record or model ever has it.
- The number of a booking becomes a variable (`assignments`), which a later tool sends without the model's doing.
- The caller hears "One moment, please." before a booking is made (`pre_tool_speech`).
- With `requires_receipts` the agent says that a table is booked only when the restaurant has said so.

You type what the caller says, give it with `--say "…"`, once for each turn (`--aloud` has it spoken), or speak: `--audio`
with recordings, `--microphone` yourself. Agent, tools and secret are deleted after the run.
"""

import itertools
import secrets
import sys
from contextlib import ExitStack

from service import Refused, Request, Service
from talking import EVENTS, arguments, connect, hold

PROMPT = """You are the host of the Old Mill, a restaurant. Answer in one short sentence.
Look up the free times with find_tables as soon as the caller has named a day.
Book with book_table once the caller has given a name, a day, a time and the number of guests.
Cancel with cancel_booking what was booked in this call when the caller no longer wants it."""

DAY = {"type": "string", "description": "Day as YYYY-MM-DD"}


def tools(url: str, key_id: str) -> list[dict]:
    """What the agent can do: requests to the restaurant at `url`, with the secret of this id as the key."""
    headers = {"x-restaurant-key": {"secret_id": key_id}}
    return [
        {
            "type": "webhook",
            "name": "find_tables",
            "description": "Looks up the times at which a table is free on a day.",
            "api_schema": {
                "url": f"{url}/days/{{day}}",
                "method": "GET",
                "path_params_schema": {"day": DAY},
                "request_headers": headers,
            },
        },
        {
            "type": "webhook",
            "name": "book_table",
            "description": "Books a table.",
            "pre_tool_speech": "force",
            # A refusal says why, and the agent passes it on.
            "tool_error_handling_mode": "summarized",
            "assignments": [{"dynamic_variable": "booking_number", "value_path": "number"}],
            "api_schema": {
                "url": f"{url}/bookings",
                "method": "POST",
                "request_headers": headers,
                # The number is for the tool below; the model only reads the sentence.
                "response_filter": {"mode": "allow", "filters": ["message"]},
                "request_body_schema": {
                    "type": "object",
                    "required": ["name", "day", "time", "guests"],
                    "properties": {
                        "name": {"type": "string", "description": "Name of the guest"},
                        "day": DAY,
                        "time": {"type": "string", "description": "Time as HH:MM, 24 hours"},
                        "guests": {"type": "integer", "description": "Number of guests"},
                    },
                },
            },
        },
        {
            "type": "webhook",
            "name": "cancel_booking",
            "description": "Cancels the table that was booked in this call.",
            "tool_error_handling_mode": "summarized",
            # The value before there is a booking.
            "dynamic_variables": {"dynamic_variable_placeholders": {"booking_number": "none"}},
            "api_schema": {
                "url": f"{url}/bookings/{{number}}",
                "method": "DELETE",
                "request_headers": headers,
                "path_params_schema": {"number": {"type": "string", "dynamic_variable": "booking_number"}},
            },
        },
    ]


class Restaurant:
    """Two tables, at twelve, at one, and at six in the evening."""

    TIMES = ("12:00", "13:00", "18:00")
    TABLES = 2

    def __init__(self):
        self.key = secrets.token_urlsafe()
        self._bookings = {}
        self._numbers = itertools.count(4711)

    def _free(self, day: str) -> list[str]:
        taken = [start for booked, start in self._bookings.values() if booked == day]
        return [start for start in self.TIMES if taken.count(start) < self.TABLES]

    def _check(self, request: Request) -> None:
        if not secrets.compare_digest(request.headers.get("x-restaurant-key", ""), self.key):
            raise Refused(401, "the key is wrong")

    def find(self, request: Request) -> str:
        self._check(request)
        free = self._free(request.path["day"])
        print(f"  [free on {request.path['day']}: {', '.join(free) or 'nothing'}]")
        return f"A table is free at {' and at '.join(free)}." if free else "Nothing is free on that day."

    def book(self, request: Request) -> dict:
        self._check(request)
        name, day, start, guests = (request.body[part] for part in ("name", "day", "time", "guests"))
        if start not in self._free(day):
            raise Refused(409, f"{start} is not free; free are {', '.join(self._free(day)) or 'no times'}")
        number = str(next(self._numbers))
        self._bookings[number] = day, start
        print(f"  [booked as {number}: {name}, {day} {start}, {guests} guests]")
        return {"number": number, "message": f"A table for {guests} is booked for {name} on {day} at {start}."}

    def cancel(self, request: Request) -> str:
        self._check(request)
        number = request.path["number"]
        if number not in self._bookings:
            raise Refused(404, "there is no such booking")
        del self._bookings[number]
        print(f"  [cancelled: {number}]")
        return f"The booking {number} is cancelled."


def main():
    options = arguments(__doc__)
    restaurant = Restaurant()
    service = Service({
        "GET /days/{day}": restaurant.find,
        "POST /bookings": restaurant.book,
        "DELETE /bookings/{number}": restaurant.cancel,
    })
    client = connect(options)
    workspace = client.conversational_ai
    # What is made last is deleted first: nothing can be deleted while something else uses it.
    with ExitStack() as made:
        key_id = workspace.secrets.create(name=f"old-mill-{secrets.token_hex(4)}", value=restaurant.key).secret_id
        made.callback(workspace.secrets.delete, key_id)
        tool_ids = []
        for tool in tools(service.url, key_id):
            tool_ids.append(workspace.tools.create(request={"tool_config": tool}).id)
            made.callback(workspace.tools.delete, tool_ids[-1])
        agent_id = workspace.agents.create(
            name="The Old Mill (example)",
            conversation_config={
                "agent": {
                    "first_message": "The Old Mill, good day. How can I help you?",
                    "prompt": {
                        "prompt": PROMPT,
                        "tool_ids": tool_ids,
                        "built_in_tools": {
                            "end_call": {"name": "end_call", "params": {"system_tool_type": "end_call"}},
                        },
                        "requires_receipts": True,
                    },
                },
                "conversation": {"client_events": EVENTS},
            },
        ).agent_id
        made.callback(workspace.agents.delete, agent_id)
        hold(client, agent_id, options)


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, EOFError):
        sys.exit(1)
