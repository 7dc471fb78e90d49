// Secrets: stored once, named by agents, tools and MCP servers, and never shown again.

import { pages, patch, post } from "../../core/api.js";
import { h, svg } from "../../core/dom.js";
import { icons } from "../../core/icons.js";
import { field, textArea, textInput } from "../../components/field.js";
import { formDialog } from "../../components/form-dialog.js";
import { empty, page, pending } from "../../components/page.js";
import { actionColumn, table } from "../../components/table.js";
import { said } from "../../components/toast.js";
import { erase, usedBy } from "../../components/used-by.js";

const PATH = "/v1/convai/secrets";

export async function open(place, signal) {
  const content = h("div");
  const load = () => content.replaceChildren(pending(list));
  const newButton = h("button.button.primary", { onclick: create }, svg(icons.add), "New secret");

  async function list() {
    const secrets = await pages(PATH, "secrets", {}, { signal });
    if (secrets.length === 0) {
      const text = "A secret is a key or a password that a tool or a model needs. You store it here once; agents and tools name it, and nobody sees its value again.";
      return empty("No secrets yet", text, h("button.button.primary", { onclick: create }, "New secret"));
    }
    secrets.sort((one, other) => one.name.localeCompare(other.name));
    return h("div.card.flush", table(columns, secrets, { caption: "Secrets" }));
  }

  const columns = [
    { title: "Name", cell: ({ name, secret_id: id }) => [h("div.secrets-name", name), h("code.quiet", id)] },
    { title: "Used by", cell: (secret) => usedBy(secret.used_by) },
    actionColumn(({ name }) => name, { change, erase: ({ name, used_by: users, secret_id: id }) => erase({ kind: "secret", name, users, path: `${PATH}/${id}` }, load) }),
  ];

  async function create() {
    const fields = { name: nameField(), value: valueField("Keys, passwords and whole certificates fit. The value is stored encrypted.") };
    const submit = () => post(PATH, { type: "new", name: fields.name.control.value.trim(), value: typed(fields.value) });
    if (!(await formDialog("New secret", { fields, action: "Store secret", submit }))) return;
    said("The secret is stored.");
    load();
  }

  async function change(secret) {
    const fields = { name: nameField(secret.name), value: valueField("Leave this empty to keep the present value. A new one counts from the next call on.", false) };
    const submit = () => {
      const value = typed(fields.value);
      return patch(`${PATH}/${secret.secret_id}`, { type: "update", name: fields.name.control.value.trim(), ...(value ? { value } : {}) });
    };
    if (!(await formDialog(`Change ${secret.name}`, { fields, submit }))) return;
    said("The secret is changed.");
    load();
  }

  load();
  return page("Secrets", { lead: "Keys and passwords that tools, models and MCP servers need.", actions: [newButton] }, content);
}

const nameField = (value = "") => field({ label: "Name", help: "What people call it, such as “Booking system key”." }, textInput({ value, required: true, maxlength: 200, autofocus: true }));

/** What was typed, without the line break that comes with a copied key; a certificate keeps its own. */
function typed({ control }) {
  const text = control.value.trim();
  return text.includes("\n") ? control.value : text;
}

function valueField(help, required = true) {
  // A password field would lose the line breaks of a certificate.
  return field({ label: "Value", help, optional: !required }, textArea({ required, rows: 3, spellcheck: "false", autocomplete: "off", class: "secrets-value mono" }));
}
