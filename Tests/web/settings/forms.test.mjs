import assert from "node:assert/strict";
import test from "node:test";
import { bodyOf, changesOf, kinds, titleOf } from "../../../Web/assets/rooms/settings/kinds.js";
import { settingsText, webhookOf } from "../../../Web/assets/rooms/settings/settings-text.js";
import { textOf, valuesOf } from "../../../Web/assets/rooms/settings/values.js";

test("what was taken out of a map is null", () => {
  assert.deepEqual(changesOf({ a: "1", b: "2" }, { b: "3" }), { a: null, b: "3" });
  assert.deepEqual(changesOf(undefined, {}), {});
});

test("a new connection has what was filled in, in its shapes", () => {
  const values = { name: " Booking ", provider: "Acme", token_url: " https://a.example/token ", client_id: "id", client_secret: " s3 ", scopes: "read, write", basic_auth_in_header: false, extra_params: {}, custom_headers: { A: "b" } };
  assert.deepEqual(bodyOf("oauth2_client_credentials", values), {
    auth_type: "oauth2_client_credentials",
    name: "Booking",
    provider: "Acme",
    token_url: "https://a.example/token",
    client_id: "id",
    client_secret: " s3 ",
    scopes: ["read", "write"],
    custom_headers: { A: "b" },
  });
});

test("a changed connection keeps secrets that were left empty, and empties what was emptied", () => {
  const before = { name: "J", provider: "P", algorithm: "RS256", key_id: "k", issuer: "i", audience: "a", subject: "s", expiration_seconds: 60, extra_params: { old: "********" }, extra_headers: {} };
  const values = { ...before, key_id: "", expiration_seconds: "90", secret_key: "", extra_params: {} };
  const body = bodyOf("private_key_jwt", values, before);
  assert.equal("secret_key" in body, false);
  assert.equal(body.key_id, "");
  assert.equal(body.expiration_seconds, 90);
  assert.deepEqual(body.extra_params, { old: null });
});

test("every kind can be filled in, and an unknown one is shown by its name", () => {
  assert.equal(Object.keys(kinds).length, 7);
  for (const [type, { members }] of Object.entries(kinds)) {
    const values = { name: "n", provider: "p", ...Object.fromEntries(members.map(({ name, type: shape, value }) => [name, shape === "map" ? {} : shape === "flag" ? false : String(value ?? "x")])) };
    const body = bodyOf(type, values);
    for (const { name, required } of members) if (required) assert.ok(body[name], `${type}.${name}`);
  }
  assert.equal(titleOf("brand_new"), "brand_new");
});

test("values of variables: empty means as in production, and removes what was there", () => {
  assert.deepEqual(valuesOf("string", { production: "a", staging: "" }), { production: "a" });
  assert.deepEqual(valuesOf("string", { production: "a", staging: "" }, { production: "b", staging: "c" }), { production: "a", staging: null });
  assert.deepEqual(valuesOf("secret", { production: "secret_1" }), { production: { secret_id: "secret_1" } });
  assert.equal(textOf("auth_connection", { auth_connection_id: "auth_1" }), "auth_1");
  assert.equal(textOf("string", undefined), "");
});

test("settings are edited without what the server tells of them", () => {
  assert.deepEqual(JSON.parse(settingsText({ can_use_mcp_servers: true, metadata: { warnings: [] } })), { can_use_mcp_servers: true });
  assert.equal(webhookOf(false, "https://a.example", {}, { url: "x" }), null);
  assert.deepEqual(webhookOf(true, " https://a.example ", { A: "b" }, { url: "x", more: 1 }), { url: "https://a.example", request_headers: { A: "b" }, more: 1 });
});
