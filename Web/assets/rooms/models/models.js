// The engines that this server has or could have: what they are, and fetching those that are missing.

import { get, post } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { poll } from "../../core/poll.js";
import { badge, page, pending, tile } from "../../components/page.js";
import { attempt } from "../../components/toast.js";
import { facts, failureText, figures, grouped, isFetching, progressText, share } from "./groups.js";

const PATH = "/v1/parley/models";

/** Milliseconds between looks at a fetch that is going on, and otherwise at the server's memory. */
const LOOK = 1000;
const GLANCE = 10_000;

export async function open(place, signal) {
  const tiles = new Map();
  const states = new Map();
  /** Models that the server was started without. */
  const wereAbsent = new Set();
  let isBusy = false;
  let last = 0;

  async function refresh() {
    // One loop for both paces: while nothing is fetched most of its turns pass.
    if (!isBusy && Date.now() - last < GLANCE) return;
    show(await get(PATH, {}, { signal }));
  }

  function show(answer) {
    last = Date.now();
    isBusy = isFetching(answer.models);
    for (const figure of figures(answer)) tiles.get(figure.title)?.replaceChildren(...tileOf(figure).childNodes);
    for (const model of answer.models) states.get(model.id)?.set(model);
  }

  async function first() {
    const answer = await get(PATH, {}, { signal });
    const row = h("div.tiles", figures(answer).map((figure) => {
      const element = tileOf(figure);
      tiles.set(figure.title, element);
      return element;
    }));
    const groups = grouped(answer.models).map(({ title, text, models }) =>
      h("section.stack", h("div", h("h2", title), h("p.quiet", text)), h("div.card.flush", h("ul.models-list", models.map(entry)))),
    );
    show(answer);
    poll(refresh, LOOK, signal);
    return h("div.stack.models", row, groups);
  }

  const tileOf = ({ title, value, text }) => tile(title, value, text);

  function entry(model) {
    const state = h("div.models-state");
    let written = null;
    states.set(model.id, {
      set(present) {
        const text = JSON.stringify([present.is_installed, present.fetch]);
        if (text === written) return;
        written = text;
        update(state, present);
      },
    });
    return h("li", h("div.grow", h("div.row", h("span.models-name", model.summary || model.id), model.is_default ? badge("Default", "accent") : null), h("code.quiet", model.id), h("div.quiet.small", facts(model).join(" · "))), state);
  }

  function update(state, model) {
    const bar = state.querySelector("progress");
    if (bar && model.fetch?.state === "running") {
      setProgress(bar, model.fetch);
      state.querySelector("p").textContent = progressText(model.fetch);
      return;
    }
    const hadFocus = state.contains(document.activeElement);
    state.replaceChildren(...[content(model)].flat());
    if (hadFocus) (state.querySelector("button") ?? state.firstElementChild)?.focus();
  }

  function content(model) {
    if (model.fetch?.state === "running") {
      const bar = h("progress", { tabindex: "-1", max: "1", aria: { label: `Fetching ${model.id}` } });
      setProgress(bar, model.fetch);
      return [bar, h("p.small.figure", progressText(model.fetch))];
    }
    if (model.is_installed) {
      const installed = badge("Installed", "good", { tabindex: "-1" });
      return wereAbsent.has(model.id) ? [installed, h("p.help", "Restart the server to use it.")] : installed;
    }
    wereAbsent.add(model.id);
    const start = async () => {
      await post(`${PATH}/${encodeURIComponent(model.id)}/fetch`);
      show(await get(PATH, {}, { signal }));
    };
    const hasFailed = model.fetch?.state === "failed";
    return [
      hasFailed ? h("p.problem", { role: "alert" }, failureText(model.fetch)) : null,
      h("button.button", { aria: { label: `Fetch ${model.id}` }, onclick: ({ currentTarget }) => attempt(currentTarget, start) }, hasFailed ? "Try again" : "Fetch"),
    ].filter(Boolean);
  }

  return page(
    "Models",
    { lead: "The engines that listen, think and speak on this server. Nothing that is said leaves it, unless you connect a service." },
    pending(first),
    h("p.help", "How fast each one is on this machine is measured with “parley models measure”. The server finds a model that was fetched when it is started the next time; agents can then name it."),
  );
}

function setProgress(bar, fetch) {
  const part = share(fetch);
  if (part === null || part === 1) bar.removeAttribute("value");
  else bar.value = part;
}
