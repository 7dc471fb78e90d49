// The values of environment variables, as a form has them and as the API does.

/** What a variable's values are: its title, and the member that names what is meant; null for plain texts. */
export const types = {
  string: { title: "Text", member: null },
  secret: { title: "Secret", member: "secret_id" },
  auth_connection: { title: "Auth connection", member: "auth_connection_id" },
};

/** The text of a value: a plain one, or the id that it names. */
export const textOf = (type, value) => (types[type]?.member ? value?.[types[type].member] : value) ?? "";

/**
 * The member `values` of a request that makes or changes a variable.
 *
 * @param {Object<string, string>} texts By environment; an empty one means that production's value counts there.
 * @param {object} before The values that the variable has: what is empty now and was not is removed with null.
 */
export function valuesOf(type, texts, before = {}) {
  const member = types[type].member;
  const entries = Object.entries(texts).filter(([environment, text]) => text !== "" || environment in before || environment === "production");
  return Object.fromEntries(entries.map(([environment, text]) => [environment, text === "" && environment !== "production" ? null : member ? { [member]: text } : text]));
}
