#!/usr/bin/env python3
"""Creates an agent over HTTP and talks to it over a plain WebSocket, with no SDK.

    pip install -r requirements.txt
    python3 python_websocket.py --url http://127.0.0.1:8000 --input question.wav --output answer.wav

Without `--agent` an agent is made for this conversation and deleted afterwards.
"""

import argparse
import asyncio
import base64
import json
import os
import urllib.request

import websockets
from recording import RATE, Recording, load

CHUNK = 1024
"""Samples in a message, 64 ms."""


def request(options, method, path, body=None):
    """Calls the REST API; returns the JSON of the answer."""
    call = urllib.request.Request(
        options.url.rstrip("/") + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"xi-api-key": options.api_key, "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(call, timeout=30) as response:
        return json.loads(response.read() or b"null")


def create_agent(options) -> str:
    agent = {
        "name": "Plain WebSocket example",
        "conversation_config": {
            "agent": {
                "prompt": {
                    "prompt": "You are a friendly assistant. Answer in one or two short sentences.",
                    "llm": "gpt-4o",
                    "temperature": 0.5,
                },
                "first_message": "Hello! How can I help you today?",
                "language": "en",
            },
            "tts": {
                "voice_id": "21m00Tcm4TlvDq8ikWAM",
                "model_id": "eleven_turbo_v2_5",
                "agent_output_audio_format": "pcm_16000",
            },
            "stt": {"model_id": "scribe_v1"},
        },
    }
    return request(options, "POST", "/v1/convai/agents/create", agent)["agent_id"]


async def speak(socket, recording):
    """Sends the recording, then silence, as a microphone does."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        await socket.send(json.dumps({"user_audio_chunk": base64.b64encode(recording.read(CHUNK)).decode()}))
        due += CHUNK / RATE
        await asyncio.sleep(max(0, due - loop.time()))


async def listen(socket, recording):
    """Handles what the server sends, until it closes the connection."""
    interrupted = 0
    async for frame in socket:
        message = json.loads(frame)
        match message.get("type"):
            case "audio":
                event = message["audio_event"]
                if event["event_id"] > interrupted:
                    recording.write(base64.b64decode(event["audio_base_64"]))
            case "interruption":
                interrupted = message["interruption_event"]["event_id"]
                recording.interrupt()
                print("Interrupted")
            case "user_transcript":
                print("User: ", message["user_transcription_event"]["user_transcript"])
            case "agent_response":
                print("Agent:", message["agent_response_event"]["agent_response"])
            case "agent_response_correction":
                print("Agent (heard):", message["agent_response_correction_event"]["corrected_agent_response"])
            case "ping":
                await socket.send(json.dumps({"type": "pong", "event_id": message["ping_event"]["event_id"]}))


async def talk(options, agent):
    recording = Recording(load(options.input))
    address = options.url.rstrip("/").replace("http", "ws", 1) + f"/v1/convai/conversation?agent_id={agent}"
    headers = {"xi-api-key": options.api_key}
    async with websockets.connect(address, additional_headers=headers) as socket:
        tasks = [asyncio.create_task(speak(socket, recording)), asyncio.create_task(listen(socket, recording))]
        while not recording.is_over and not tasks[1].done():
            await asyncio.sleep(0.1)
        await socket.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        print(f"Closed: {socket.close_code} {socket.close_reason}")
    recording.save(options.output)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--agent", help="agent id (default: a new agent)")
    parser.add_argument("--input", required=True, help="16 kHz mono 16-bit WAV file with what you say")
    parser.add_argument("--output", default="answer.wav", help="WAV file for the agent's voice (default: %(default)s)")
    options = parser.parse_args()
    options.api_key = os.environ.get("PARLEY_API_KEY", "none")

    agent = options.agent or create_agent(options)
    try:
        asyncio.run(talk(options, agent))
    finally:
        if not options.agent:
            request(options, "DELETE", f"/v1/convai/agents/{agent}")


if __name__ == "__main__":
    main()
