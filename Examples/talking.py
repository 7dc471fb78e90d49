"""A conversation with an agent, for the examples whose agents use tools: typed, from recordings, or with a microphone.

The official SDK holds it. What the SDK does not pass on, which tools the agent uses and whether it may, is read here.
"""

import argparse
import json
import os
import sys
import threading
import time

from elevenlabs.client import ElevenLabs
from elevenlabs.conversational_ai.conversation import Conversation
from python_sdk import RecordingInterface
from recording import Recording, load

PAUSE = 0.5
"""Seconds after the end of an answer when a caller who types goes on; a tool's late result may follow."""

PATIENCE = 60.0
"""The longest wait for the agent, in seconds."""

VOICE = "piper-en_US-joe-medium"
"""The voice of a caller whose words are given as text, unless another one is named."""

EVENTS = [
    "audio", "interruption", "user_transcript", "agent_response", "agent_response_correction", "agent_response_complete",
    "agent_tool_request", "mcp_tool_call",
]
"""What the agents of these examples tell their client (`client_events`): the usual, when an answer is over, when a tool is
used, and when an MCP server's tool needs the client's consent, without which it is refused.
"""


def arguments(description: str) -> argparse.Namespace:
    """The options of an example with this description."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--say", metavar="TEXT", action="append", default=[], help="what the caller types; once for each turn")
    parser.add_argument("--aloud", metavar="VOICE", nargs="?", const=VOICE,
                        help="what --say gives is spoken, by this voice of the server (default: %(const)s)")
    parser.add_argument("--audio", metavar="FILE", nargs="+", default=[],
                        help="what the caller says: a 16 kHz mono 16-bit WAV file for each turn")
    parser.add_argument("--microphone", action="store_true", help="speak yourself; needs pyaudio, and headphones")
    parser.add_argument("--output", metavar="FILE", help="WAV file for the agent's voice, with --aloud and --audio")
    return parser.parse_args()


def connect(options: argparse.Namespace) -> ElevenLabs:
    return ElevenLabs(base_url=options.url, api_key=os.environ.get("PARLEY_API_KEY", "none"))


def hold(client: ElevenLabs, agent_id: str, options: argparse.Namespace, approve=None) -> None:
    """Holds the conversation that the options describe, then shows what its record has of tools.

    `approve` is asked with the name and the arguments of each tool that may only run with the caller's consent.
    """
    if options.microphone:
        caller = _Speaker(_microphone())
    elif options.audio or options.aloud:
        spoken = [_spoken(client, options.aloud or VOICE, line) for line in options.say]
        caller = _Recorded([load(path) for path in options.audio] + spoken)
    else:
        caller = _Typist(options.say)
    conversation = _Conversation(client, agent_id, caller, approve)
    conversation.start_session()
    try:
        caller.talk(conversation)
    finally:
        if not caller.is_hung_up.is_set():
            conversation.end_session()
        conversation_id = conversation.wait_for_session_end()
    if options.output and isinstance(caller, _Recorded):
        caller.recording.save(options.output)
    _show_tools(client, conversation_id)


class _Caller:
    """One way of talking: the sound, if there is any, and what happens when the agent does something."""

    audio_interface = None

    def __init__(self):
        self.is_hung_up = threading.Event()

    def wait(self):
        """The agent is at work."""

    def hear(self):
        """The agent has said all it has to say."""


class _Typist(_Caller):
    """Types lines, or gives those of a list; each when the agent has finished."""

    def __init__(self, lines: list[str]):
        super().__init__()
        self._lines = lines
        self._my_turn = time.monotonic() + PATIENCE

    def hear(self):
        self._my_turn = time.monotonic() + PAUSE

    def wait(self):
        self._my_turn = time.monotonic() + PATIENCE

    def talk(self, conversation):
        self._listen()
        for line in self._turns():
            if self.is_hung_up.is_set():
                return
            self.wait()
            conversation.send_user_message(line)
            self._listen()

    def _listen(self):
        while time.monotonic() < self._my_turn and not self.is_hung_up.wait(0.1):
            pass

    def _turns(self):
        for line in self._lines:
            print(f"You:   {line}")
            yield line
        if not self._lines:
            print("(an empty line ends the conversation)")
            while not self.is_hung_up.is_set() and (line := input("You:   ").strip()):
                yield line


class _Recorded(_Caller):
    """Says recordings, each when the agent has finished."""

    def __init__(self, turns: list[bytes]):
        super().__init__()
        self.recording = Recording(*turns)
        self.audio_interface = RecordingInterface(self.recording)

    def wait(self):
        self.recording.wait(True)

    def hear(self):
        self.recording.wait(False)

    def talk(self, conversation):
        while not self.recording.is_over and not self.is_hung_up.wait(0.1):
            pass


class _Speaker(_Caller):
    """Speaks into a microphone until the agent hangs up, or Ctrl-C is pressed."""

    def __init__(self, audio_interface):
        super().__init__()
        self.audio_interface = audio_interface

    def talk(self, conversation):
        print("(Ctrl-C ends the conversation)")
        try:
            self.is_hung_up.wait()
        except KeyboardInterrupt:
            print()


def _microphone():
    from elevenlabs.conversational_ai.default_audio_interface import DefaultAudioInterface

    try:
        return DefaultAudioInterface()
    except ImportError:
        sys.exit("--microphone needs pyaudio: apt-get install portaudio19-dev, then pip install pyaudio")


def _spoken(client: ElevenLabs, voice: str, line: str) -> bytes:
    """The line as a caller says it."""
    return b"".join(client.text_to_speech.convert(voice, text=line, output_format="pcm_16000"))


class _Conversation(Conversation):
    """The SDK's conversation, which is a typed one without an audio interface.

    The SDK ignores messages about tools, so they are taken from its inner method, and then given to it.
    """

    def __init__(self, client, agent_id, caller, approve):
        super().__init__(
            client,
            agent_id,
            requires_auth=False,
            audio_interface=caller.audio_interface,
            callback_agent_response=lambda text: print(f"Agent: {text}"),
            callback_agent_response_correction=lambda original, heard: print(f"Agent (heard): {heard}"),
            callback_user_transcript=lambda text: print(f"You:   {text}"),
            callback_disconnect=lambda details: caller.is_hung_up.set(),
        )
        self._caller = caller
        self._approve = approve

    def _handle_message(self, message, ws):
        match message["type"]:
            case "user_transcript" | "agent_tool_request" | "agent_tool_response":
                self._caller.wait()
            case "agent_response_complete" | "interruption":
                self._caller.hear()
            case "mcp_tool_call" if message["mcp_tool_call"]["state"] == "awaiting_approval" and self._approve:
                self._caller.wait()
                threading.Thread(target=self._ask, args=(message["mcp_tool_call"], ws), daemon=True).start()
        super()._handle_message(message, ws)

    def _ask(self, call, ws):
        is_approved = self._approve(call["tool_name"], call["parameters"])
        answer = {"type": "mcp_tool_approval_result", "tool_call_id": call["tool_call_id"], "is_approved": is_approved}
        ws.send(json.dumps(answer))


def finished(client: ElevenLabs, conversation_id: str):
    """The conversation's record, which is complete a moment after the end."""
    conversations = client.conversational_ai.conversations
    deadline = time.monotonic() + PATIENCE
    while (record := conversations.get(conversation_id)).status not in ("done", "failed") and time.monotonic() < deadline:
        time.sleep(0.2)
    return record


def _show_tools(client: ElevenLabs, conversation_id: str) -> None:
    """Prints the tool calls in the conversation's record."""
    record = finished(client, conversation_id)
    print(f"Conversation {conversation_id}, {record.metadata.call_duration_secs} s; what the agent did:")
    for turn in record.transcript:
        results = {result.request_id: result for result in turn.tool_results or []}
        for call in turn.tool_calls or []:
            result = results.get(call.request_id)
            outcome = "no result" if not result else ("failed: " if result.is_error else "") + (result.result_value or "")
            print(f"  {call.tool_name}({call.params_as_json}) -> {outcome}")
