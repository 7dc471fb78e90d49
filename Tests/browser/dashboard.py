"""A browser with a recording as its microphone, the dashboard in it, and what stands at its other side."""

import json
import re
import threading
import urllib.request
import wave
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import expect


# The other side


class Stock(ThreadingHTTPServer):
    """The webhook: a shop's stock, which knows one article."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), StockHandler)
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/stock"


class StockHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        body = json.dumps({"article": "inner tube", "in_stock": 17, "price": "6 euros"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class API:
    """The server's REST API, to look at what the dashboard has done and to clean up."""

    def __init__(self, options):
        self.options = options

    def __call__(self, method, path, body=None):
        headers = {"content-type": "application/json"}
        if self.options.api_key:
            headers["xi-api-key"] = self.options.api_key
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.options.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None


def recording(voice, folder, lead, tail=60, again=0):
    """The recording after `lead` seconds of silence, `again` more times after as much, and a silence at the end."""
    result = folder / f"voice-{lead}-{again}.wav"
    with wave.open(str(voice), "rb") as source, wave.open(str(result), "wb") as target:
        target.setparams(source.getparams())
        words = source.readframes(source.getnframes())
        silence = lambda seconds: bytes(int(seconds * source.getframerate()) * source.getsampwidth() * source.getnchannels())
        target.writeframes((silence(lead) + words) * (again + 1) + silence(tail))
    return result


# The browser


class Dashboard:
    """A browser with one recording as its microphone, and what went wrong on its pages."""

    def __init__(self, playwright, options, voice):
        self.options = options
        self.problems = []
        self.browser = playwright.chromium.launch(
            executable_path=options.chromium,
            args=["--no-sandbox", "--mute-audio", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream",
                  f"--use-file-for-fake-audio-capture={voice}%noloop", "--autoplay-policy=no-user-gesture-required"])

    def tab(self, place="", context=None, **screen):
        """A page of the dashboard at `place`, signed in; in `context` beside other tabs, else by itself."""
        is_new = context is None
        standard = {"viewport": {"width": 1280, "height": 900}, "permissions": ["microphone"]}
        context = context or self.browser.new_context(**standard | screen)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._said(page, message))
        page.set_default_timeout(15_000)
        page.goto(f"{self.options.url}/{place}")
        if self.options.api_key and is_new:
            sign_in(page, self.options.api_key)
        return page

    def _said(self, page, message):
        # Chromium logs refused requests, whose answers the page shows: 401 for a wrong key, 409 and 422 for a form.
        if message.type == "error" and not re.search(r"status of (401|404|409|412|422)", message.text):
            self.problems.append(f"{page.url}: {message.text}")

    def close(self):
        self.browser.close()
        assert not self.problems, "The pages' consoles have errors:\n" + "\n".join(self.problems)


@contextmanager
def dashboard(playwright, options, voice):
    opened = Dashboard(playwright, options, voice)
    try:
        yield opened
    except BaseException:
        opened.problems.clear()  # the first failure counts
        raise
    finally:
        opened.close()


def sign_in(page, key):
    """Signs in with a wrong key, which is refused in words, and then with the right one."""
    field = page.get_by_role("dialog").get_by_label("API key")
    for attempt in ("pk_wrong", key):
        field.fill(attempt)
        page.get_by_role("button", name="Sign in").click()
        if attempt == "pk_wrong":
            expect(page.locator("dialog .problem")).not_to_be_empty()
    expect(page.get_by_role("dialog")).to_have_count(0)


def go(page, place):
    """Opens a place by its address."""
    follow(page, lambda: page.goto(f"{page.url.split('#')[0]}#/{place}"))


def follow(page, action):
    """Does something that opens another room, and waits until that is there. The old one stays until then."""
    page.evaluate("document.querySelector('main h1')?.classList.add('left')")
    action()
    settled(page)


def settled(page):
    """Waits until a room is there with what it fetches."""
    expect(page.locator("main h1:not(.left)")).to_be_visible()
    expect(page.locator("main .pending")).to_have_count(0, timeout=20_000)
