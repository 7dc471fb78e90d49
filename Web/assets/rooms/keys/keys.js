// API keys: made, shown once, and revoked.

import { get, post, remove } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { when } from "../../core/format.js";
import { icons } from "../../core/icons.js";
import { session } from "../../core/session.js";
import { codeBlock } from "../../components/copy.js";
import { confirmAction, openDialog } from "../../components/dialog.js";
import { field, textInput } from "../../components/field.js";
import { formDialog } from "../../components/form-dialog.js";
import { empty, notice, page, pending } from "../../components/page.js";
import { table } from "../../components/table.js";
import { attempt, said } from "../../components/toast.js";
import { consequences } from "./words.js";

const PATH = "/v1/parley/keys";

export async function open(place, signal) {
  const content = h("div.stack");
  const load = () => content.replaceChildren(pending(list));
  const newButton = () => h("button.button.primary", { onclick: create }, svg(icons.add), "New key");

  async function list() {
    const [{ keys }, { needs_key: needsKey }] = await Promise.all([get(PATH, {}, { signal }), session()]);
    if (keys.length === 0) {
      const text = "Programs of this machine need no key here. Make one for programs and people on other machines.";
      return empty("No keys yet", text, newButton());
    }
    const columns = [
      { title: "Name", cell: ({ name, prefix }) => [h("div.keys-name", name), h("code.quiet", `${prefix}…`)] },
      { title: "Made", cell: (key) => when(key.created_at_unix_secs) },
      { title: "Last used", cell: (key) => (key.last_used_at_unix_secs ? when(key.last_used_at_unix_secs) : h("span.quiet", "Never")) },
      {
        title: "Actions",
        cell: (key) =>
          h("button.button.danger", { aria: { label: `Revoke ${key.name}` }, onclick: ({ currentTarget }) => attempt(currentTarget, () => revoke(key, { count: keys.length, needsKey })) }, "Revoke"),
      },
    ];
    return h("div.card.flush", table(columns, keys, { caption: "API keys" }));
  }

  async function create() {
    const fields = { name: field({ label: "Name", help: "Who or what will use it. Give every program its own, so that one can be revoked alone." }, textInput({ required: true, maxlength: 100, autofocus: true })) };
    const made = await formDialog("New key", { fields, action: "Make key", submit: () => post(PATH, { name: fields.name.control.value.trim() }) });
    if (!made) return;
    load();
    await openDialog("Your new key", (close) => [
      notice("Copy the key now. Only a hash of it is stored, so it is never shown again.", "caution"),
      codeBlock(made.key, "API key"),
      h("p.help", "Programs send it in the header ", h("code", "xi-api-key"), ", or as ", h("code", "Authorization: Bearer"), "."),
      h("div.actions", h("button.button.primary", { onclick: () => close() }, "I have copied it")),
    ]);
  }

  async function revoke(key, state) {
    if (!(await confirmAction(`Revoke ${key.name}`, consequences(key, state), "Revoke key"))) return;
    await remove(`${PATH}/${key.id}`).finally(load);
    said("The key is revoked.");
  }

  load();
  return page("API keys", { lead: "What programs and people show to use this server.", actions: [newButton()] }, content);
}
