#!/usr/bin/env python3
"""Uses a running server's dashboard as a person would, in headless Chromium.

    pip install -r Tests/browser/requirements.txt
    python3 Tests/browser/dashboard_test.py --url http://127.0.0.1:8000 --voice question.wav --shots shots

From the first visit to an agent made from nothing with a webhook tool, a conversation with it by text and one by voice, the
record and its waterfall; then barge-in, a reload in mid-call, two tabs that edit one agent, a session that ends, a telephone's
screen, what each page loads and when it is painted, and axe in every room. Errors in the console and violations of the
Content-Security-Policy fail it. `--only NAME` runs one part. What it makes on the server it deletes again. The recording is a
WAV file that asks something. A server that asks for a key (`--key`) has to be started with `--egress-hosts 127.0.0.1`, so that the tool may ask the
test's webhook.
"""

import argparse
import pathlib
import re
import shutil
import sys
import tempfile
import time

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from dashboard import API, Stock, dashboard, follow, go, recording, settled, sign_in

ROOMS = "talk overview agents tools mcp knowledge workflows live conversations models secrets keys settings".split()
WIDTHS = (360, 900, 1440)
PATIENCE = 60  # seconds for an answer of the embedded language model on a small machine


# What a person does


def make_tool(page, stock, made):
    """A webhook tool, by the form."""
    go(page, "tools/new")
    page.get_by_label("Name", exact=True).fill("check_stock")
    page.get_by_label("Description").fill("Looks up how many inner tubes are in stock and what they cost.")
    page.get_by_label("Address", exact=True).fill(stock.url)
    page.get_by_role("button", name="Create tool").click()
    expect(page).to_have_url(re.compile(r"#/tools/tool_\w+"))
    made["tools"].append(page.url.rsplit("/", 1)[1])


def make_agent(page, name, made):
    """An agent from nothing, with its prompt, its first message and the tool."""
    go(page, "agents")
    page.get_by_role("button", name="New agent").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("From nothing").check()
    dialog.get_by_label("Name", exact=True).fill(name)
    follow(page, dialog.get_by_role("button", name="Create").click)
    made["agents"].append(re.search(r"agent_\w+", page.url)[0])
    page.get_by_role("textbox", name="First message").fill("Hello, this is the bicycle shop. How can I help you today?")
    page.get_by_role("textbox", name="Prompt").fill(
        "You work in a bicycle shop. Answer in one or two sentences. You do not know what is in stock: look it up.")
    page.get_by_role("tab", name="Tools").click()
    page.get_by_role("checkbox", name=re.compile("check_stock")).check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()


def call_panel(page):
    return page.locator(".talk-panel")


def start_call(page):
    page.get_by_role("button", name="Start the call").click()
    expect(call_panel(page)).to_have_attribute("data-call", "on")


def end_call(page):
    """Ends the call and gives its id."""
    page.get_by_role("button", name="End the call").click()
    expect(call_panel(page)).to_have_attribute("data-call", "off")
    return page.get_by_role("link", name="Open its record").last.get_attribute("href").rsplit("/", 1)[1]


def write(page, text):
    page.get_by_label("Message").fill(text)
    page.get_by_label("Message").press("Enter")


def ask(page, question, outcome):
    """Calls and asks, once the greeting was heard. On a busy machine the small model may be late and guess: it is called again."""
    for attempt in range(3):
        start_call(page)
        expect(call_panel(page)).to_have_attribute("data-state", "speaking", timeout=PATIENCE * 1000)
        expect(call_panel(page)).to_have_attribute("data-state", "listening", timeout=PATIENCE * 1000)
        write(page, question)
        try:
            return expect(outcome.first).to_be_visible(timeout=PATIENCE * 1000 / 3)
        except AssertionError:
            if attempt == 2:
                raise
            end_call(page)


def said_by(page, role):
    return page.locator(f".talk-entry.{role}:not(.tentative)")


# The parts of the test. Each has a browser of its own, and gets the agent of the first.


def from_nothing(playwright, options, api, made):
    """First visit, tool, agent, a conversation by text, its record and its waterfall."""
    stock = Stock()
    with dashboard(playwright, options, recording(options.voice, options.folder, 600)) as browser:
        page = browser.tab()
        settled(page)
        make_tool(page, stock, made)
        make_agent(page, "Stock test", made)
        prompt = api("GET", f"/v1/convai/agents/{made['agents'][0]}")["conversation_config"]["agent"]["prompt"]
        assert prompt["tool_ids"] == made["tools"] and "bicycle shop" in prompt["prompt"], prompt
        follow(page, page.get_by_role("link", name="Talk to it").click)
        ask(page, "How many inner tubes do you have in stock?", said_by(page, "agent").filter(has_text=re.compile("17|seventeen", re.I)))
        expect(page.locator(".talk-entry.tool").first).to_contain_text("check_stock")
        assert stock.asked, "the webhook was not asked"
        conversation = end_call(page)
        made["conversations"].append(conversation)

        follow(page, page.get_by_role("link", name="Open its record").last.click)
        expect(page.locator("main")).to_contain_text("How many inner tubes")
        expect(page.locator("main")).to_contain_text("check_stock")
        expect(page.locator("main")).to_contain_text('"in_stock": 17')
        page.get_by_role("tab", name="Turns").click()
        settled(page)
        turn = page.locator(".conversations-falls details").first
        expect(turn.locator("p").first).not_to_be_empty()
        turn.get_by_role("group", name=re.compile("Waterfall")).press("ArrowRight")
        expect(turn.locator(".readout")).to_contain_text(re.compile(r"\d (ms|s) · "))
        go(page, "conversations")
        expect(page.locator(f"main a[href*='{conversation}']").first).to_be_visible()


def by_voice(playwright, options, api, made):
    """The recording is understood and answered aloud; the record has both channels."""
    with dashboard(playwright, options, recording(options.voice, options.folder, 8)) as browser:
        page = browser.tab()
        go(page, f"talk?agent_id={made['agents'][0]}")
        start_call(page)
        expect(said_by(page, "agent").first).to_contain_text("bicycle shop", timeout=PATIENCE * 1000)
        expect(said_by(page, "user").first).not_to_be_empty(timeout=PATIENCE * 1000)
        panel = call_panel(page)
        before = float(panel.get_attribute("data-voiced"))
        page.wait_for_function(
            "before => Number(document.querySelector('.talk-panel').dataset.voiced) > before + 0.3", arg=before,
            timeout=PATIENCE * 1000)
        made["conversations"].append(end_call(page))
        follow(page, page.get_by_role("link", name="Open its record").last.click)
        record = api("GET", f"/v1/convai/conversations/{made['conversations'][-1]}")
        assert record["has_audio"], "the call was not recorded"
        expect(page.locator("main canvas, main svg").first).to_be_visible()


def barge_in(playwright, options, api, made):
    """Speech over the agent stops it; what was not heard is shown as such."""
    long = "Welcome. " + "We have bicycles, inner tubes, helmets, lights, bells, pumps, locks and saddles of every kind. " * 4
    config = {"agent": {"first_message": long}}
    agent = api("POST", "/v1/convai/agents/create", {"name": "Barge-in test", "conversation_config": config})["agent_id"]
    made["agents"].append(agent)
    with dashboard(playwright, options, recording(options.voice, options.folder, 5, again=2)) as browser:
        page = browser.tab()
        go(page, f"talk?agent_id={agent}")
        start_call(page)
        first = said_by(page, "agent").first
        expect(first).to_have_class(re.compile(r"\bcut\b"), timeout=PATIENCE * 1000)
        expect(first).to_contain_text("the rest was not heard")
        expect(said_by(page, "user").first).not_to_be_empty(timeout=PATIENCE * 1000)
        made["conversations"].append(end_call(page))
    turns = api("GET", f"/v1/convai/conversations/{made['conversations'][-1]}")["transcript"]
    assert turns[0]["interrupted"] and len(turns[0]["message"]) < len(long), turns[0]


def reload(playwright, options, api, made):
    """A reload in mid-call ends the call on the server, and the page can call again."""
    with dashboard(playwright, options, recording(options.voice, options.folder, 600)) as browser:
        page = browser.tab()
        go(page, f"talk?agent_id={made['agents'][0]}")
        start_call(page)
        expect(said_by(page, "agent").first).to_be_visible(timeout=PATIENCE * 1000)
        page.reload()
        settled(page)
        expect(call_panel(page)).to_have_attribute("data-call", "off")
        deadline = time.monotonic() + 15
        while any(call["agent_id"] == made["agents"][0] for call in api("GET", "/v1/parley/calls")["calls"]):
            assert time.monotonic() < deadline, "the call goes on after the reload"
            time.sleep(0.2)
        start_call(page)
        expect(said_by(page, "agent").first).to_be_visible(timeout=PATIENCE * 1000)
        end_call(page)


def two_tabs(playwright, options, api, made):
    """Two tabs edit one agent: different settings are both kept; of the same one the second is asked, and nothing is lost."""
    agent = made["agents"][0]
    with dashboard(playwright, options, recording(options.voice, options.folder, 600)) as browser:
        first = browser.tab(f"#/agents/{agent}")
        second = browser.tab(f"#/agents/{agent}", first.context)
        for page in (first, second):
            settled(page)
        greeting = lambda page: page.get_by_role("textbox", name="First message")
        prompt = lambda page: page.get_by_role("textbox", name="Prompt")
        bar = lambda page: page.locator(".save-bar")
        is_saved = lambda page: expect(bar(page)).to_have_class(re.compile(r"\bidle\b"))

        def change(page, field, text):
            page.bring_to_front()
            field(page).fill(text)
            bar(page).get_by_role("button", name="Save").click()

        change(first, greeting, "Hello from the first tab.")
        is_saved(first)
        change(second, prompt, "You are the second tab.")
        is_saved(second)
        expect(second.get_by_text("Somebody else has changed").first).to_be_visible()
        expect(greeting(second)).to_have_value("Hello from the first tab.")

        change(first, greeting, "The first tab's greeting.")
        is_saved(first)
        change(second, greeting, "The second tab's greeting.")
        dialog = second.get_by_role("dialog")
        expect(dialog).to_contain_text("The first tab's greeting.")
        expect(dialog).to_contain_text("The second tab's greeting.")
        dialog.get_by_role("radio", name="Yours").check()
        dialog.get_by_role("button", name="Save").click()
        is_saved(second)
        greeting(second).fill("Not saved")
        second.reload()
        settled(second)
        expect(greeting(second)).to_have_value("Not saved")
    config = api("GET", f"/v1/convai/agents/{agent}")["conversation_config"]["agent"]
    assert config["first_message"] == "The second tab's greeting.", config["first_message"]
    assert config["prompt"]["prompt"] == "You are the second tab.", config["prompt"]["prompt"]


def session_ends(playwright, options, api, made):
    """Where a key is needed: when the session ends the page asks for it, and goes on by itself; what was edited is saved."""
    if not options.api_key:
        return
    with dashboard(playwright, options, recording(options.voice, options.folder, 600)) as browser:
        page = browser.tab()
        go(page, "live")  # a list that is asked for again and again
        for room in ("live", "tools", "overview", "conversations"):
            page.context.clear_cookies()
            page.evaluate("place => (location.hash = place)", f"#/{room}")
            sign_in(page, options.api_key)
            settled(page)
            page.wait_for_timeout(2500)
            expect(page.locator("main [role=alert]:visible")).to_have_count(0)
        go(page, f"agents/{made['agents'][0]}")
        prompt = page.get_by_role("textbox", name="Prompt")
        prompt.fill("Written while the session ended.")
        page.context.clear_cookies()
        page.locator(".save-bar").get_by_role("button", name="Save").click()
        sign_in(page, options.api_key)
        expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
    config = api("GET", f"/v1/convai/agents/{made['agents'][0]}")["conversation_config"]["agent"]
    assert config["prompt"]["prompt"] == "Written while the session ended.", config["prompt"]


def telephone(playwright, options, api, made):
    """A telephone's screen: nothing is wider than it, the menu opens, and a call can be held."""
    phone = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
    with dashboard(playwright, options, recording(options.voice, options.folder, 600)) as browser:
        page = browser.tab(**phone)
        for room in ROOMS:
            go(page, room)
            assert_no_overflow(page, room)
        page.get_by_role("button", name="Menu").tap()
        follow(page, page.get_by_role("link", name="Talk", exact=True).tap)
        go(page, f"talk?agent_id={made['agents'][0]}")
        start_call(page)
        expect(said_by(page, "agent").first).to_be_visible(timeout=PATIENCE * 1000)
        assert_no_overflow(page, "talk, in a call")
        end_call(page)


def assert_no_overflow(page, what):
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{what} is {wide} px wider than the screen"


def places(made):
    """Every room, and the pages within rooms that there is something for."""
    agent, tool, conversation = (made[kind][0] if made[kind] else None for kind in ("agents", "tools", "conversations"))
    within = {"tool-new": "tools/new", "tool": tool and f"tools/{tool}", "agent": agent and f"agents/{agent}"}
    within |= {f"agent-{tab}": agent and f"agents/{agent}?tab={tab}" for tab in ("tools", "turn", "json")}
    within |= {"conversation": conversation and f"conversations/{conversation}"}
    within |= {"conversation-turns": conversation and f"conversations/{conversation}?tab=turns"}
    within |= {f"settings-{tab}": f"settings?tab={tab}" for tab in ("environments", "connections", "json")}
    return {room: room for room in ROOMS} | {name: place for name, place in within.items() if place}


def layouts(playwright, options, api, made):
    """Every page at three widths, light and dark: nothing is wider than the screen. With --shots each is a picture."""
    with dashboard(playwright, options, recording(options.voice, options.folder, 600)) as browser:
        for theme in ("light", "dark"):
            page = browser.tab(color_scheme=theme)
            for name, place in places(made).items():
                go(page, place)
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 740 if width < 400 else 900})
                    page.wait_for_timeout(200)
                    if options.shots:
                        page.screenshot(path=options.shots / f"{name}-{theme}-{width}.png")
                    assert_no_overflow(page, f"{name} at {width} px")


def loading(playwright, options, api, made):
    """Tells when each page is first painted after a visit without a cache, and how many bytes of own scripts it loads."""
    own = """() => performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js") && !name.includes("/vendor/"))
        .reduce((bytes, { decodedBodySize }) => bytes + decodedBodySize, 0)"""
    paint = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
    with dashboard(playwright, options, recording(options.voice, options.folder, 600)) as browser:
        for name, place in places(made).items():
            page = browser.tab(f"#/{place}")
            settled(page)
            print(f"        {name:20} first paint {page.evaluate(paint):5.0f} ms, own scripts {page.evaluate(own) / 1000:4.0f} KB")
            page.context.close()


def accessibility(playwright, options, api, made):
    """axe finds nothing serious or critical on any page, light or dark."""
    axe, found = Axe(), []
    with dashboard(playwright, options, recording(options.voice, options.folder, 600)) as browser:
        for theme in ("light", "dark"):
            # axe itself writes styles that the policy of the pages forbids.
            page = browser.tab(color_scheme=theme, bypass_csp=True)
            for name, place in places(made).items():
                go(page, place)
                page.wait_for_timeout(300)
                for violation in axe.run(page).response["violations"]:
                    if violation["impact"] in ("serious", "critical"):
                        targets = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:5])
                        found.append(f"{name} ({theme}): {violation['id']}, {violation['help']}: {targets}")
    assert not found, "axe found:\n" + "\n".join(found)


PARTS = {part.__name__: part for part in (from_nothing, by_voice, barge_in, reload, two_tabs, session_ends, telephone, layouts, loading, accessibility)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server (default: %(default)s)")
    parser.add_argument("--voice", type=pathlib.Path, required=True, help="WAV file that the microphone hears: a question")
    parser.add_argument("--key", "--api-key", dest="api_key", help="for a server that asks for one: a wrong key is tried first, then this")
    parser.add_argument("--shots", type=pathlib.Path, help="folder for pictures of every room, at three widths, light and dark")
    parser.add_argument("--only", choices=PARTS, action="append", help="run this part, and the first, which makes the agent")
    parser.add_argument("--chromium", default=shutil.which("chromium") or shutil.which("google-chrome"))
    options = parser.parse_args()
    options.url = options.url.rstrip("/")
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    api, made = API(options), {"agents": [], "tools": [], "conversations": []}
    failures = []
    with tempfile.TemporaryDirectory(prefix="parley-dashboard-") as folder, sync_playwright() as playwright:
        options.folder = pathlib.Path(folder)
        try:
            for name, part in PARTS.items():
                if options.only and name not in (*options.only, "from_nothing"):
                    continue
                began = time.monotonic()
                try:
                    part(playwright, options, api, made)
                    print(f"ok      {name} ({time.monotonic() - began:.0f} s)", flush=True)
                except Exception as failure:  # the other parts are still worth knowing
                    failures.append(name)
                    print(f"FAILED  {name}: {failure}", flush=True)
                    if not made["agents"]:
                        break
        finally:
            for agent in made["agents"]:
                for call in api("GET", f"/v1/convai/conversations?page_size=100&agent_id={agent}")["conversations"]:
                    api("DELETE", f"/v1/convai/conversations/{call['conversation_id']}")
                api("DELETE", f"/v1/convai/agents/{agent}")
            for tool in made["tools"]:
                api("DELETE", f"/v1/convai/tools/{tool}?force=true")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
