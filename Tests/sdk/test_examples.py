"""The examples whose agents act, each started by its one command, against a running server.

A scripted model does as the caller says, so that a run is the same each time; everything else is real. Starts a server as
`test_strict_answers.py` does.
"""

import json
import os
import pathlib
import subprocess
import sys
import threading
import unittest
import urllib.request

from elevenlabs.client import ElevenLabs
from elevenlabs.conversational_ai.conversation import AudioInterface, Conversation
from test_strict_answers import ROOT, Server, start_model

LIMIT = 180
"""Seconds for one example, on a slow machine."""


class Silence(AudioInterface):
    """A microphone that hears nothing, and a loudspeaker that nobody hears."""

    def start(self, input_callback):
        pass

    def stop(self):
        pass

    def output(self, audio):
        pass

    def interrupt(self):
        pass


@unittest.skipIf("PARLEY_URL" in os.environ, "needs a server with a scripted model")
class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        model = start_model(cls.addClassCleanup)
        cls.server = Server(
            "language_models:\n"
            f"  - {{name: Script, models: [script], base_url: '{model}'}}\n")
        cls.addClassCleanup(cls.server.stop)
        cls.server.wait()

    def run_example(self, name, *options):
        """What the example prints."""
        # The set-up keeps the `mcp` package apart from the SDK.
        home = pathlib.Path(os.environ.get("PARLEY_HOME") or pathlib.Path.home() / ".cache/parley")
        packages = next((home / "venv-mcp/lib").glob("python*/site-packages"))
        run = subprocess.run(
            [sys.executable, ROOT / "Examples" / name, "--url", self.server.url, *options],
            env=os.environ | {"PYTHONPATH": str(packages)}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=LIMIT,
        )
        self.assertEqual(run.returncode, 0, run.stdout + run.stderr)
        return run.stdout

    def assert_leaves_nothing(self):
        for kind in ("tools", "secrets", "mcp_servers", "agents"):
            with urllib.request.urlopen(f"{self.server.url}/v1/convai/{kind.replace('_', '-')}") as answer:
                left = json.load(answer)[kind]
            self.assertEqual([item for item in left if "demo" not in item.get("agent_id", "")], [], kind)

    def test_scheduling(self):
        book = 'book_appointment {"name": "%s", "day": "2030-05-02", "time": "10:00"}'
        output = self.run_example(
            "scheduling.py",
            "--say", 'check_availability {"day": "2030-05-02"}', "--say", book % "Ann", "--say", book % "Bob")
        self.assertIn("[free on 2030-05-02: 09:00, 10:00, 11:00]", output)
        self.assertIn("[booked: Ann, 2030-05-02 10:00]", output)
        self.assertNotIn("[booked: Bob", output)
        self.assertIn("failed: the server answered 409 Conflict: 10:00 is not free; free are 09:00, 11:00", output)
        self.assert_leaves_nothing()

    def test_booking(self):
        output = self.run_example(
            "booking.py",
            "--say", 'find_tables {"day": "2030-05-02"}',
            "--say", 'book_table {"name": "Ann", "day": "2030-05-02", "time": "18:00", "guests": 4}',
            "--say", "cancel_booking {}")
        self.assertIn("[free on 2030-05-02: 12:00, 13:00, 18:00]", output)
        self.assertIn("[booked as 4711: Ann, 2030-05-02 18:00, 4 guests]", output)
        # The model was not told the number: a variable has it.
        self.assertIn('-> {"message":"A table for 4 is booked for Ann on 2030-05-02 at 18:00."}', output)
        self.assertIn("[cancelled: 4711]", output)
        self.assert_leaves_nothing()

    def test_mcp_tools(self):
        output = self.run_example(
            "mcp_tools.py",
            "--say", 'check_stock {"article": "helmet"}', "--say", 'order_article {"article": "helmet", "name": "Ann"}',
            "--say", 'order_article {"article": "pump", "name": "Ann"}')
        self.assertIn("check_stock: auto_approved\norder_article: requires_approval\n", output)
        self.assertIn("[in stock of helmet: 3]", output)
        self.assertEqual(output.count("May the agent call order_article"), 2)
        self.assertIn("[order 1: helmet for Ann]", output)
        self.assertIn("pump is sold out", output)
        self.assert_leaves_nothing()

    def test_alignment(self):
        """The SDK's callback gets every character of what is said, and when."""
        client = ElevenLabs(base_url=self.server.url, api_key="none")
        greeting = "Good morning, it is 9:30. How may I help you?"
        agent = client.conversational_ai.agents.create(
            conversation_config={"agent": {"first_message": greeting}}).agent_id
        self.addCleanup(client.conversational_ai.agents.delete, agent)
        alignments, is_whole = [], threading.Event()

        def take(alignment):
            alignments.append(alignment)
            if "".join(char for one in alignments for char in one.chars) == greeting:
                is_whole.set()

        conversation = Conversation(
            client, agent, requires_auth=False, audio_interface=Silence(), callback_audio_alignment=take)
        conversation.start_session()
        self.addCleanup(conversation.end_session)
        self.assertTrue(is_whole.wait(30), alignments)
        for one in alignments:
            self.assertTrue(len(one.chars) == len(one.char_start_times_ms) == len(one.char_durations_ms) > 0)
            self.assertGreaterEqual(min(one.char_start_times_ms), 0)

    def test_spoken(self):
        """The caller's lines are spoken by a voice and heard by the server; the agent's voice is kept."""
        recording = pathlib.Path(self.server.data.name) / "agent.wav"
        output = self.run_example(
            "scheduling.py", "--aloud", "--say", "I would like to book an appointment.", "--output", recording)
        self.assertRegex(output, "You: .*appointment")
        self.assertIn("Agent: Well.", output)
        self.assertGreater(recording.stat().st_size, 32_000)
