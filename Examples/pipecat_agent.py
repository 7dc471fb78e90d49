#!/usr/bin/env python3
"""A Pipecat agent with Parley's models, prompt and protocol, for `parley bench` to measure one against the other.

    python3 -m venv pipecat
    pipecat/bin/pip install -r requirements-pipecat.txt
    pipecat/bin/python pipecat_agent.py --port 8100
    parley bench http://127.0.0.1:8100 --set answers barge-in --audio CALLERS

Turns are taken as Pipecat does by default: Silero VAD with 0.2 s, and Smart Turn v3. Both are Parley's models too, and come
with Pipecat. Moonshine and the language model are those in Parley's directory (`PARLEY_HOME`, else `parley` in the cache);
Hibari's voice comes with its package, which makes the phonemes by itself where Parley asks espeak-ng.

Of the REST API there is what the bench asks for: agents are listed, read, made and deleted, which `--first-token` and
`--set spelling` need. Overrides, tools, text messages and records of conversations there are not.
"""

import argparse
import asyncio
import base64
import contextlib
import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request
import uuid

import hibari
import numpy as np
import sherpa_onnx
import uvicorn
from fastapi import FastAPI, WebSocket
from loguru import logger
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import (
    BotStartedSpeakingFrame,
    BotStoppedSpeakingFrame,
    InputAudioRawFrame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    OutputAudioRawFrame,
    OutputTransportMessageUrgentFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
    TTSSpeakFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair, LLMUserAggregatorParams
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.serializers.base_serializer import FrameSerializer
from pipecat.services.openai.llm import OpenAILLMService
from pipecat.services.settings import STTSettings, TTSSettings
from pipecat.services.stt_service import SegmentedSTTService
from pipecat.services.tts_service import TTSService
from pipecat.transcriptions.language import Language
from pipecat.transports.websocket.fastapi import FastAPIWebsocketParams, FastAPIWebsocketTransport
from pipecat.utils.time import time_now_iso8601
from pipecat.workers.runner import WorkerRunner

RATE = 16_000
"""Samples a second of both directions."""

PROMPT = """\
You are Mia, the receptionist of Green Lane Bikes, a bicycle workshop. You are on the phone with a customer.

Opening hours: Monday to Friday from nine to six. Saturday from ten to two. Sunday: closed.
Address: 12 Green Lane, opposite the train station. Parking in front of the shop is free.
Flat tire: 15 euros, done while you wait, no booking needed.
Small service: 40 euros, one day. Full service: 90 euros, two days. New brake pads: 25 euros.
Rental: city bike 20 euros a day, electric bike 35 euros a day.
Payment: cash or card.
Bookings: ask for the day, then the time, then the name.

If something is not listed here, say that you will ask a colleague."""
"""The prompt of Parley's demo agent."""

STYLE = "Answer in one or two short, natural spoken sentences. No lists, no markdown, no emoji, no links."
"""What Parley adds to the prompt of every agent that speaks."""

DEMO = {
    "name": "Green Lane Bikes (Pipecat)",
    "conversation_config": {
        "agent": {
            "first_message": "Hello, this is Mia at Green Lane Bikes. How can I help you?",
            "prompt": {"prompt": PROMPT, "temperature": 0.3, "max_tokens": 120},
        }
    },
}
"""The agent of this server, with the sampling of Parley's demo agent."""

MODEL = "qwen2.5-coder-0.5b-instruct"
SLOTS = 4
"""Calls that have a prompt cache of their own in llama-server, as in Parley."""

HEAD = 0.03
"""Seconds before the first sound that are kept of the 0.35 s of silence that Hibari's model puts there: no less than Parley
cuts."""


class Home:
    """Parley's directory of programs and models."""

    def __init__(self):
        cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        chosen = os.environ.get("PARLEY_HOME") or os.path.join(cache, "parley")
        self.path = pathlib.Path(chosen).expanduser()

    def file(self, name: str) -> str:
        """The path of a file; ends the program if it is missing."""
        if not (self.path / name).is_file():
            sys.exit(f"{self.path / name} is missing; `make setup` fetches and builds what Parley needs")
        return str(self.path / name)


# Engines


def load_recogniser(home: Home) -> sherpa_onnx.OfflineRecognizer:
    model = "models/moonshine-tiny-en"
    recogniser = sherpa_onnx.OfflineRecognizer.from_moonshine_v2(
        encoder=home.file(f"{model}/encoder_model.ort"),
        decoder=home.file(f"{model}/decoder_model_merged.ort"),
        tokens=home.file(f"{model}/tokens.txt"),
        num_threads=1,
    )
    transcribe(recogniser, np.zeros(RATE, np.float32))
    return recogniser


def transcribe(recogniser: sherpa_onnx.OfflineRecognizer, samples: np.ndarray) -> str:
    stream = recogniser.create_stream()
    stream.accept_waveform(RATE, samples)
    recogniser.decode_stream(stream)
    return stream.result.text.strip()


def load_voice() -> hibari.Hibari:
    voice = hibari.Hibari(threads=1)
    synthesize(voice, "Hello, how can I help you?")
    return voice


def synthesize(voice: hibari.Hibari, text: str) -> bytes:
    """16-bit samples at `hibari.SAMPLE_RATE`."""
    samples = voice(text, seed=0)
    audible = np.flatnonzero(np.abs(samples) > 0.02 * np.abs(samples).max(initial=0))
    if len(audible):
        samples = samples[max(0, audible[0] - int(HEAD * voice.sample_rate)) :]
    return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()


@contextlib.contextmanager
def language_model(home: Home):
    """Parley's language model in a llama-server with Parley's options; yields the URL of its API."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    threads = str(os.cpu_count())
    command = [
        "setpriv", "--pdeathsig", "KILL", home.file("bin/llama-server"), "--model", home.file(f"models/{MODEL}/model.gguf"),
        "--alias", MODEL, "--host", "127.0.0.1", "--port", str(port), "--offline", "--jinja", "--parallel", str(SLOTS),
        "--ctx-size", str(SLOTS * 4096), "--no-kv-unified", "--cache-reuse", "256", "--cache-ram", "256",
        "--batch-size", "256", "--ubatch-size", "256", "--threads", threads, "--threads-batch", threads, "--no-ui",
        "--no-slots", "--flash-attn", "off", "--log-colors", "off", "--verbosity", "1",
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 120
        while not is_healthy(url):
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit("llama-server does not start; `parley doctor` may tell why")
            time.sleep(0.1)
        for slot in range(SLOTS):
            read_prompt(url, slot)
        yield f"{url}/v1"
    finally:
        server.terminate()
        server.wait()


def is_healthy(url: str) -> bool:
    try:
        return urllib.request.urlopen(f"{url}/health", timeout=2).status == 200
    except OSError:
        return False


def read_prompt(url: str, slot: int):
    """Has the beginning of every call read into a slot's cache, which Parley does when a call begins."""
    agent = DEMO["conversation_config"]["agent"]
    messages = [
        {"role": "system", "content": f"{PROMPT}\n\n{STYLE}"},
        {"role": "assistant", "content": agent["first_message"]},
        {"role": "user", "content": "Hello."},
    ]
    body = json.dumps({"messages": messages, "max_tokens": 1, "id_slot": slot}).encode()
    request = urllib.request.Request(f"{url}/v1/chat/completions", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=60).read()


# Pipecat's services


class MoonshineSTT(SegmentedSTTService):
    """Transcribes what the VAD takes for speech, with one recogniser for all calls."""

    wants_wav_segments = False

    def __init__(self, recogniser):
        # The latency only bounds the wait for a transcript that is not final; these all are.
        settings = STTSettings(model="moonshine-tiny-en", language=Language.EN)
        super().__init__(sample_rate=RATE, ttfs_p99_latency=0.5, settings=settings)
        self._recogniser = recogniser

    async def run_stt(self, audio):
        samples = np.frombuffer(audio, np.int16).astype(np.float32) / 32768
        if text := await asyncio.to_thread(transcribe, self._recogniser, samples):
            yield TranscriptionFrame(text, self._user_id, time_now_iso8601(), Language.EN)


class HibariTTS(TTSService):
    """Speaks a sentence at a time, as Pipecat divides the answer, with one voice for all calls."""

    def __init__(self, voice):
        settings = TTSSettings(model="hibari", voice="heart", language=Language.EN)
        super().__init__(sample_rate=voice.sample_rate, push_start_frame=True, push_stop_frames=True, settings=settings)
        self._voice = voice

    async def run_tts(self, text, context_id):
        audio = await asyncio.to_thread(synthesize, self._voice, text)
        yield TTSAudioRawFrame(audio, self.sample_rate, 1, context_id=context_id)


class ChatModel(OpenAILLMService):
    """A chat model that does not know OpenAI's role "developer"."""

    supports_developer_role = False


# The protocol


class ConversationSerializer(FrameSerializer):
    """The messages of a conversation's WebSocket, for 16 kHz in both directions.

    A turn of the caller, its answer and the answer's audio have one event id. An interruption has that of what it
    interrupts, and what is said later a higher one.
    """

    def __init__(self):
        super().__init__()
        self._event_id = 1

    async def deserialize(self, data):
        if chunk := json.loads(data).get("user_audio_chunk"):
            return InputAudioRawFrame(base64.b64decode(chunk), RATE, 1)

    async def serialize(self, frame):
        match frame:
            case OutputAudioRawFrame():
                return self._message("audio", "audio_event", audio_base_64=base64.b64encode(frame.audio).decode())
            case OutputTransportMessageUrgentFrame(message={"user_transcript": text}):
                self._event_id += 1
                return self._message("user_transcript", "user_transcription_event", user_transcript=text)
            case OutputTransportMessageUrgentFrame(message={"agent_response": text}):
                return self._message("agent_response", "agent_response_event", agent_response=text)
            case OutputTransportMessageUrgentFrame(message="interruption"):
                message = self._message("interruption", "interruption_event")
                self._event_id += 1
                return message

    def _message(self, kind, key, **content):
        return json.dumps({"type": kind, key: content | {"event_id": self._event_id}})


class AgentText(FrameProcessor):
    """Tells the client what the agent says, once it is written."""

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        match frame:
            case LLMFullResponseStartFrame():
                self._text = ""
            case LLMTextFrame():
                self._text += frame.text
            case LLMFullResponseEndFrame():
                await self._tell(self._text)
            case TTSSpeakFrame():
                await self._tell(frame.text)
        await self.push_frame(frame, direction)

    async def _tell(self, text):
        if text.strip():
            await self.push_frame(OutputTransportMessageUrgentFrame({"agent_response": text.strip()}))


class Interruptions(FrameProcessor):
    """Tells the client that the agent is interrupted. It follows the transport, which by then sends no more of the answer.

    For Pipecat each turn of the caller is an interruption, even when the agent is silent; for the client only one that
    cuts the agent off.
    """

    def __init__(self):
        super().__init__()
        self._is_speaking = False

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        match frame:
            case BotStartedSpeakingFrame():
                self._is_speaking = True
            case BotStoppedSpeakingFrame():
                self._is_speaking = False
            case InterruptionFrame() if self._is_speaking:
                await self.push_frame(OutputTransportMessageUrgentFrame("interruption"), FrameDirection.UPSTREAM)
        await self.push_frame(frame, direction)


async def converse(websocket: WebSocket, agent: dict, llm: ChatModel, stt: MoonshineSTT, tts: HibariTTS):
    """Holds one call."""
    metadata = {
        "conversation_id": f"conv_{uuid.uuid4().hex}",
        "agent_output_audio_format": f"pcm_{RATE}",
        "user_input_audio_format": f"pcm_{RATE}",
    }
    await websocket.send_json(
        {"type": "conversation_initiation_metadata", "conversation_initiation_metadata_event": metadata}
    )
    parameters = FastAPIWebsocketParams(
        audio_in_enabled=True, audio_out_enabled=True, serializer=ConversationSerializer()
    )
    transport = FastAPIWebsocketTransport(websocket, parameters)
    user, assistant = LLMContextAggregatorPair(
        LLMContext(), user_params=LLMUserAggregatorParams(vad_analyzer=SileroVADAnalyzer())
    )
    pipeline = Pipeline(
        [transport.input(), stt, user, llm, AgentText(), tts, transport.output(), Interruptions(), assistant]
    )
    worker = PipelineWorker(
        pipeline,
        params=PipelineParams(audio_in_sample_rate=RATE, audio_out_sample_rate=RATE),
        enable_rtvi=False,
        idle_timeout_secs=None,
    )
    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(worker)
    has_started = asyncio.Event()

    @worker.event_handler("on_pipeline_started")
    async def start(worker, frame):
        has_started.set()

    @transport.event_handler("on_client_connected")
    async def greet(transport, client):
        await worker.queue_frames([TTSSpeakFrame(agent["first_message"])])

    @transport.event_handler("on_client_disconnected")
    async def hang_up(transport, client):
        # A service that is cancelled before it has started would leave its task behind.
        await has_started.wait()
        await runner.cancel()

    @user.event_handler("on_user_turn_stopped")
    async def tell_transcript(aggregator, strategy, message):
        if message.content:
            await worker.queue_frames([OutputTransportMessageUrgentFrame({"user_transcript": message.content})])

    await runner.run()


# The server


def server(recogniser, voice, llm_url: str, llm_key: str, llm_model: str) -> FastAPI:
    app = FastAPI()
    agents = {"agent_pipecat": DEMO}

    def chat_model(prompt: dict) -> ChatModel:
        custom = prompt.get("custom_llm") or {}
        settings = ChatModel.Settings(
            model=custom.get("model_id") or llm_model, system_instruction=f"{prompt['prompt']}\n\n{STYLE}",
            temperature=prompt.get("temperature", 0.3), max_tokens=prompt.get("max_tokens", 120),
        )
        # The key is for the model's own server alone.
        key = "none" if custom.get("url") else llm_key
        return ChatModel(base_url=custom.get("url") or llm_url, api_key=key, settings=settings)

    @app.websocket("/v1/convai/conversation")
    async def conversation(websocket: WebSocket, agent_id: str = ""):
        agent = agents.get(agent_id, DEMO)["conversation_config"]["agent"]
        await websocket.accept()
        await converse(websocket, agent, chat_model(agent["prompt"]), MoonshineSTT(recogniser), HibariTTS(voice))

    @app.get("/v1/convai/agents")
    async def list_agents():
        return {"agents": [{"agent_id": id, "name": agent["name"]} for id, agent in agents.items()], "has_more": False}

    @app.post("/v1/convai/agents/create")
    async def create(agent: dict):
        agent_id = f"agent_{uuid.uuid4().hex}"
        agents[agent_id] = agent
        return {"agent_id": agent_id}

    @app.get("/v1/convai/agents/{agent_id}")
    async def read(agent_id: str):
        return {"agent_id": agent_id} | agents.get(agent_id, DEMO)

    @app.delete("/v1/convai/agents/{agent_id}")
    async def delete(agent_id: str):
        agents.pop(agent_id, None)
        return {}

    return app


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8100, help="on the loopback interface (default: %(default)s)")
    parser.add_argument("--llm-url", help="an OpenAI-compatible API in place of Parley's language model, such as …/v1")
    parser.add_argument("--llm-key", default="none", help="the key of that API")
    parser.add_argument("--llm-model", default=MODEL, help="the name of its model (default: %(default)s)")
    options = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level="WARNING")

    home = Home()
    recogniser, voice = load_recogniser(home), load_voice()
    model = contextlib.nullcontext(options.llm_url) if options.llm_url else language_model(home)
    with model as url:
        app = server(recogniser, voice, url, options.llm_key, options.llm_model)
        print(f"Pipecat answers at http://127.0.0.1:{options.port}", flush=True)
        uvicorn.run(app, host="127.0.0.1", port=options.port, log_level="warning")


if __name__ == "__main__":
    main()
