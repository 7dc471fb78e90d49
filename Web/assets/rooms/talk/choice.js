// Which agents can be chosen, and which one is.

/**
 * @param {{agent_id: string, name: string}[]} agents
 * @param {{asked?: string|null, last?: string|null}} wishes `asked` is what the address names, known or not; `last` what was chosen last.
 * @returns {{options: [string, string][], selected: string|null}} Ids with names, by name; those of one name have their id beside it.
 */
export function choice(agents, { asked = null, last = null } = {}) {
  const names = new Map();
  for (const { name } of agents) names.set(name, (names.get(name) ?? 0) + 1);
  const options = agents
    .map(({ agent_id: id, name }) => [id, names.get(name) > 1 ? `${name} (${id})` : name || id])
    .sort(([, a], [, b]) => a.localeCompare(b));
  const isThere = (id) => options.some(([candidate]) => candidate === id);
  return { options, selected: asked ?? (isThere(last) ? last : (options[0]?.[0] ?? null)) };
}
