#!/usr/bin/env python3
"""Uses the widget on pages of another origin, in headless Chromium, with a running server's agents.

    pip install -r Tests/browser/requirements.txt
    python3 Tests/browser/widget_test.py --url http://127.0.0.1:8000 --shots shots

The pages come from a server of their own on another port, with a strict Content-Security-Policy that lets in only Parley.
The microphone is Chromium's own, which beeps. `--only NAME` runs one part. What it makes on the server it deletes again.
"""

import argparse
import json
import pathlib
import shutil
import sys
import threading
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Error, expect, sync_playwright

PATIENCE = 90_000  # milliseconds for an answer of the embedded language model on a small machine
GREETING = "Hello, this is the workshop. How can I help you?"
WATCH = """
    window.held = { tracks: [], sockets: [], contexts: [] };
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wishes) => {
      const stream = await ask(wishes);
      held.tracks.push(...stream.getTracks());
      return stream;
    };
    for (const [name, list] of [["WebSocket", "sockets"], ["AudioContext", "contexts"]])
      window[name] = class extends window[name] { constructor(...values) { super(...values); held[list].push(this); } };
    window.isHeld = () => held.tracks.some((track) => track.readyState === "live") || held.contexts.some((one) => one.state !== "closed")
      || held.sockets.some((socket) => socket.readyState < 2);
"""


class Site(ThreadingHTTPServer):
    """The pages of another origin: `add` gives the address of one."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), SiteHandler)
        self.pages = {}
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def host(self):
        return f"localhost:{self.server_port}"

    def add(self, name, body, policy=None):
        self.pages[f"/{name}"] = (f'<!doctype html><html lang="en"><meta name="viewport" content="width=device-width, initial-scale=1">'
                                  f"<title>{name}</title>{body}</html>", policy)
        return f"http://{self.host}/{name}"


class SiteHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        html, policy = self.server.pages.get(self.path, ("", None))
        body = html.encode()
        self.send_response(200 if html else 204)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if policy:
            self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Parts:
    def __init__(self, options, browser, devices):
        self.url, self.shots, self.browser, self.devices = options.url.rstrip("/"), options.shots, browser, devices
        self.socket = self.url.replace("http", "ws", 1)
        self.site, self.agents = Site(), []
        self.script = f'<script src="{self.url}/assets/widget/parley-agent.js" async></script>'
        self.strict = (f"default-src 'none'; base-uri 'none'; form-action 'none'; "
                       f"script-src {self.url}; connect-src {self.url} {self.socket}")

    # The server

    def api(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.loads(response.read() or b"null")

    def agent(self, widget=None, config=None, allowed=True, **platform):
        """An agent that the site's pages may call."""
        settings = {"widget": widget or {}, "auth": {"allowlist": [{"hostname": self.site.host if allowed else "other.example"}]}, **platform}
        body = {"name": "widget test", "platform_settings": settings, "conversation_config": config or {
            "agent": {"first_message": GREETING, "prompt": {"prompt": "Answer in one short sentence."}}}}
        identifier = self.api("POST", "/v1/convai/agents/create", body)["agent_id"]
        self.agents.append(identifier)
        return identifier

    def record(self, identifier):
        return self.api("GET", f"/v1/convai/conversations/{identifier}")

    def clean(self):
        for agent in self.agents:
            self.api("DELETE", f"/v1/convai/agents/{agent}")
        self.site.shutdown()

    # The browser

    @contextmanager
    def page(self, address, width=1000, height=760, microphone=True, expected=(), watched=False, **options):
        """A page that is expected to have no errors but those that contain one of `expected`. A `watched` one keeps what calls
        hold: microphones, sockets, sound."""
        context = self.browser.new_context(**{"viewport": {"width": width, "height": height}, "locale": "en-GB",
                                              "permissions": ["microphone"] if microphone else [], **options})
        page = context.new_page()
        errors = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.add_init_script("""
            window.told = [];
            for (const name of ["call", "connect", "status", "mode", "message", "disconnect", "error"])
              for (const service of ["parley", "elevenlabs-convai"])
                addEventListener(`${service}:${name}`, ({ type, detail }) => told.push([type, name === "call" ? {} : detail]));
        """)
        if watched:
            page.add_init_script(WATCH)
        page.goto(address)
        try:
            yield page
            unexpected = [error for error in errors if not any(part in error for part in expected)]
            assert not unexpected, unexpected
            assert not expected or errors, "The expected error did not come."
        finally:
            context.close()

    def until(self, page, expression):
        """Playwright's own waiting evaluates texts in the page, which a strict policy forbids."""
        for _ in range(PATIENCE // 100):
            if page.evaluate(expression):
                return
            page.wait_for_timeout(100)
        raise AssertionError(f"Not within {PATIENCE} ms: {expression}. The page was told {page.evaluate('told')}")

    def shot(self, page, name):
        if self.shots:
            page.screenshot(path=self.shots / f"{name}.png")

    # The parts

    def call(self):
        """A call from a page with a strict policy, its transcript, its end, and a rating that reaches the record."""
        agent = self.agent({"feedback_mode": "end"})
        address = self.site.add("call", f'<parley-agent agent-id="{agent}"></parley-agent>{self.script}', self.strict)
        with self.page(address) as page:
            self.shot(page, "full-closed")
            page.get_by_role("button", name="Start a call").click()
            expect(page.locator(".launcher")).to_contain_text("Speaking", timeout=PATIENCE)
            self.shot(page, "full-calling")
            page.get_by_role("button", name="Open").click()
            expect(page.locator(".log")).to_contain_text(GREETING)
            expect(page.locator(".title")).to_have_text("Listening", timeout=PATIENCE)
            page.get_by_role("button", name="Mute the microphone").click()
            expect(page.locator(".title")).to_have_text("Muted")
            self.shot(page, "panel-calling")
            page.get_by_role("button", name="End", exact=True).click()
            expect(page.locator(".log")).to_contain_text("You ended the conversation.")
            page.locator("label.star").nth(3).click()
            page.get_by_role("textbox", name="What could be better").fill("Louder")
            self.shot(page, "panel-rating")
            page.get_by_role("button", name="Send").first.click()
            expect(page.locator(".log")).to_contain_text("Thank you")
            told = page.evaluate("told")
            names = [name for name, _ in told]
            assert names[:2] == ["parley:call", "elevenlabs-convai:call"], names
            identifier = next(detail for name, detail in told if name == "parley:connect")["conversationId"]
            assert [detail for name, detail in told if name == "parley:disconnect"][0]["reason"] == "user", told
            assert {"mode": "speaking"} in [detail for name, detail in told if name == "parley:mode"], told
            record = self.record(identifier)
            assert record["metadata"]["feedback"]["rating"] == 4, record["metadata"]["feedback"]
            assert record["metadata"]["feedback"]["comment"] == "Louder", record["metadata"]["feedback"]

    def text(self):
        """A written conversation under the hosted element's name, with a variable and an override from the event."""
        agent = self.agent(config={"agent": {"first_message": "Hello {{name}}!", "prompt": {
            "prompt": "The user's name is {{name}}. Answer every message with exactly one short sentence."}}})
        body = f"""<elevenlabs-convai agent-id="{agent}" dynamic-variables='{{"name": "Ada"}}'></elevenlabs-convai>{self.script}"""
        with self.page(self.site.add("text", body, self.strict)) as page:
            page.evaluate("addEventListener('elevenlabs-convai:call', ({ detail }) => { detail.config.userId = 'visitor-7'; })")
            page.get_by_role("button", name="Write").click()
            expect(page.locator(".log")).to_contain_text("Hello Ada!")
            expect(page.get_by_role("textbox", name="Your message")).to_be_focused()
            self.shot(page, "panel-idle")
            page.keyboard.type("What is my name?")
            page.keyboard.press("Enter")
            expect(page.locator(".log li.user")).to_have_count(1)
            expect(page.locator(".log li.agent:not(.greeting):visible")).to_have_count(1, timeout=PATIENCE)
            expect(page.locator(".awaited")).to_be_hidden(timeout=PATIENCE)
            self.until(page, "told.filter(([name, detail]) => name === 'parley:message' && detail.role === 'agent').length > 1")
            self.shot(page, "panel-text")
            page.get_by_role("button", name="End", exact=True).click()
            identifier = page.evaluate("told.find(([name]) => name === 'parley:connect')[1].conversationId")
            record = self.record(identifier)
            assert record["user_id"] == "visitor-7", record["user_id"]
            page.keyboard.press("Escape")
            expect(page.locator(".panel")).to_be_hidden()

    def tools(self):
        """A tool of the page, set before the script has come, whose result the agent tells."""
        tool = {"type": "client", "name": "get_order_status", "description": "Tells the state of the caller's order. Use it whenever they ask for their order.",
                "expects_response": True, "parameters": {"type": "object", "properties": {}, "required": []}}
        agent = self.agent(config={"agent": {"first_message": "", "prompt": {
            "prompt": "You help with orders. When asked for the order, use get_order_status and tell what it says.", "tools": [tool]}},
            "conversation": {"text_only": True}})
        body = f"""<parley-agent id="agent" agent-id="{agent}"></parley-agent>
            <script>document.getElementById("agent").clientTools = {{ get_order_status: () => {{ window.asked = true; return "The bicycle is ready."; }} }};</script>
            {self.script}"""
        with self.page(self.site.add("tools", body)) as page:
            page.get_by_role("button", name="Write").click()
            page.get_by_role("textbox", name="Your message").fill("What is the status of my order?")
            page.get_by_role("button", name="Send").click()
            self.until(page, "window.asked === true")
            expect(page.locator(".log")).to_contain_text("ready", timeout=PATIENCE)

    def refusals(self):
        """What goes wrong is said: to the page's builder, and where it concerns them, to the visitor."""
        other = self.agent(allowed=False)
        with self.page(self.site.add("other", f'<parley-agent agent-id="{other}"></parley-agent>{self.script}'), expected=("allowlist", "401", "403")) as page:
            expect(page.locator(".notice")).to_contain_text("allowlist")
            assert page.evaluate("told[0][0]") == "parley:error"
        with self.page(self.site.add("missing", f'<parley-agent agent-id="agent_none"></parley-agent>{self.script}'), expected=("[Parley]", "404")) as page:
            expect(page.locator(".notice")).to_contain_text("agent_none")
        agent = self.agent()
        page_body = f'<parley-agent agent-id="{agent}"></parley-agent>{self.script}'
        no_connection = f"default-src 'none'; script-src {self.url}; connect-src {self.site.host}"
        with self.page(self.site.add("no-connect", page_body, no_connection), expected=("connect-src", "Content Security Policy", "is not shown")) as page:
            expect(page.locator("parley-agent")).to_be_attached()
            self.until(page, "told.some(([name]) => name === 'parley:error')")
            assert "connect-src " + self.url in page.evaluate("told[0][1].message"), page.evaluate("told")
        with self.page(self.site.add("refused", page_body, self.strict), microphone=False) as page:
            page.get_by_role("button", name="Start a call").click()
            expect(page.locator(".notice")).to_contain_text("microphone was refused")
            self.shot(page, "refused")

    def sound(self):
        """The sound of a call where the page's policy lets in scripts by a nonce only, with copies allowed and not."""
        agent = self.agent()
        nonce = self.script.replace("<script ", '<script nonce="abc" ')
        for name, source, works in (("copies", " blob:", True), ("none", "", False)):
            policy = f"default-src 'none'; script-src 'nonce-abc'{source}; connect-src {self.url} {self.socket}"
            address = self.site.add(f"nonce-{name}", f'<parley-agent agent-id="{agent}"></parley-agent>{nonce}', policy)
            with self.page(address, expected=() if works else ("script-src",)) as page:
                page.get_by_role("button", name="Start a call").click()
                if works:
                    expect(page.locator(".launcher")).to_contain_text("Speaking", timeout=PATIENCE)
                else:
                    expect(page.locator(".notice")).to_contain_text("write instead")

    def terms(self):
        """Terms stand before the first conversation, run nothing, and are asked for once."""
        html = '<h3>Terms</h3><p>We <b>record</b> calls. <a href="https://a.example/" onclick="boom()">More</a></p><img src=x onerror="window.boom = 1"><script>window.boom = 1</script>'
        agent = self.agent({"terms_html": html, "terms_key": "terms-1", "dismissible": True})
        address = self.site.add("terms", f'<parley-agent agent-id="{agent}"></parley-agent>{self.script}', self.strict)
        with self.page(address) as page:
            page.get_by_role("button", name="Start a call").click()
            card = page.get_by_role("dialog", name="Before we begin")
            expect(card).to_contain_text("We record calls.")
            expect(card.get_by_role("link", name="More")).to_have_attribute("href", "https://a.example/")
            self.shot(page, "terms")
            page.keyboard.press("Escape")
            expect(card).to_be_hidden()
            page.get_by_role("button", name="Start a call").click()
            card.get_by_role("button", name="Accept").click()
            expect(page.get_by_role("button", name="End")).to_be_visible()
            page.get_by_role("button", name="End").click()
            assert page.evaluate("[window.boom, localStorage['terms-1']]") == [None, "true"]
            page.reload()
            page.get_by_role("button", name="Start a call").click()
            expect(page.get_by_role("button", name="End")).to_be_visible()
            page.get_by_role("button", name="End").click()
            page.get_by_role("button", name="Hide").click()
            expect(page.locator(".launcher")).to_be_hidden()
            page.get_by_role("button", name="Show the assistant").click()
            expect(page.locator(".launcher")).to_be_visible()

    def page_and_widget(self):
        """Neither disturbs the other: styles, shortcuts, the page's height, a second script that wants the name."""
        agent = self.agent()
        style = "<style>* { color: red !important; font: 40px serif !important; text-transform: uppercase; letter-spacing: 9px } button { display: none !important } html { font-size: 62.5% }</style>"
        keys = "<script>window.keys = []; addEventListener('keydown', ({ key }) => keys.push(key))</script><p>Page</p><label><input type=checkbox> Of the page</label>"
        other = "<script>addEventListener('load', () => setTimeout(() => { try { customElements.define('elevenlabs-convai', class extends HTMLElement {}) } catch { window.late = true } }, 500))</script>"
        first = "<script>customElements.define('elevenlabs-convai', class extends HTMLElement {})</script>"
        body = f'{style}{keys}<parley-agent agent-id="{agent}"></parley-agent>'
        with self.page(self.site.add("noise", f"{body}{self.script}{other}")) as page:
            page.get_by_role("checkbox", name="Of the page").check()
            page.get_by_role("button", name="Write").click()
            page.keyboard.type("abc")
            look = page.locator(".title").evaluate("(element) => { const { fontSize, color, textTransform, letterSpacing } = getComputedStyle(element); return [fontSize, color, textTransform, letterSpacing]; }")
            assert look == ["15px", "rgb(26, 33, 31)", "none", "normal"], look
            assert page.evaluate("keys") == [], page.evaluate("keys")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            self.shot(page, "noise")
            self.until(page, "window.late === true")
        with self.page(self.site.add("first", f"{first}{body}{self.script}")) as page:
            expect(page.get_by_role("button", name="Start a call")).to_be_visible()
        module = self.script.replace(" async", ' type="module"')
        with self.page(self.site.add("module", f'<elevenlabs-convai agent-id="{agent}"></elevenlabs-convai>{module}', self.strict)) as page:
            expect(page.get_by_role("button", name="Start a call")).to_be_visible()
            page.evaluate("document.querySelector('elevenlabs-convai').setAttribute('action-text', 'Changed')")
            expect(page.locator(".launcher")).to_contain_text("Changed")

    def removal(self):
        """A widget that is moved within the page goes on; one that is taken out lets go of everything, and works when it is back."""
        agent = self.agent()
        body = f'<main></main><parley-agent agent-id="{agent}"></parley-agent>{self.script}'
        address = self.site.add("removal", body, self.strict)
        heard = lambda page: page.evaluate("told.filter(([name]) => name.startsWith('parley:')).map(([name]) => name.slice(7))")
        with self.page(address, watched=True) as page:
            # What it tells while it is out of the page reaches only those who listen to the element itself.
            page.evaluate("window.ends = []; window.widget = document.querySelector('parley-agent');"
                          "widget.addEventListener('parley:disconnect', ({ detail }) => ends.push(detail.reason))")
            page.get_by_role("button", name="Start a call").click()
            expect(page.locator(".launcher")).to_contain_text("Speaking", timeout=PATIENCE)
            page.evaluate("document.querySelector('main').append(widget)")
            page.wait_for_timeout(500)
            assert page.evaluate("isHeld()") and "disconnect" not in heard(page), heard(page)
            expect(page.locator(".launcher")).to_contain_text("Listening", timeout=PATIENCE)
            page.evaluate("widget.remove()")
            self.until(page, "!isHeld()")
            page.wait_for_timeout(1500)
            assert page.evaluate("held.tracks.length + held.sockets.length") == 2
            assert page.evaluate("ends") == ["user"] and "error" not in heard(page), heard(page)
            identifier = page.evaluate("told.find(([name]) => name === 'parley:connect')[1].conversationId")
            self.until_record(identifier)
            # Back again, with what was said, and ready for another call.
            page.evaluate("document.body.append(widget)")
            page.locator(".launcher").get_by_role("button", name="Write").click()
            expect(page.locator(".log")).to_contain_text(GREETING)
            page.get_by_role("button", name="Call again").click()
            expect(page.locator(".title")).to_have_text("Speaking", timeout=PATIENCE)
            # Gone while it is still connecting: nothing is left, and no microphone is asked for.
            page.evaluate("widget.remove()")
            self.until(page, "!isHeld()")
            page.evaluate("document.body.append(widget)")
            before = page.evaluate("held.tracks.length")
            page.evaluate("widget.startCall(); widget.remove()")
            page.wait_for_timeout(1500)
            assert not page.evaluate("isHeld()") and page.evaluate("held.tracks.length") <= before + 1

    def two(self):
        """Two widgets on a page keep apart: one call, one conversation in writing, each with its own log."""
        spoken, written = self.agent(), self.agent({}, {"agent": {"first_message": "Write to me.", "prompt": {"prompt": "Answer in one short sentence."}}, "conversation": {"text_only": True}})
        body = f'<parley-agent agent-id="{spoken}"></parley-agent><elevenlabs-convai agent-id="{written}" placement="bottom-left"></elevenlabs-convai>{self.script}'
        with self.page(self.site.add("two", body, self.strict), watched=True) as page:
            first, second = page.locator("parley-agent"), page.locator("elevenlabs-convai")
            first.get_by_role("button", name="Start a call").click()
            second.get_by_role("button", name="Write").click()
            second.get_by_role("textbox", name="Your message").fill("Hello")
            page.keyboard.press("Enter")
            expect(second.locator(".log li.agent:not(.greeting):visible")).to_have_count(1, timeout=PATIENCE)
            expect(first.locator(".launcher")).to_contain_text("Listening", timeout=PATIENCE)
            self.shot(page, "two")
            page.evaluate("document.querySelector('elevenlabs-convai').remove()")
            page.wait_for_timeout(500)
            assert page.evaluate("isHeld()")
            first.get_by_role("button", name="Open").click()
            expect(first.locator(".log")).not_to_contain_text("Write to me.")
            first.get_by_role("button", name="End", exact=True).click()
            self.until(page, "!isHeld()")

    def microphone(self):
        """A microphone that is taken away in mid-call is said to be gone, and the call goes on."""
        agent = self.agent()
        with self.page(self.site.add("microphone", f'<parley-agent agent-id="{agent}"></parley-agent>{self.script}'), watched=True) as page:
            page.get_by_role("button", name="Start a call").click()
            expect(page.locator(".launcher")).to_contain_text("Listening", timeout=PATIENCE)
            page.get_by_role("button", name="Open").click()
            page.evaluate("held.tracks[0].stop(); held.tracks[0].dispatchEvent(new Event('ended'))")
            expect(page.locator(".log")).to_contain_text("microphone is gone")
            self.shot(page, "microphone-gone")
            expect(page.get_by_role("button", name="End", exact=True)).to_be_visible()

    def phones(self):
        """On phones, closed and open, everything lies within the screen and what is pressed is large enough for a finger."""
        agent = self.agent({"feedback_mode": "end", "dismissible": True, "language_presets": {"de": {}}}, {"agent": {"first_message": GREETING}, "language_presets": {"de": {"overrides": {}}}})
        bodies = "<meta charset=utf-8><h1>A page</h1>" + "<p>With words.</p>" * 40
        address = self.site.add("phones", f'{bodies}<parley-agent agent-id="{agent}"></parley-agent>{self.script}')
        for name in ("iPhone 15", "Pixel 7", "iPhone SE"):
            device = {key: value for key, value in self.devices[name].items() if key != "default_browser_type"}
            with self.page(address, **device) as page:
                expect(page.locator(".launcher")).to_be_visible()
                self.touchable(page, f"{name}-closed")
                page.get_by_role("button", name="Write").tap()
                expect(page.locator(".panel")).to_be_visible()
                self.touchable(page, f"{name}-open")
                page.get_by_role("button", name="Start a call").tap()
                expect(page.locator(".title")).to_have_text("Speaking", timeout=PATIENCE)
                self.touchable(page, f"{name}-call")
                page.get_by_role("button", name="End", exact=True).tap()
                page.locator("label.star").nth(2).tap()
                self.touchable(page, f"{name}-end")

    def touchable(self, page, name):
        """Nothing that can be pressed is smaller than 44 px, beyond the screen, or under something else."""
        page.wait_for_timeout(200)
        self.shot(page, f"phone-{name}".replace(" ", "-"))
        faults = page.evaluate("""() => {
            const root = document.querySelector("parley-agent").shadowRoot;
            const controls = [...root.querySelectorAll("button, select, textarea, label.star")].filter((one) => one.checkVisibility());
            const faults = innerWidth > screen.width ? [`The page is ${innerWidth} px wide.`] : [];
            for (const one of controls) {
                one.scrollIntoView({ block: "nearest" });
                const { width, height, left, right, top, bottom } = one.getBoundingClientRect();
                const found = root.elementFromPoint((left + right) / 2, (top + bottom) / 2);
                const what = `${one.tagName} ${one.title || one.textContent || one.ariaLabel}: ${Math.round(width)} × ${Math.round(height)} at ${Math.round(left)}, ${Math.round(top)}`;
                if (width < 43.5 || height < 43.5) faults.push(`${what} is small`);
                if (left < 0 || top < 0 || right > innerWidth + 0.5 || bottom > innerHeight + 0.5) faults.push(`${what} is outside`);
                else if (!one.contains(found)) faults.push(`${what} is under ${found?.outerHTML.slice(0, 80)}`);
            }
            return faults;
        }""")
        assert not faults, (name, faults)

    def until_record(self, identifier):
        for _ in range(100):
            record = self.record(identifier)
            if record["status"] == "done":
                return record
            threading.Event().wait(0.1)
        raise AssertionError(f"{identifier} is not over: {record['status']}")

    def looks(self):
        """Every variant, placement and width, light and dark; nothing leaves the screen."""
        agent = self.agent()
        styled = self.agent({"styles": {"accent": "#b3261e", "base": "#fff8f6", "button_radius": 6, "sheet_radius": 8, "bubble_radius": 6}, "avatar": {"type": "orb", "color_1": "#7d1d3f", "color_2": "#f2b8b5"},
                             "action_text": "Fragen? Ich helfe gern und ausführlich weiter.", "start_call_text": "Jetzt anrufen"})
        scheme = '<meta name="color-scheme" content="light dark"><body><h1>A page</h1><p>With words.</p>'
        for variant in ("full", "compact", "tiny", "expandable"):
            for dark in (False, True):
                name = f"{variant}-{'dark' if dark else 'light'}"
                address = self.site.add(name, f'{scheme}<parley-agent agent-id="{agent}" variant="{variant}"></parley-agent>{self.script}')
                for width in (360, 900, 1440):
                    with self.page(address, width=width, height=640, color_scheme="dark" if dark else "light") as page:
                        expect(page.locator(".launcher")).to_be_visible()
                        self.inside(page, ".launcher")
                        self.shot(page, f"{name}-{width}")
                        page.locator(".launcher button:visible").last.click()
                        expect(page.locator(".panel")).to_be_visible()
                        self.inside(page, ".panel")
                        self.shot(page, f"{name}-{width}-open")
        for placement in ("top-left", "top", "top-right", "bottom-left", "bottom"):
            address = self.site.add(placement, f'<body>{placement}<parley-agent agent-id="{styled}" placement="{placement}"></parley-agent>{self.script}')
            with self.page(address, width=360, height=640) as page:
                expect(page.locator(".launcher")).to_be_visible()
                self.inside(page, ".launcher")
                box = page.locator(".launcher").bounding_box()
                assert (box["y"] < 100) == placement.startswith("top"), (placement, box)
                self.shot(page, placement)

    def inside(self, page, selector):
        box, size = page.locator(selector).bounding_box(), page.viewport_size
        assert box["x"] >= 0 and box["y"] >= 0 and box["x"] + box["width"] <= size["width"] and box["y"] + box["height"] <= size["height"], (selector, box, size)

    def languages(self):
        """The choice of a language changes texts and greeting, and is kept."""
        agent = self.agent({"language_presets": {"de": {"text_contents": {"main_label": "Fragen?", "start_chat": "Schreiben"}, "first_message": "Guten Tag!"}}},
                           {"agent": {"first_message": GREETING}, "language_presets": {"de": {"overrides": {}}}},
                           overrides={"conversation_config_override": {"agent": {"language": True}}})
        address = self.site.add("languages", f'<parley-agent agent-id="{agent}"></parley-agent>{self.script}')
        with self.page(address) as page:
            page.get_by_role("button", name="Write").click()
            page.get_by_role("combobox", name="Language").select_option("de")
            expect(page.locator(".title")).to_have_text("Fragen?")
            expect(page.locator(".log")).to_contain_text("Guten Tag!")
            self.shot(page, "language")
            page.reload()
            expect(page.locator(".launcher")).to_contain_text("Fragen?")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--shots", type=pathlib.Path, help="folder for pictures")
    parser.add_argument("--only", help="the name of one part")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome"))
    options = parser.parse_args()
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    names = ["call", "text", "tools", "refusals", "microphone", "removal", "two", "sound", "terms", "page_and_widget", "languages", "phones", "looks"]
    failed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=[
            "--no-sandbox", "--disable-gpu", "--mute-audio", "--use-fake-device-for-media-stream", "--autoplay-policy=user-gesture-required"])
        parts = Parts(options, browser, playwright.devices)
        try:
            for name in [options.only] if options.only else names:
                try:
                    getattr(parts, name)()
                    print(f"ok      {name}", flush=True)
                except (AssertionError, Error) as failure:
                    failed.append(name)
                    print(f"FAILED  {name}: {failure}", flush=True)
        finally:
            parts.clean()
            browser.close()
    sys.exit(f"{len(failed)} failed" if failed else 0)


if __name__ == "__main__":
    main()
