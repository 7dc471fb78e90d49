#!/usr/bin/env python3
"""Holds a conversation through a virtual sound card: `parley talk` with its default microphone and loudspeaker.

    python3 Tests/soundcard/soundcard_test.py --url http://127.0.0.1:8000 --voice question.wav

A private PulseAudio has two null sinks: one is the loudspeaker, the monitor of the other the microphone. The voice is
played into the microphone when the agent's greeting is over; what the loudspeaker plays is recorded from its monitor.
Passes when the greeting and an answer after the question were heard there, the question's words came back as a
transcript, the status line showed both levels, the command ended with 0 after Ctrl-C, and its own recording has both
sides in time. With --mute the question is also asked during the greeting, which must neither hear nor heed it.

Needs a running server with an agent that greets, and PulseAudio with ALSA's plugin for it, through which PortAudio
reaches it. On Debian: apt-get install pulseaudio pulseaudio-utils libasound2-plugins
"""

import argparse
import array
import math
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import wave

RATE = 16_000
"""Of everything recorded here, in Hz."""

AUDIBLE = 10 ** (-50 / 20)
"""The level from which the agent counts as heard, as in `parley bench`."""


class SoundServer:
    """A PulseAudio of its own, with nothing of the user's configuration."""

    def __init__(self, folder: pathlib.Path):
        self.environment = os.environ | {
            "HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(folder / "pulse"), "PULSE_SERVER": f"unix:{folder}/socket",
            "ALSA_CONFIG_PATH": str(folder / "asound.conf"),
        }
        # PortAudio opens ALSA's default devices.
        (folder / "asound.conf").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        (folder / "pulse").mkdir(mode=0o700)
        # Without `norewinds` a null sink works in blocks of up to 2 s, and stands still for as long after an underrun.
        (folder / "server.pa").write_text(
            f"load-module module-native-protocol-unix auth-anonymous=1 socket={folder}/socket\n"
            "load-module module-null-sink sink_name=loudspeaker rate=48000 channels=2 norewinds=1\n"
            "load-module module-null-sink sink_name=voice rate=48000 channels=2 norewinds=1\n"
            "set-default-sink loudspeaker\n"
            "set-default-source voice.monitor\n")
        self.process = subprocess.Popen(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit", "--disable-shm",
             "--use-pid-file=no", f"--file={folder}/server.pa", "--log-level=error"],
            env=self.environment, stderr=subprocess.PIPE, text=True)
        for _ in range(100):
            if self.process.poll() is not None:
                raise AssertionError(f"PulseAudio ended: {self.process.stderr.read().strip()}")
            if subprocess.run(["pactl", "info"], env=self.environment, capture_output=True).returncode == 0:
                return
            time.sleep(0.1)
        raise AssertionError("PulseAudio did not start within 10 s.")

    def play(self, voice: pathlib.Path):
        """Says something into the microphone; returns when it is said."""
        subprocess.run(["paplay", "--device=voice", str(voice)], env=self.environment, check=True, timeout=60)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


def audible(samples, rate, start=0.0):
    """Times of the audible windows of 10 ms, in seconds."""
    window = rate // 100
    for index in range(int(start * rate), len(samples) - window + 1, window):
        piece = samples[index : index + window]
        if math.sqrt(sum(x * x for x in piece) / window) / 32768 >= AUDIBLE:
            yield index / rate


class Recording:
    """What the loudspeaker plays, with the time of each sample."""

    def __init__(self, server: SoundServer):
        self.samples = array.array("h")
        self.process = subprocess.Popen(
            ["parec", "--device=loudspeaker.monitor", f"--rate={RATE}", "--channels=1", "--format=s16le",
             "--latency-msec=20", "--raw"],
            env=server.environment, stdout=subprocess.PIPE)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while data := self.process.stdout.read(RATE // 50):
            self.samples.frombytes(data[: len(data) // 2 * 2])

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    def audible(self, start=0.0):
        """Times of the audible windows, in seconds."""
        return audible(self.samples, RATE, start)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        self.thread.join(10)

    def save(self, path):
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 2, RATE, 0, "NONE", ""))
            file.writeframes(self.samples.tobytes())


class Talk:
    """`parley talk` on a terminal of its own."""

    def __init__(self, command, environment):
        leader, follower = pty.openpty()
        self.process = subprocess.Popen(
            command, env=environment, stdin=follower, stdout=follower, stderr=follower, start_new_session=True)
        os.close(follower)
        self.terminal, self.text = leader, ""
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        data = b""
        while True:
            try:
                piece = os.read(self.terminal, 4096)
            except OSError:
                return
            if not piece:
                return
            data += piece
            self.text = data.decode(errors="replace")

    @property
    def lines(self):
        """Finished lines, without those that were written over."""
        plain = re.sub(r"\r\n", "\n", self.text)
        return [re.split(r"\r\x1b\[K", line)[-1] for line in plain.split("\n")[:-1]]

    @property
    def statuses(self):
        """Every state of the status line."""
        return [part.split("\n")[0] for part in re.split(r"\r\x1b\[K", self.text) if part.startswith("you [")]

    def said(self, who):
        return [line.split(":", 1)[1].strip() for line in self.lines if line.startswith(who + ":")]

    def interrupt(self):
        """Ctrl-C; returns the exit code."""
        os.kill(self.process.pid, signal.SIGINT)
        code = self.process.wait(10)
        self.thread.join(2)
        return code


def until(what, talk, seconds, condition):
    """Waits for something; fails with what the terminal shows."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if talk.process.poll() is not None:
            raise AssertionError(f"parley ended with {talk.process.returncode} before {what}:\n{talk.text}")
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"No {what} within {seconds:g} s. The terminal shows:\n" + "\n".join(talk.lines))


def quiet(recording, start, pause):
    """Whether something was heard since `start` and nothing for `pause` seconds since."""
    heard = list(recording.audible(start))
    return bool(heard) and recording.seconds - heard[-1] > pause


def run(options, folder):
    server = SoundServer(folder)
    recording = talk = None
    try:
        recording = Recording(server)
        command = [options.parley, "talk", "--url", options.url]
        command += ["--agent", options.agent] if options.agent else []
        command += ["--mute-while-speaking"] if options.mute else []
        command += ["--output", str(options.keep or folder / "call.wav")]
        talk = Talk(command, server.environment)
        until("greeting at the loudspeaker", talk, 20, lambda: list(recording.audible()))
        if options.mute:
            server.play(options.voice)
        until("end of the greeting", talk, 20, lambda: quiet(recording, 0, 1.5))
        greeted = list(recording.audible())
        assert not talk.said("User"), f"The agent heard a microphone that was off:\n{talk.text}"
        assert not any("(heard:" in line for line in talk.lines), f"The greeting was interrupted:\n{talk.text}"
        asked = recording.seconds
        server.play(options.voice)
        said = recording.seconds
        until("words of the caller", talk, 20, lambda: talk.said("User"))
        until("answer at the loudspeaker", talk, options.timeout, lambda: quiet(recording, said, 1.5))
        until("answer in the terminal", talk, options.timeout, lambda: len(talk.said("Agent")) >= 2)
        answered = list(recording.audible(said))
        code = talk.interrupt()
        assert "ALSA" not in talk.text, f"The sound system writes into the terminal:\n{talk.text}"
        assert code == 0, f"parley talk ended with {code} after Ctrl-C:\n{talk.text}"
        assert any("#" in status.split("agent")[0] for status in talk.statuses), "The caller's level never moved."
        assert any("#" in status.split("agent")[1][:18] for status in talk.statuses), "The agent's level never moved."
        with wave.open(str(options.keep or folder / "call.wav")) as file:
            assert file.getnchannels() == 2, "The call's recording has no two channels."
            length = file.getnframes() / file.getframerate()
            samples = array.array("h", file.readframes(file.getnframes()))
            caller, agent = samples[0::2], samples[1::2]
            rate = file.getframerate()
        # Both sides stand where they were heard: the greeting first, then the question, then the answer.
        heard = {"caller": list(audible(caller, rate)), "agent": list(audible(agent, rate))}
        for side, begin, end in (
            ("caller", asked - 0.5, said + 1),
            ("agent", greeted[0] - 1, greeted[0] + 1),
            ("agent", answered[0] - 1, answered[0] + 1),
        ):
            begins = [time for time in heard[side] if not any(time - 0.5 < other < time for other in heard[side])]
            assert any(begin <= time <= end for time in begins), (
                f"The {side}'s side of the recording has nothing from {begin:.2f} s to {end:.2f} s: {begins}")
        print(f"greeting   {greeted[0]:.2f} s to {greeted[-1]:.2f} s")
        print(f"question   {asked:.2f} s to {said:.2f} s: {' '.join(talk.said('User'))}")
        print(f"answer     {answered[0]:.2f} s to {answered[-1]:.2f} s: {talk.said('Agent')[-1]}")
        print(f"recording  {length:.2f} s, both sides; {len(talk.statuses)} states of the status line; exit code {code}")
        partial = max((status.split("] ")[-1] for status in talk.statuses), key=len)
        print(f"partial    {partial}")
    finally:
        if talk and talk.process.poll() is None:
            talk.process.kill()
        if recording:
            recording.stop()
            if options.output:
                recording.save(options.output)
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--agent", help="agent id (default: the server's first)")
    parser.add_argument("--voice", type=pathlib.Path, required=True, help="WAV file of the question")
    parser.add_argument("--parley", default=".build/release/parley", help="the command (default: %(default)s)")
    parser.add_argument("--mute", action="store_true", help="with --mute-while-speaking")
    parser.add_argument("--timeout", type=float, default=30, help="seconds to wait for the answer (default: 30)")
    parser.add_argument("--output", help="WAV file for what the loudspeaker played")
    parser.add_argument("--keep", help="WAV file for the call as `parley talk --output` writes it")
    options = parser.parse_args()
    for tool in ("pulseaudio", "pactl", "paplay", "parec"):
        if not shutil.which(tool):
            parser.error(f"{tool} is not installed: apt-get install pulseaudio pulseaudio-utils libasound2-plugins")
    with tempfile.TemporaryDirectory(prefix="parley-sound-") as folder:
        try:
            run(options, pathlib.Path(folder))
        except AssertionError as failure:
            sys.exit(f"FAILED: {failure}")


if __name__ == "__main__":
    main()
