#!/usr/bin/env python3
"""Asks an agent a recorded question with the official `elevenlabs` SDK; only the base URL differs.

    pip install -r requirements.txt
    python3 python_sdk.py --url http://127.0.0.1:8000 --input question.wav --output answer.wav
"""

import argparse
import os
import threading
import time

from elevenlabs.client import ElevenLabs
from elevenlabs.conversational_ai.conversation import AudioInterface, Conversation
from recording import RATE, Recording, load

CHUNK = RATE // 4
"""Samples in a message; a quarter of a second is what the SDK's own interface sends."""


class RecordingInterface(AudioInterface):
    """A recording in place of microphone and loudspeaker."""

    def __init__(self, recording: Recording):
        self.recording = recording
        self._stopped = threading.Event()

    def start(self, input_callback):
        self._thread = threading.Thread(target=self._speak, args=(input_callback,), daemon=True)
        self._thread.start()

    def _speak(self, input_callback):
        due = time.monotonic()
        while not self._stopped.wait(max(0, due - time.monotonic())):
            input_callback(self.recording.read(CHUNK))
            due += CHUNK / RATE

    def stop(self):
        self._stopped.set()
        self._thread.join(timeout=1)

    def output(self, audio: bytes):
        self.recording.write(audio)

    def interrupt(self):
        self.recording.interrupt()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--agent", help="agent id (default: the first of the server)")
    parser.add_argument("--input", required=True, help="16 kHz mono 16-bit WAV file with what you say")
    parser.add_argument("--output", default="answer.wav", help="WAV file for the agent's voice (default: %(default)s)")
    options = parser.parse_args()

    client = ElevenLabs(base_url=options.url, api_key=os.environ.get("PARLEY_API_KEY", "none"))
    agent = options.agent or client.conversational_ai.agents.list().agents[0].agent_id
    recording = Recording(load(options.input))
    ended = threading.Event()
    conversation = Conversation(
        client,
        agent,
        requires_auth=False,
        audio_interface=RecordingInterface(recording),
        callback_user_transcript=lambda text: print(f"User:  {text}"),
        callback_agent_response=lambda text: print(f"Agent: {text}"),
        callback_agent_response_correction=lambda original, corrected: print(f"Agent (heard): {corrected}"),
        callback_disconnect=lambda details: ended.set(),
    )
    conversation.start_session()
    while not ended.wait(0.1) and not recording.is_over:
        pass
    if not ended.is_set():
        conversation.end_session()
    print(f"Conversation {conversation.wait_for_session_end()}")
    recording.save(options.output)


if __name__ == "__main__":
    main()
