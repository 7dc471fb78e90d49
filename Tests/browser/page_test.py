#!/usr/bin/env python3
"""Talks to a running server through its page, in headless Chromium with a recording as the microphone.

    python3 Tests/browser/page_test.py --url http://127.0.0.1:8000 --voice question.wav

Passes when the transcripts of both sides appear and the agent's voice was played in answer to the recording.
Needs Chromium and the `websockets` package. The recording is a WAV file; silence is put around it, and it is
spoken once.
"""

import argparse
import asyncio
import base64
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import wave

import websockets


def padded(voice: pathlib.Path, folder: pathlib.Path, lead: float, tail: float) -> pathlib.Path:
    """The recording between two silences, since Chromium plays its file from the page's first use of the microphone."""
    result = folder / "voice.wav"
    with wave.open(str(voice), "rb") as source, wave.open(str(result), "wb") as target:
        target.setparams(source.getparams())
        frame = source.getsampwidth() * source.getnchannels()
        silence = lambda seconds: bytes(int(seconds * source.getframerate()) * frame)
        target.writeframes(silence(lead) + source.readframes(source.getnframes()) + silence(tail))
    return result


class Page:
    """The few commands of the DevTools protocol that the test needs."""

    def __init__(self, socket):
        self.socket, self.last, self.problems = socket, 0, []

    async def command(self, method, **parameters):
        self.last += 1
        identifier = self.last
        await self.socket.send(json.dumps({"id": identifier, "method": method, "params": parameters}))
        while True:
            message = json.loads(await asyncio.wait_for(self.socket.recv(), 30))
            if message.get("method") == "Runtime.exceptionThrown":
                self.problems.append(message["params"]["exceptionDetails"].get("exception", {}).get("description"))
            if message.get("id") == identifier:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]

    async def value(self, expression):
        result = await self.command("Runtime.evaluate", expression=expression, returnByValue=True, userGesture=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']['text']}")
        return result["result"].get("value")

    async def until(self, what, expression, seconds, errors=True):
        """Waits until an expression is true; fails with what the page shows, at once when it shows an error."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if await self.value(expression):
                return
            error = await self.value("document.querySelector('.notice.alarm')?.textContent")
            if errors and error:
                raise AssertionError(f"The page shows an error while waiting for {what}: {error}")
            await asyncio.sleep(0.1)
        text = await self.value("document.body.innerText")
        raise AssertionError(f"No {what} within {seconds:g} s. The page shows:\n{text}")

    async def screenshot(self, path):
        picture = await self.command("Page.captureScreenshot", format="png")
        pathlib.Path(path).write_bytes(base64.b64decode(picture["data"]))


async def debugger(folder: pathlib.Path, browser: subprocess.Popen) -> str:
    """The address of the page's debugger, once Chromium has written its port."""
    for _ in range(300):
        if browser.poll() is not None:
            raise AssertionError(f"Chromium ended with code {browser.returncode}.")
        try:
            port = int((folder / "DevToolsActivePort").read_text().split()[0])
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=5) as response:
                return next(page["webSocketDebuggerUrl"] for page in json.load(response) if page["type"] == "page")
        except (FileNotFoundError, IndexError, OSError, StopIteration):
            await asyncio.sleep(0.1)
    raise AssertionError("Chromium did not open its debugging port within 30 s.")


TEXTS = "[...document.querySelectorAll('.talk-entry.{} .talk-text')].map((text) => text.textContent)"
PLAYED = "Number(document.querySelector('.talk-panel').dataset.voiced ?? 0)"
STATE = "document.querySelector('.talk-panel').dataset.state"


# What can be pressed and is too small for a finger, outside of the screen, or under something else.
FAULTS = """[...document.querySelectorAll('main :is(button, select, input)')].filter((one) => one.checkVisibility() && !one.disabled)
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, { width, height, left, top, right, bottom }]) => width < 43.5 || height < 43.5 || left < 0 || top < 0 || right > innerWidth + 0.5
      || bottom > innerHeight + 0.5 || !one.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2)))
    .map(([one, { width, height, left, top }]) => `${one.className}: ${width} × ${height} at ${left}, ${top}`)
    .concat(document.documentElement.scrollWidth > innerWidth ? ["The page is wider than the screen."] : [])"""
# As a phone's keyboard does, of which headless browsers have none.
KEYBOARD = """Object.defineProperty(visualViewport, 'height', { get: () => innerHeight - 300, configurable: true });
    visualViewport.dispatchEvent(new Event('resize'))"""


async def look(page, options, when):
    """Everything must be within reach of a finger, also while a keyboard covers the page's lower end."""
    if not options.phone:
        return
    for covers, script in ((0, "0"), (300, KEYBOARD)):
        await page.value(script)
        await asyncio.sleep(0.3)
        faults = await page.value(FAULTS.replace("innerHeight + 0.5", f"innerHeight - {covers} + 0.5"))
        assert not faults, f"{when}, {covers} px covered: {faults}"
    await page.value("delete visualViewport.height; visualViewport.dispatchEvent(new Event('resize'))")


async def run(options, folder):
    voice = padded(options.voice, folder, options.lead, options.timeout)
    address = options.url + ("/talk-to" if options.talk_to else "/") + (f"?agent_id={options.agent}" if options.agent else "")
    browser = subprocess.Popen(
        [options.chromium, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--mute-audio",
         "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
         f"--use-file-for-fake-audio-capture={voice}%noloop", "--remote-debugging-port=0",
         f"--user-data-dir={folder}", "--window-size=900,900", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        async with websockets.connect(await debugger(folder, browser), max_size=None) as socket:
            page = Page(socket)
            await page.command("Runtime.enable")
            await page.command("Page.enable")
            if options.phone:
                await page.command("Emulation.setDeviceMetricsOverride", width=360, height=640, deviceScaleFactor=3, mobile=True)
                await page.command("Emulation.setTouchEmulationEnabled", enabled=True)
            failure = (await page.command("Page.navigate", url=address)).get("errorText")
            if failure:
                raise AssertionError(f"{address} does not load: {failure}")
            if options.api_key and not options.talk_to:
                field = "document.querySelector('dialog input[name=key]')"
                for key, outcome in (("wrong", "Boolean(document.querySelector('dialog .problem:not([hidden])')?.textContent)"),
                                     (options.api_key, "document.querySelector('dialog') === null")):
                    await page.until("question for the key", f"{field} !== null", 10)
                    await page.value(f"{field}.value = {json.dumps(key)}; {field}.form.requestSubmit()")
                    await page.until("answer to the key", outcome, 10)
            await page.until("start button", "document.querySelector('.talk-call') !== null", 10)
            await look(page, options, "before the call")
            await page.value("document.querySelector('.talk-call').click()")
            await page.until("connection", "document.querySelector('.talk-clock').textContent !== ''", 15)
            await page.until("words of the caller", f"{TEXTS.format('user')}.length > 0", options.timeout)
            await look(page, options, "in the call")
            before = await page.value(PLAYED)
            heard = await page.value(f"{TEXTS.format('user')}.length")
            last = "[...document.querySelectorAll('.talk-entry.{}:not(.tentative)')].at(-1)"
            answers = (f"{last.format('user')}.compareDocumentPosition({last.format('agent')} ?? document.body)"
                       " & Node.DOCUMENT_POSITION_FOLLOWING")
            await page.until("answer in the transcript", f"Boolean({answers})", options.timeout)
            await page.until("voice of the agent", f"{PLAYED} > {before} + 0.3", options.timeout)
            if options.screenshot:
                await page.screenshot(options.screenshot)
            user, agent = await page.value(TEXTS.format("user")), await page.value(TEXTS.format("agent"))
            played = await page.value(PLAYED)
            latency = await page.value("document.querySelector('.talk-summary').textContent")
            stops = await page.value("performance.getEntriesByName('parley.stop').map(({duration}) => Math.round(duration))")
            await page.value("document.querySelector('.talk-call').click()")
            await page.until("end of the conversation", f"{STATE} === 'idle'", 5)
            await page.until("length of the call", "document.querySelector('.talk-clock').textContent.includes('lasted')", 5)
            assert heard > 0 and all(text.strip() for text in user + agent), (user, agent)
            assert not page.problems, f"Exceptions on the page: {page.problems}"
            assert all(stop <= 50 for stop in stops), f"Playing went on for {stops} ms after an interruption."
            print(json.dumps({"user": user, "agent": agent, "played_seconds": played, "latency": latency,
                              "stopped_after_ms": stops}, indent=2, ensure_ascii=False))
    finally:
        browser.terminate()
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--voice", type=pathlib.Path, required=True, help="WAV file that the microphone hears")
    parser.add_argument("--api-key", help="for a server that asks for one: a wrong key is tried first, then this")
    parser.add_argument("--agent", help="agent id (default: the page's own choice)")
    parser.add_argument("--talk-to", action="store_true", help="through the page of one agent, /talk-to")
    parser.add_argument("--phone", action="store_true", help="with the screen and touch of a small phone, looking for what a finger cannot reach")
    parser.add_argument("--lead", type=float, default=6, help="seconds of silence first, for the greeting (default: 6)")
    parser.add_argument("--timeout", type=float, default=30, help="seconds to wait for each side (default: 30)")
    parser.add_argument("--screenshot", help="PNG file for a picture of the conversation")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"))
    options = parser.parse_args()
    if not options.chromium:
        parser.error("no Chromium found; name it with --chromium")
    with tempfile.TemporaryDirectory(prefix="parley-page-", ignore_cleanup_errors=True) as folder:
        try:
            asyncio.run(run(options, pathlib.Path(folder)))
        except AssertionError as failure:
            sys.exit(f"FAILED: {failure}")


if __name__ == "__main__":
    main()
