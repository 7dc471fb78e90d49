// Connecting a server.

import { post, problemsWithin } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { address, go } from "../../core/router.js";
import { problemNotice } from "../../components/form-dialog.js";
import { failure, page, section } from "../../components/page.js";
import { askBeforeLeaving } from "../../components/save-bar.js";
import { attempt, said } from "../../components/toast.js";
import { binder } from "../../components/binder.js";
import { choices, missingText } from "../../core/workspace.js";
import { PATH } from "./mcp.js";
import { settingsSections } from "./settings.js";
import { policies, transports } from "./words.js";

export async function openNew(place, signal) {
  const known = await choices(signal);
  const config = { name: "", url: "", transport: "STREAMABLE_HTTP", approval_policy: "require_approval_all" };
  /** The agent for which the server is connected. */
  const agent = place.query.get("agent");
  const back = agent ? { href: address("agents", agent, { tab: "tools" }), label: "Back to the agent" } : { href: address("mcp"), label: "All MCP servers" };
  let isDirty = false;
  let form;
  const problems = problemNotice();
  const content = h("div.stack");
  const button = h("button.button.primary", { type: "submit" }, "Connect");
  askBeforeLeaving(() => isDirty, signal);

  const submit = (event) => {
    event.preventDefault();
    problems.say([]);
    attempt(button, async () => {
      try {
        const server = await post(PATH, { config });
        isDirty = false;
        if (agent) return go("agents", agent, { tab: "tools", mcp: server.id });
        said(`${config.name} is stored. Name it in an agent, so that the agent gets its tools.`);
        return go("mcp", server.id);
      } catch (error) {
        if (!error.problems?.length) throw error;
        return problems.say(form.show(problemsWithin("config", error.problems)));
      }
    });
  };

  async function again() {
    Object.assign(known, await choices(signal));
    draw();
  }

  function draw() {
    form = binder(config, () => (isDirty = true));
    content.replaceChildren(
      ...(known.missing.length ? [failure({ message: missingText(known.missing) }, again)] : []),
      section(
        "The server",
        form.text(["name"], { label: "Name", help: "For people, and for tools whose names clash with others: they are offered as name_tool." }, { placeholder: "Desk", required: true }),
        form.text(["url"], { label: "Address", help: "https, or http for a server of this machine or its network. {{name}} is a dynamic variable." }, { placeholder: "https://desk.example/mcp", inputmode: "url", required: true }),
        h(
          "div.fields",
          form.choice(["transport"], { label: "Transport", standard: "STREAMABLE_HTTP", help: "Which one the server speaks is in its documentation.", options: transports }),
          form.choice(["approval_policy"], { label: "Approvals", standard: "require_approval_all", help: "Whether somebody has to approve calls of its tools.", options: Object.entries(policies).map(([name, [title]]) => [name, title]) }),
        ),
      ),
      ...settingsSections(form, known),
    );
  }

  draw();
  return page(
    "Connect a server",
    { back, lead: "Name, address and transport stay as they are; everything else can be changed later." },
    problems,
    h("form.stack", { onsubmit: submit, novalidate: true }, content, h("div.save-bar", h("a.button", { href: back.href }, "Cancel"), button)),
  );
}
