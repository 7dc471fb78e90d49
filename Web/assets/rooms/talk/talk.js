// Talk: pick an agent, press the button, speak.

import { empty, page } from "../../components/page.js";
import { copyButton } from "../../components/copy.js";
import { select } from "../../components/field.js";
import { said } from "../../components/toast.js";
import { get, pages } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { address, note } from "../../core/router.js";
import { callPanel } from "../../talk/panel.js";
import { choice } from "./choice.js";

/** The agent that was talked to last, in this browser. */
const LAST = "parley.talk.agent";

export async function open(place, signal) {
  const agents = await pages("/v1/convai/agents", "agents", {}, { signal });
  const asked = place.query.get("agent_id") ?? new URLSearchParams(location.search).get("agent_id");
  const { options, selected } = choice(agents, { asked, last: localStorage.getItem(LAST) });
  if (!selected) {
    return page("Talk", {}, empty("There is no agent yet", "Create one, and talk to it here.", h("a.button.primary", { href: address("agents") }, "Create an agent")));
  }

  const textOnly = new Map();
  signal.addEventListener("abort", () => picker.disabled && said("Your call was ended, because you left its page."));
  const picker = select(options, { value: selected, aria: { label: "Agent" }, class: "talk-picker", onchange: pick });
  const edit = h("a.button", { href: "", title: "Edit agent" }, svg(icons.settings), h("span", "Edit agent"));
  const link = copyButton(() => new URL(`../../../talk-to?agent_id=${encodeURIComponent(picker.value)}`, import.meta.url).href, "Copy talk link");
  const panel = callPanel({
    agent: () => ({ agentID: picker.value, isTextOnly: textOnly.get(picker.value) }),
    hasRecord: true,
    onCall: (isOn) => (picker.disabled = isOn),
    signal,
  });

  async function pick(event) {
    const id = picker.value;
    edit.href = address("agents", id);
    if (event) {
      localStorage.setItem(LAST, id);
      note({ agent_id: id });
    }
    try {
      const { widget_config: widget } = await get(`/v1/convai/agents/${encodeURIComponent(id)}/widget`, {}, { signal });
      textOnly.set(id, Boolean(widget.text_only));
    } catch (error) {
      // The call itself says what else is wrong with the agent, when it is begun.
      if (error.status === 404 && picker.value === id) return panel.describe({ isGone: true });
    }
    if (picker.value === id) panel.describe({ isTextOnly: textOnly.get(id) });
    return undefined;
  }

  pick();
  const room = page("Talk", { actions: [picker, edit, link] }, panel);
  room.classList.add("talk-room");
  return room;
}
