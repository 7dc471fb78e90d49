"""The HTTP server that the agents of the examples ask: functions behind addresses, on this machine."""

import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable
from urllib.parse import unquote, urlsplit


@dataclass
class Request:
    """What an agent's tool asks."""

    path: dict
    """The parts of the address that stand in braces."""
    body: dict
    headers: dict
    """The names are in lower case."""


class Refused(Exception):
    """The answer to a request that cannot be granted: a status and the reason."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status = status


class Service(ThreadingHTTPServer):
    """Answers `"GET /days/{day}"` with what the function of that name returns: a text, or a dictionary as JSON.

    One request is answered after the other, so the functions need no locks. What was granted to an `Idempotency-Key` is
    not done again for the same key: it gets the same answer.
    """

    def __init__(self, functions: dict[str, Callable[[Request], str | dict]]):
        super().__init__(("127.0.0.1", 0), _Handler)
        self._functions = [
            (re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", address)), function) for address, function in functions.items()
        ]
        self._granted = {}
        self._lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def answer(self, address: str, body: dict, headers: dict) -> str | dict:
        """Raises `Refused`."""
        key = headers.get("idempotency-key")
        with self._lock:
            if key in self._granted:
                return self._granted[key]
            for pattern, function in self._functions:
                if match := pattern.fullmatch(address):
                    path = {name: unquote(value) for name, value in match.groupdict().items()}
                    answer = function(Request(path, body, headers))
                    if key:
                        self._granted[key] = answer
                    return answer
        raise Refused(404, "there is no such address")


class _Handler(BaseHTTPRequestHandler):
    def _handle(self):
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = json.loads(self.rfile.read(int(headers.get("content-length", 0))) or b"{}")
            status, answer = 200, self.server.answer(f"{self.command} {urlsplit(self.path).path}", body, headers)
        except Refused as refusal:
            status, answer = refusal.status, {"message": str(refusal)}
        except KeyError as missing:
            status, answer = 422, {"message": f"{missing} is missing"}
        content = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
        self.send_response(status)
        self.send_header("content-type", "text/plain" if isinstance(answer, str) else "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _handle

    def log_message(self, *arguments):
        pass
