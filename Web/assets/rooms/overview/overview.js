// How the agents are doing: figures and charts of a period, and the first steps while there is nothing to show.

import { get, pages } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { count } from "../../core/format.js";
import { latest, poll } from "../../core/poll.js";
import { address, note } from "../../core/router.js";
import { agentSelect } from "../../components/agent-select.js";
import { empty, failure, notice, page, tile } from "../../components/page.js";
import { firstSteps } from "./first-steps.js";
import { chartsOf, liveWords, periods, rangeOf, tilesOf } from "./figures.js";

/** Milliseconds between two looks at the calls in progress, and at the figures. */
const LIVE_PAUSE = 5000;
const FIGURES_PAUSE = 60_000;

export async function open(place, signal) {
  const choice = {
    period: periods.some(({ id }) => id === place.query.get("period")) ? place.query.get("period") : "week",
    agent: place.query.get("agent") ?? "",
  };
  const results = h("div.stack.overview-results", waiting());
  const live = liveTile();

  /** Shows what the choice says. */
  const load = latest(signal, async (asking) => {
    results.setAttribute("aria-busy", "true");
    try {
      const range = rangeOf(choice.period);
      const options = { signal: asking };
      const statistics = await get("/v1/parley/statistics", { ...range, agent_id: choice.agent }, options);
      const content = statistics.total.calls > 0 ? null : await nothing(choice, options);
      asking.throwIfAborted();
      const top = tiles(statistics.total, live);
      results.replaceChildren(...(content ? [content, top] : [top, charts(statistics.steps)]));
    } catch (error) {
      if (!asking.aborted) results.replaceChildren(failure(error, load));
    }
    if (!asking.aborted) results.removeAttribute("aria-busy");
  });

  function choose(change) {
    Object.assign(choice, change);
    note({ period: choice.period, agent: choice.agent });
    load();
    live.look(choice.agent).catch(() => {});
  }

  poll(() => live.look(choice.agent), LIVE_PAUSE, signal);
  // What the reader has in hand is not taken away: figures are renewed while nothing within them has the focus.
  poll(() => (results.contains(document.activeElement) ? null : load()), FIGURES_PAUSE, signal);
  return page("Overview", { actions: [periodChoice(choice, choose), agentChoice(choice, choose, signal)] }, results);
}

/** Holds the places of tiles and charts. */
const waiting = () => [h("div.pending"), h("div.overview-charts", h("div.pending.overview-hold"), h("div.pending.overview-hold"))];

// MARK: Choices

function periodChoice(choice, choose) {
  return h(
    "fieldset.overview-periods",
    h("legend.unseen", "Period"),
    periods.map(({ id, title }) => {
      const input = h("input.unseen", { type: "radio", name: "period", value: id, onchange: () => choose({ period: id }) });
      input.checked = choice.period === id;
      return h("label", input, h("span", title));
    }),
  );
}

function agentChoice(choice, choose, signal) {
  return agentSelect({ value: choice.agent, aria: { label: "Agent" }, class: "overview-agent", onchange: ({ currentTarget }) => choose({ agent: currentTarget.value }) }, signal);
}

// MARK: Tiles

function liveTile() {
  const value = h("p.value", "—");
  const words = h("p.help", "\u00a0");
  const element = h("div.tile", h("h2.quiet.small", "Right now"), value, words);
  element.look = async (agent) => {
    const { count: calls } = await get("/v1/convai/analytics/live-count", { agent_id: agent });
    value.textContent = count(calls);
    words.replaceChildren(calls ? h("a", { href: address("live") }, liveWords(calls)) : liveWords(calls));
  };
  return element;
}

const tiles = (total, live) => h("div.overview-tiles", live, tilesOf(total).map(({ title, value, note: words }) => tile(title, value, words)));

// MARK: Charts

const charts = (steps) => h("div.overview-charts", chartsOf(steps).map(chartCard));

function chartCard({ kind, ...chart }) {
  const place = h("div.overview-chart.pending");
  // The charts are fetched when there is something to draw.
  import("../../components/chart.js")
    .then(({ lineChart, barChart }) => (kind === "bar" ? barChart : lineChart)(chart))
    .catch(() => notice("The chart could not be loaded. Reload the page.", "alarm"))
    .then((element) => {
      place.replaceChildren(element);
      place.classList.remove("pending");
    });
  return h("section.card.overview-card", h("h2", chart.label), h("p.help", chart.help), place);
}

// MARK: Nothing yet

/** What stands in place of charts when nobody called: the first steps, or, where there were calls before, a word. */
async function nothing(choice, options) {
  const { conversations } = await get("/v1/convai/conversations", { page_size: 1 }, options);
  if (conversations.length === 0) return firstSteps(await pages("/v1/convai/agents", "agents", {}, options));
  return h(
    "div.card",
    empty(
      "No calls in this period",
      choice.agent ? "Nobody has called this agent. Choose a longer period or another agent, or talk to it yourself." : "Choose a longer period, or talk to an agent yourself.",
      h("a.button.primary", { href: address("talk", choice.agent ? { agent_id: choice.agent } : {}) }, "Talk to an agent"),
    ),
  );
}
