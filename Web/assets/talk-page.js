// The talk page of one agent, for people who were given its link: no other rooms, and no key.

import { get } from "./core/api.js";
import { h, svg } from "./core/dom.js";
import { icons } from "./core/icons.js";
import { callPanel } from "./talk/panel.js";
import { askedOf, refusalWords } from "./talk/link.js";

const { agentID, signature } = askedOf(location.search);
const title = h("h1", "Talk to our agent");
const main = h("main.talk-to", h("header.talk-to-head", h("span.brand", svg(icons.brand)), title));
document.body.append(main);

const say = (text) => main.append(h("div.notice.alarm", { role: "alert" }, text));

if (!agentID) {
  say(refusalWords(null));
} else {
  let isTextOnly = false;
  const panel = callPanel({ agent: () => ({ agentID, signature, isTextOnly }), hasRecord: false, signal: new AbortController().signal });
  try {
    const { name, widget_config: widget } = await get(`/v1/convai/agents/${encodeURIComponent(agentID)}/widget`, { conversation_signature: signature });
    const words = widget.text_contents?.main_label || name || widget.name;
    if (words) document.title = title.textContent = words;
    isTextOnly = Boolean(widget.text_only);
    panel.describe({ isTextOnly });
    main.append(panel);
  } catch (error) {
    say(refusalWords(error));
  }
}
