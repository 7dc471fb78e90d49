// Names with values, such as headers: as rows of a form, and as the objects that the API has for them.

/** What a value can be besides a text: the member of the object that names it. */
export const sources = { text: "Text", secret_id: "Secret", env_var_label: "Environment variable", variable_name: "Variable of the call" };

/** @returns {{name: string, source: string, value: string}[]} */
export function rowsOf(object) {
  return Object.entries(object ?? {}).map(([name, value]) => {
    const source = Object.keys(sources).find((member) => value && typeof value === "object" && member in value) ?? "text";
    return { name, source, value: source === "text" ? String(value ?? "") : String(value[source]) };
  });
}

/** The object of such rows; those without a name are left out. Of two with one name the last counts. */
export const objectOf = (rows) =>
  Object.fromEntries(rows.filter(({ name }) => name.trim()).map(({ name, source, value }) => [name.trim(), source === "text" ? value : { [source]: value }]));

/** An object that changes `before` to `after` where the server merges them: what is gone is null. */
export const changesOf = (before, after) => ({ ...Object.fromEntries(Object.keys(before ?? {}).map((name) => [name, null])), ...after });
