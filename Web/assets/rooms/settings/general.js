// The settings that hold for all agents: by a form, and whole as JSON.

import { get, pages, patch, problemText } from "../../core/api.js";
import { h } from "../../core/dom.js";
import { field, textInput, toggle } from "../../components/field.js";
import { shown } from "../../components/form-dialog.js";
import { jsonEditor } from "../../components/json-editor.js";
import { notice, pending } from "../../components/page.js";
import { pairsField } from "../../components/row-lists.js";
import { said } from "../../components/toast.js";
import { readObject } from "../../core/json-text.js";
import { settingsText, webhookOf } from "./settings-text.js";

const PATH = "/v1/convai/settings";
const WEBHOOK = "conversation_initiation_client_data_webhook";

const warnings = ({ metadata }) => (metadata?.warnings?.length ? notice(metadata.warnings.join("\n"), "caution") : null);

/** A button that sends `body()` and says at the fields, or in a notice beside it, what the server does not take. */
function saving(body, problems, done) {
  const failure = h("p.notice.alarm", { role: "alert", hidden: true });
  const button = h("button.button.primary", { type: "submit" }, "Save");
  const onsubmit = async (event) => {
    event.preventDefault();
    failure.hidden = true;
    button.disabled = true;
    try {
      const answer = await patch(PATH, body());
      said("The settings are saved.");
      done(answer);
    } catch (error) {
      failure.textContent = problems(error).join("\n");
      failure.hidden = !failure.textContent;
    }
    button.disabled = false;
  };
  return { onsubmit, end: [failure, h("div.row", button)] };
}

export function general(signal) {
  const content = h("div");
  const load = () => content.replaceChildren(pending(form));

  async function form() {
    const [settings, secrets] = await Promise.all([get(PATH, {}, { signal }), pages("/v1/convai/secrets", "secrets", { dependency_limit: 0 }, { signal })]);
    const servers = toggle({ label: "Agents may use MCP servers", help: "Without this no agent gets the tools of its MCP servers, and its calls say so.", checked: settings.can_use_mcp_servers });
    const webhook = settings[WEBHOOK];
    const asks = toggle({ label: "Ask a server of yours when a call begins", help: "It is told which agent is called, and can say who calls: with variables, overrides and an environment. An agent has to permit it. A call waits two seconds at most.", checked: Boolean(webhook), onchange: () => (details.hidden = !asks.control.checked) });
    const url = field({ label: "Address", help: "Where the POST request goes; http or https." }, textInput({ type: "url", value: webhook?.url ?? "", placeholder: "https://" }));
    const headers = pairsField({ label: "Headers of the request", help: "A value may be a secret, so that it is shown nowhere.", value: webhook?.request_headers, secrets });
    const details = h("div.stack.settings-details", { hidden: !webhook }, url, headers);
    const fields = { [`${WEBHOOK}.url`]: url, [`${WEBHOOK}.request_headers`]: headers };
    const body = () => {
      url.problem(null);
      headers.problem(null);
      return { can_use_mcp_servers: servers.control.checked, [WEBHOOK]: webhookOf(asks.control.checked, url.control.value, headers.read(), webhook) };
    };
    const { onsubmit, end } = saving(body, (error) => shown(error, fields), load);
    return h("div.stack", warnings(settings), h("form.card.stack", { onsubmit, novalidate: true }, servers, asks, details, ...end));
  }

  load();
  return content;
}

/** All settings as JSON, with those that the form does not have. */
export function whole(signal) {
  return pending(async () => {
    const settings = await get(PATH, {}, { signal });
    const place = h("div", { hidden: !warnings(settings) }, warnings(settings));
    const editor = jsonEditor({ value: settingsText(settings), label: "Settings of the workspace as JSON", onread: ({ problem }) => (editor.markers = problem ? [problem] : []) });
    const body = () => {
      const { value, problem } = readObject(editor.text);
      if (!problem) return value;
      editor.markers = [problem];
      throw new Error("This is not valid JSON yet. The line is marked.");
    };
    const problems = (error) => {
      if (!error.problems?.length) return [error.message];
      const { lineOf } = readObject(editor.text);
      editor.markers = error.problems.map((problem) => ({ line: lineOf(problem.path), message: problemText(problem) }));
      return ["The server does not take this. The lines are marked."];
    };
    const done = (answer) => {
      editor.text = settingsText(answer);
      place.replaceChildren(warnings(answer) ?? "");
      place.hidden = !warnings(answer);
    };
    const { onsubmit, end } = saving(body, problems, done);
    return h("form.stack", { onsubmit }, place, h("p.help", "A member replaces the former one; null sets it back. Secrets show as ********, and stay as they are when they are sent back so."), editor, ...end);
  });
}
