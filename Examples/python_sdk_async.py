#!/usr/bin/env python3
"""The same as `python_sdk.py`, with the SDK's asynchronous classes.

    pip install -r requirements.txt
    python3 python_sdk_async.py --url http://127.0.0.1:8000 --input question.wav --output answer.wav
"""

import argparse
import asyncio
import os

from elevenlabs.client import AsyncElevenLabs
from elevenlabs.conversational_ai.conversation import AsyncAudioInterface, AsyncConversation
from recording import RATE, Recording, load

CHUNK = RATE // 10
"""Samples in a message."""


class RecordingInterface(AsyncAudioInterface):
    """A recording in place of microphone and loudspeaker."""

    def __init__(self, recording: Recording):
        self.recording = recording

    async def start(self, input_callback):
        self._task = asyncio.create_task(self._speak(input_callback))

    async def _speak(self, input_callback):
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            await input_callback(self.recording.read(CHUNK))
            due += CHUNK / RATE
            await asyncio.sleep(max(0, due - loop.time()))

    async def stop(self):
        self._task.cancel()
        await asyncio.wait([self._task])

    async def output(self, audio: bytes):
        self.recording.write(audio)

    async def interrupt(self):
        self.recording.interrupt()


async def talk(options):
    client = AsyncElevenLabs(base_url=options.url, api_key=os.environ.get("PARLEY_API_KEY", "none"))
    agent = options.agent or (await client.conversational_ai.agents.list()).agents[0].agent_id
    recording = Recording(load(options.input))
    ended = asyncio.Event()

    async def user_said(text):
        print(f"User:  {text}")

    async def agent_said(text):
        print(f"Agent: {text}")

    async def disconnected(details):
        ended.set()

    conversation = AsyncConversation(
        client,
        agent,
        requires_auth=False,
        audio_interface=RecordingInterface(recording),
        callback_user_transcript=user_said,
        callback_agent_response=agent_said,
        callback_disconnect=disconnected,
    )
    await conversation.start_session()
    while not ended.is_set() and not recording.is_over:
        await asyncio.sleep(0.1)
    if not ended.is_set():
        await conversation.end_session()
    print(f"Conversation {await conversation.wait_for_session_end()}")
    recording.save(options.output)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--agent", help="agent id (default: the first of the server)")
    parser.add_argument("--input", required=True, help="16 kHz mono 16-bit WAV file with what you say")
    parser.add_argument("--output", default="answer.wav", help="WAV file for the agent's voice (default: %(default)s)")
    asyncio.run(talk(parser.parse_args()))


if __name__ == "__main__":
    main()
