// The settings of an MCP server that can be changed, as forms.

import { h } from "../../core/dom.js";
import { address } from "../../core/router.js";
import { callFields } from "../../components/call-fields.js";
import { section } from "../../components/page.js";
import { connectionChoice, headerList, memberList, secretOptions } from "../../components/row-lists.js";

/** Sections on credentials and on calls; `form` is a binder on the server's configuration. */
export function settingsSections(form, { secrets, connections }) {
  return [
    section(
      "Sign-in",
      form.choice(
        ["secret_token"],
        { label: "Token", standard: "", help: ["Goes out as Authorization: Bearer …. Store it first under ", h("a", { href: address("secrets") }, "Secrets"), "."], options: secretOptions(secrets).with(0, ["", "None"]) },
        { read: (value) => value?.secret_id ?? "", write: (id) => (id ? { secret_id: id } : null) },
      ),
      connectionChoice(form, [], connections),
      h("h3", "Headers"),
      headerList(form, ["request_headers"], secrets),
    ),
    section(
      "In the call",
      h("p.help", "This holds for all tools of the server, unless you say otherwise for one of them."),
      callFields(form, { wait: { label: "Longest wait for a tool, in seconds", help: "5 to 300. Empty: 30.", min: 5, max: 300, placeholder: "30" } }),
    ),
    h(
      "details.card.fold",
      h("summary", "More"),
      h(
        "div.stack",
        form.flag(["disable_compression"], { label: "Ask for answers without compression" }),
        h("h3", "Meta data of each call"),
        memberList(form, ["request_meta"], { title: "Meta data", addText: "Add value", none: "Nothing is sent in _meta." }),
      ),
    ),
  ];
}
