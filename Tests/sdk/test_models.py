"""Fetching models by a running server, with a set-up program that does as the test says.

Starts a server as `test_strict_answers.py` does, with another `setup/setup.py` beside it.
"""

import concurrent.futures
import http.client
import json
import os
import pathlib
import tempfile
import threading
import time
import unittest
import unittest.mock
import urllib.error
import urllib.parse
import urllib.request

from test_strict_answers import ROOT, Server

LIMIT = 30
"""Seconds for what other processes do, on a slow machine."""

PROGRAM = '''
import json, os, pathlib, sys, time

here = pathlib.Path(__file__).resolve().parent


def await_file(name):
    while not (here / name).exists():
        time.sleep(0.01)
    return (here / name).read_text()


def note(line):
    with open(here / "log", "a") as log:
        log.write(line + "\\n")


if "--list-models" in sys.argv:
    note("list")
    await_file("list-may-end")
    models = [{"id": id, "kind": "tts", "state": "missing", "download_bytes": 2000} for id in ("one", "two")]
    print(json.dumps({"models": models}))
else:
    id = sys.argv[sys.argv.index("--model") + 1]
    note(f"fetch {id}")
    (here / "process").write_text(str(os.getpid()))
    print("50 %  1.0 kB of 2 kB", file=sys.stderr, flush=True)
    status = int(await_file("fetch-may-end"))
    (here / "fetch-may-end").unlink()
    if status:
        print("error: https://ann:secret@example.com/one is gone", file=sys.stderr)
    sys.exit(status)
'''


@unittest.skipIf("PARLEY_URL" in os.environ, "needs a server with another set-up program")
class Models(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = pathlib.Path(folder.name)
        for name in ("Web", "models.yaml"):
            (root / name).symlink_to(ROOT / name)
        self.setup_folder = root / "setup"
        self.setup_folder.mkdir()
        (self.setup_folder / "setup.py").write_text(PROGRAM)
        with unittest.mock.patch.dict(os.environ, {"PARLEY_ROOT": str(root)}):
            self.server = Server()
        self.addCleanup(self.server.stop)
        self.server.wait()

    # What the program did, and may do.

    @property
    def log(self):
        file = self.setup_folder / "log"
        return file.read_text().splitlines() if file.exists() else []

    def let(self, name, text=""):
        file = self.setup_folder / f"{name}.part"
        file.write_text(text)
        file.rename(self.setup_folder / name)

    def until(self, holds):
        deadline = time.monotonic() + LIMIT
        while not (value := holds()):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        return value

    # What clients ask.

    def ask(self, path="", method="GET"):
        request = urllib.request.Request(f"{self.server.url}/v1/parley/models{path}", method=method)
        try:
            with urllib.request.urlopen(request, timeout=LIMIT) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def fetches(self):
        return {model["id"]: model["fetch"] for model in self.ask()[1]["models"]}

    def ask_at_once(self, count, path="", method="GET"):
        """The status of each answer; the list may be made only once all of them have asked."""
        asked = threading.Barrier(count + 1)

        def ask():
            connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.server.url).netloc, timeout=LIMIT)
            connection.request(method, f"/v1/parley/models{path}")
            asked.wait()
            answer = connection.getresponse()
            answer.read()
            connection.close()
            return answer.status

        with concurrent.futures.ThreadPoolExecutor(count) as threads:
            answers = [threads.submit(ask) for _ in range(count)]
            asked.wait()
            self.until(lambda: self.log)
            self.let("list-may-end")
            return [answer.result() for answer in answers]

    def test_a_list_that_several_ask_for_is_made_once(self):
        self.assertEqual(self.ask_at_once(8), [200] * 8)
        self.assertEqual(self.log, ["list"])

    def test_a_fetch_that_two_ask_for_is_begun_once_and_again_after_it_failed(self):
        self.assertEqual(self.ask_at_once(2, "/one/fetch", "POST"), [202, 202])
        state = self.until(lambda: (one := self.fetches()["one"]) and one["received_bytes"] and one)
        self.assertEqual((state["state"], state["received_bytes"], state["total_bytes"]), ("running", 1000, 2000))
        # It hangs: the list is answered all the same, and so is whoever wants it, or another.
        self.assertEqual(self.ask("/one/fetch", "POST")[0], 202)
        status, answer = self.ask("/two/fetch", "POST")
        self.assertEqual((status, answer["detail"]["code"]), (409, "fetch_in_progress"))
        self.assertEqual(self.log.count("fetch one"), 1)

        self.let("fetch-may-end", "1")
        state = self.until(lambda: (one := self.fetches()["one"]) and one["state"] == "failed" and one)
        self.assertIn("example.com/one is gone", state["error"])
        self.assertNotIn("secret", state["error"])
        self.assertEqual(self.fetches()["two"], None)

        self.assertEqual(self.ask("/one/fetch", "POST")[0], 202)
        self.until(lambda: self.log.count("fetch one") == 2)
        self.let("fetch-may-end", "0")
        self.until(lambda: self.fetches()["one"] is None)
        self.assertNotIn("fetch two", self.log)

    def test_a_server_that_stops_ends_a_fetch_that_hangs(self):
        self.let("list-may-end")
        self.assertEqual(self.ask("/one/fetch", "POST")[0], 202)
        process = int(self.until(lambda: (file := self.setup_folder / "process").exists() and file.read_text()))
        self.server.process.terminate()
        self.assertEqual(self.server.process.wait(LIMIT), 0)
        with self.assertRaises(ProcessLookupError):
            os.kill(process, 0)


if __name__ == "__main__":
    unittest.main()
