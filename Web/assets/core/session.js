// Who is signed in. The key is exchanged for a cookie that scripts cannot read, and kept nowhere.

import { get, post, remove } from "./api.js";

const PATH = "/v1/parley/session";

/** @returns {Promise<{signed_in: boolean, needs_key: boolean}>} */
export const session = () => get(PATH);

/** @throws {APIError} 401 when the server does not know the key. */
export const signIn = (key) => post(PATH, { api_key: key }, { asks: false });

export const signOut = () => remove(PATH);
