"""A WAV file as the microphone and another as the loudspeaker, for the examples in this folder."""

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


class Recording:
    """Gives the input in pieces, keeps the agent's voice, and knows when the agent has answered."""

    def __init__(self, path: str):
        with wave.open(path, "rb") as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (RATE, 1, 2):
                sys.exit(f"{path} is not 16 kHz mono 16-bit; convert it: ffmpeg -i {path} -ar 16000 -ac 1 -c:a pcm_s16le input.wav")
            self._input = file.readframes(file.getnframes())
        self._lock = threading.Lock()
        self._position = 0
        self._answer = bytearray()
        self._answering_until = time.monotonic()
        self._answered = False
        self._asked_at = None

    def read(self, samples: int) -> bytes:
        """The next piece of the input; silence before it, while the agent greets, and after its end."""
        size = 2 * samples
        with self._lock:
            now = time.monotonic()
            if self._asked_at is None:
                if now < self._answering_until + QUIET:
                    return bytes(size)
                self._asked_at = now
            piece = self._input[self._position : self._position + size]
            self._position += size
            return piece + bytes(size - len(piece))

    def write(self, pcm: bytes) -> None:
        """Takes a piece of the agent's voice, which plays now, or after what is still waiting to be played."""
        with self._lock:
            self._answer += pcm
            self._answering_until = max(self._answering_until, time.monotonic()) + len(pcm) / 2 / RATE
            if self._position >= len(self._input):
                self._answered = True

    def interrupt(self) -> None:
        """Drops what is still waiting to be played."""
        with self._lock:
            waiting = max(0.0, self._answering_until - time.monotonic())
            cut = min(len(self._answer), 2 * int(waiting * RATE))
            del self._answer[len(self._answer) - cut :]
            self._answering_until = time.monotonic()

    @property
    def is_over(self) -> bool:
        """Whether the input was played and its answer heard, or the wait for an answer was too long."""
        with self._lock:
            now = time.monotonic()
            if self._asked_at is None:
                return False
            if now > self._asked_at + len(self._input) / 2 / RATE + PATIENCE:
                return True
            return self._answered and now > self._answering_until + QUIET

    def save(self, path: str) -> None:
        """Writes the agent's voice to a WAV file."""
        with self._lock, wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(bytes(self._answer))
