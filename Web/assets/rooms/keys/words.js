// What the room of keys says.

/**
 * What happens when a key is revoked.
 *
 * @param {{name: string}} key
 * @param {{count: number, needsKey: boolean}} state How many keys there are now, and whether this server asks for one.
 */
export function consequences(key, { count, needsKey }) {
  const first = `Whatever uses ${key.name} is refused from now on.`;
  if (count > 1) return first;
  if (needsKey) return `${first} It is the last key: nobody can sign in here, nor use the API, until somebody makes a new one on the server with “parley keys create”.`;
  return `${first} It is the last key: this server then answers only programs and pages of this machine.`;
}
