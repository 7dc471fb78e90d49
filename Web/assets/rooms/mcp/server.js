// One MCP server: its tools as it lists them now, its settings, and who uses it.

import { get, patch, remove } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { address, go } from "../../core/router.js";
import { confirmAction } from "../../components/dialog.js";
import { page, pending } from "../../components/page.js";
import { tabs } from "../../components/tabs.js";
import { attempt, said } from "../../components/toast.js";
import { equal } from "../agents/paths.js";
import { binder } from "../tools/binder.js";
import { choices } from "../tools/known.js";
import { agentList } from "../tools/use.js";
import { toolsView } from "./listed.js";
import { pathOf, urlText } from "./mcp.js";
import { settingsSections } from "./settings.js";
import { patchOf, transports } from "./words.js";

export async function openServer(id, place, signal) {
  const server = await get(pathOf(id), {}, { signal });
  const { config } = server;
  const transport = transports.find(([name]) => name === config.transport)?.[1] ?? config.transport;

  async function askForDeletion({ currentTarget: button }) {
    const users = server.dependent_agents;
    const words = users.length ? `${users.map(({ name, id: agent }) => name || agent).join(", ")} ${users.length === 1 ? "uses" : "use"} it, and will do without its tools.` : "No agent uses it.";
    if (!(await confirmAction("Delete this server?", `${words} Approvals and overrides of its tools are lost.`, "Delete server"))) return;
    await attempt(button, async () => {
      await remove(pathOf(id));
      go("mcp");
    });
  }

  return page(
    config.name,
    {
      back: { href: address("mcp"), label: "All MCP servers" },
      lead: h("span.tools-lead", h("span.mono", urlText(config.url)), ` · ${transport}`),
      actions: [h("button.button.danger", { type: "button", onclick: askForDeletion }, svg(icons.remove), "Delete")],
    },
    tabs(
      [
        { id: "tools", title: "Tools", open: () => toolsView(server, signal) },
        { id: "settings", title: "Settings", open: () => pending(async () => settingsView(server, await choices(signal), signal)) },
        { id: "use", title: "Use", open: () => h("section.card.stack.tools-section", h("h2", "Agents that use it"), agentList(server.dependent_agents)) },
      ],
      { selected: place.query.get("tab"), label: "Views of the server" },
    ),
  );
}

/** The settings that can be changed; `server` takes in what the server has after each change. */
function settingsView(server, known, signal) {
  const place = h("div");
  let isDirty = () => false;
  const draw = () => {
    const saved = server.config;
    const config = structuredClone(saved);
    isDirty = () => !equal(config, server.config);
    const words = h("span.quiet", { role: "status" });
    const failure = h("div.notice.alarm", { role: "alert", hidden: true });
    const update = () => {
      words.textContent = isDirty() ? "Not saved yet" : "All changes are saved";
      save.disabled = !isDirty();
      discard.hidden = !isDirty();
    };
    const form = binder(config, update);
    const discard = h("button.button", { type: "button", onclick: () => draw() }, "Discard changes");
    const save = h("button.button.primary", { type: "button", onclick: () => attempt(save, send).then(update) }, "Save");
    async function send() {
      try {
        Object.assign(server, await patch(pathOf(server.id), patchOf(saved, config)));
        said("Saved. Calls that begin from now on use it so.");
        draw();
      } catch (error) {
        if (!error.problems?.length) throw error;
        const rest = form.show(error.problems);
        failure.replaceChildren(...rest.map(({ path, message }) => h("p", `${path.join(".")}: ${message}`)));
        failure.hidden = rest.length === 0;
      }
    }
    place.replaceChildren(h("div.stack", failure, settingsSections(form, known), h("div.tools-bar", words, discard, save)));
    update();
  };
  addEventListener("beforeunload", (event) => isDirty() && event.preventDefault(), { signal });
  draw();
  return place;
}
