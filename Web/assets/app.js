// The page: one button, a transcript, and what is going on.

import { Audio, parseFormat } from "./audio.js";
import { Conversation } from "./conversation.js";
import { Transcript } from "./transcript.js";

const element = (id) => document.getElementById(id);
const transcript = new Transcript(element("transcript"), element("tentative"));
const bars = [...element("meter").children];

let agents = [];
let call = null;

// MARK: Status

const statuses = {
  idle: "Ready",
  connecting: "Connecting…",
  listening: "Listening",
  thinking: "Thinking…",
  speaking: "Speaking",
};

function show(state) {
  if (document.body.dataset.state === state) return;
  document.body.dataset.state = state;
  element("status").textContent = statuses[state];
}

function fail(message) {
  element("error").textContent = message;
  element("error").hidden = !message;
}

/** Levels from −60 dBFS to −12 dBFS fill the meter. */
function meter(level) {
  const share = Math.max(0, Math.min(1, (20 * Math.log10(level + 1e-6) + 60) / 48));
  bars.forEach((bar, index) => bar.classList.toggle("on", index < share * bars.length));
  element("call").style.setProperty("--level", share.toFixed(2));
}

function showClock() {
  const seconds = call?.began ? Math.floor((performance.now() - call.began) / 1000) : 0;
  element("clock").textContent = call?.began ? `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : "";
}

function showCall(isOn) {
  document.body.dataset.call = isOn ? "on" : "off";
  element("call").setAttribute("aria-label", isOn ? "End the conversation" : "Start the conversation");
  element("agents").disabled = isOn;
}

// MARK: Key

/** Kept for this tab alone, and gone with it. */
const KEY = "parley.api-key";

function apiKey() {
  return sessionStorage.getItem(KEY);
}

/** Asks for the key; true when one was given that the server does not know. */
function askForKey() {
  const wasWrong = apiKey() !== null;
  sessionStorage.removeItem(KEY);
  element("access").hidden = false;
  return wasWrong;
}

// MARK: Agents

async function loadAgents() {
  const wanted = new URLSearchParams(location.search).get("agent_id");
  try {
    const key = apiKey();
    const response = await fetch("/v1/convai/agents?page_size=100", { headers: key ? { "xi-api-key": key } : {} });
    if (response.status === 401) {
      const wasWrong = askForKey();
      // Public agents need no key: whoever has the address of one may talk to it.
      if (wanted && !wasWrong) {
        showName(wanted);
        return wanted;
      }
      fail(wasWrong ? "The API key is not valid on this server." : "This server asks for an API key.");
      return null;
    }
    element("access").hidden = true;
    if (!response.ok) throw new Error(`The list of agents cannot be read (HTTP ${response.status}).`);
    agents = (await response.json()).agents ?? [];
  } catch (error) {
    if (wanted) {
      agents = [];
    } else {
      const isDown = error instanceof TypeError;
      fail(isDown ? "The server does not answer. Is it running?" : error.message);
      return null;
    }
  }
  if (wanted) {
    const name = agents.find((agent) => agent.agent_id === wanted)?.name;
    showName(name ?? wanted);
    return wanted;
  }
  if (agents.length === 0) {
    fail("There is no agent yet. Create one with POST /v1/convai/agents/create.");
    return null;
  }
  if (agents.length === 1) {
    showName(agents[0].name);
    return agents[0].agent_id;
  }
  const select = element("agents");
  if (select.options.length !== agents.length) {
    select.replaceChildren(...agents.map((agent) => new Option(agent.name, agent.agent_id)));
  }
  element("picker").hidden = false;
  return select.value;
}

function showName(name) {
  element("agent-name").textContent = name;
  element("agent-name").hidden = false;
}

// MARK: Call

async function start({ microphone = true, text = null } = {}) {
  const current = { texts: text ? [text] : [] };
  call = current;
  fail("");
  showCall(true);
  show("connecting");
  element("welcome").hidden = true;
  transcript.clear();
  if (text) transcript.typed(text);
  try {
    const agent = await loadAgents();
    if (call !== current) return;
    if (!agent) return finish();
    current.audio = await Audio.open({ microphone });
    if (call !== current) return current.audio.close();
    current.conversation = new Conversation(agent, apiKey(), handlers(current));
  } catch (error) {
    if (call !== current) return;
    fail(error.message);
    finish();
  }
}

function handlers(current) {
  const { audio } = current;
  const live = (action) => (...values) => {
    if (call === current) action(...values);
  };
  return {
    onReady: live(({ input, output }) => {
      current.began = performance.now();
      current.clock = setInterval(showClock, 500);
      showClock();
      show("listening");
      try {
        audio.start({
          input: parseFormat(input),
          output: parseFormat(output),
          onChunk: live((chunk) => current.conversation.sendAudio(chunk)),
          onInput: live((level) => current.playing || meter(level)),
          onOutput: live((report) => played(current, report)),
        });
      } catch (error) {
        fail(error.message);
        current.conversation.end();
        return finish();
      }
      for (const text of current.texts.splice(0)) {
        current.conversation.sendText(text);
        show("thinking");
      }
    }),
    onAudio: live((chunk) => audio.play(chunk)),
    onInterruption: live(() => {
      audio.clear();
      show("listening");
    }),
    onTentative: live((text) => transcript.tentative(text)),
    onUser: live((text) => {
      transcript.user(text);
      if (!current.playing) show("thinking");
    }),
    onAgent: live((text, event) => transcript.agent(text, event)),
    onPart: live((kind, text, event) => {
      transcript.part(kind, text, event);
      if (kind === "stop" && !current.playing) show("listening");
    }),
    onCorrection: live((original, corrected, event) => transcript.correct(original, corrected, event)),
    onError: live((message) => {
      current.failed = true;
      fail(message);
    }),
    onEnd: live(({ code, reason }) => {
      if (code === 1000) {
        transcript.note(reason ? `Conversation ended: ${reason}` : "Conversation ended");
      } else if (!current.began && code === 1006) {
        fail("The server does not answer. Is it running?");
      } else if (!current.failed || reason) {
        const cause = reason || (code === 1006 ? "the connection was lost" : "no reason given");
        fail(`The conversation was closed (${code}): ${cause}`);
      }
      finish();
    }),
  };
}

function played(current, { playing, level, seconds }) {
  document.body.dataset.playedSeconds = seconds.toFixed(2);
  if (playing) {
    meter(level);
    show("speaking");
  } else if (current.playing) {
    show("listening");
  }
  current.playing = playing;
}

function finish() {
  const ended = call;
  call = null;
  clearInterval(ended?.clock);
  ended?.audio?.close();
  transcript.tentative("");
  element("welcome").hidden = !transcript.isEmpty;
  meter(0);
  showClock();
  showCall(false);
  show("idle");
}

function end() {
  const { conversation } = call;
  transcript.note("Conversation ended");
  finish();
  conversation?.end();
}

// MARK: Controls

element("call").addEventListener("click", () => (call ? end() : start()));

element("compose").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = element("message").value.trim();
  if (!text) return;
  element("message").value = "";
  if (!call) return start({ microphone: false, text });
  transcript.typed(text);
  if (!call.began) return call.texts.push(text);
  call.conversation.sendText(text);
  show("thinking");
});

element("access").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, element("key").value.trim());
  element("key").value = "";
  fail("");
  loadAgents();
});

let lastActivity = 0;
element("message").addEventListener("input", () => {
  if (!call?.began || performance.now() - lastActivity < 1000) return;
  lastActivity = performance.now();
  call.conversation.sendActivity();
});

addEventListener("pagehide", () => call?.conversation?.end());

loadAgents();
