"""WAV files as the microphone and another as the loudspeaker, for the examples in this folder."""

import sys
import threading
import time
import wave

RATE = 16_000
"""Samples per second, mono, 16 bits: what the protocol uses unless an agent says otherwise."""

QUIET = 3.0
"""Seconds without the agent's voice after which its answer is taken to be over."""

PATIENCE = 60.0
"""The longest wait for an answer, in seconds."""


def load(path: str) -> bytes:
    """The samples of a WAV file."""
    with wave.open(path, "rb") as file:
        if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
            sys.exit(f"{path} is not 16 kHz mono 16-bit; convert it: ffmpeg -i {path} -ar 16000 -ac 1 -c:a pcm_s16le input.wav")
        return file.readframes(file.getnframes())


class Recording:
    """Says the caller's turns, each when the agent has finished, and keeps the agent's voice."""

    def __init__(self, *turns: bytes):
        self._turns = list(turns)
        self._lock = threading.Lock()
        self._saying = b""
        self._said_at = time.monotonic()
        self._answer = bytearray()
        self._answering_until = time.monotonic()
        self._is_answered = True  # The agent speaks first, or not at all.
        self._is_agent_busy = False

    def read(self, samples: int) -> bytes:
        """The next piece of the caller's turn; silence while the agent speaks, and after the last turn."""
        size = 2 * samples
        with self._lock:
            if not self._saying and self._turns and self._is_agent_done:
                self._saying = self._turns.pop(0)
                self._is_answered = False
            if self._saying:
                self._said_at = time.monotonic()
            piece, self._saying = self._saying[:size], self._saying[size:]
            return piece + bytes(size - len(piece))

    def write(self, pcm: bytes) -> None:
        """Takes a piece of the agent's voice, which plays now, or after what is still waiting to be played."""
        with self._lock:
            self._answer += pcm
            self._answering_until = max(self._answering_until, time.monotonic()) + len(pcm) / 2 / RATE
            self._is_answered = True

    def interrupt(self) -> None:
        """Drops what is still waiting to be played."""
        with self._lock:
            waiting = max(0.0, self._answering_until - time.monotonic())
            cut = min(len(self._answer), 2 * int(waiting * RATE))
            del self._answer[len(self._answer) - cut :]
            self._answering_until = time.monotonic()
            self._is_answered = False

    def wait(self, is_busy: bool) -> None:
        """Keeps the caller quiet while the agent is known to be busy with an answer, whatever it has said of it."""
        with self._lock:
            self._is_agent_busy = is_busy
            self._said_at = time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether all was said and answered, or the wait for an answer was too long."""
        with self._lock:
            return not self._turns and not self._saying and self._is_agent_done

    @property
    def _is_agent_done(self) -> bool:
        if self._is_agent_busy or not self._is_answered:
            return time.monotonic() > self._said_at + PATIENCE
        return time.monotonic() > max(self._said_at, self._answering_until) + QUIET

    def save(self, path: str) -> None:
        """Writes the agent's voice to a WAV file."""
        with self._lock, wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(bytes(self._answer))
