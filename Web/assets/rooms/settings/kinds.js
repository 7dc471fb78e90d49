// The kinds of auth connections: what each one needs, and the bodies of requests that make or change one.

const text = (name, label, help = null, more = {}) => ({ name, label, help, type: "text", required: true, ...more });
const secret = (name, label, help = null, more = {}) => text(name, label, help, { type: "secret", ...more });
const optional = { required: false };

const scopes = text("scopes", "Scopes", "Separated by spaces.", { type: "list", ...optional });
const jwt = [
  text("algorithm", "Algorithm", "HS signs with a text; RS and PS sign with an RSA key in PEM.", { type: "choice", value: "RS256", options: ["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"] }),
  secret("secret_key", "Signing key", "A text, or an RSA key in PEM of at least 2048 bits.", { isLong: true }),
  text("key_id", "Key id", "Stands in the token's header as “kid”.", optional),
  text("issuer", "Issuer"),
  text("audience", "Audience"),
  text("subject", "Subject"),
  text("expiration_seconds", "Valid for, in seconds", null, { type: "number", value: 3600, min: 1, max: 86_400 }),
  text("extra_params", "More claims", null, { type: "map", ...optional }),
  text("extra_headers", "More headers of the token", null, { type: "map", ...optional }),
];

/** By `auth_type`: the title, what requests carry, and the members in the order of the form. */
export const kinds = {
  bearer_auth: { title: "Bearer token", help: "Requests carry “Authorization: Bearer” with a token that does not change.", members: [secret("token", "Token")] },
  basic_auth: { title: "User name and password", help: "Requests carry them as basic auth.", members: [text("username", "User name"), secret("password", "Password")] },
  custom_header_auth: { title: "Header of your own", help: "Requests carry a header that you name.", members: [text("header_name", "Header", "Such as X-Api-Key."), secret("token", "Value")] },
  oauth2_client_credentials: {
    title: "OAuth 2, client credentials",
    help: "A token is asked for with a client's id and secret, and renewed in time.",
    members: [
      text("token_url", "Address of the token server", "Its https address."),
      text("client_id", "Client id"),
      secret("client_secret", "Client secret"),
      scopes,
      text("basic_auth_in_header", "Send id and secret as basic auth", "Otherwise they stand in the request's body.", { type: "flag", ...optional }),
      text("extra_params", "More parameters", null, { type: "map", ...optional }),
      text("custom_headers", "More headers of the request", null, { type: "map", ...optional }),
    ],
  },
  oauth2_jwt: {
    title: "OAuth 2, signed JWT",
    help: "A token is asked for with a JWT that this server signs.",
    members: [
      text("token_url", "Address of the token server", "Its https address."),
      text("jwt_usage", "The JWT stands for", null, { type: "choice", value: "authorization_grant", options: [["authorization_grant", "the permission itself"], ["client_authentication", "the client's secret"]] }),
      scopes,
      text("token_response_field", "Which token of the answer counts", null, { type: "choice", value: "access_token", options: ["access_token", "id_token"] }),
      ...jwt,
    ],
  },
  private_key_jwt: { title: "Signed JWT", help: "Requests carry a JWT that this server signs.", members: jwt },
  mtls: {
    title: "Client certificate",
    help: "TLS shows a certificate; requests carry nothing more.",
    members: [
      secret("client_certificate", "Client certificate", "In PEM.", { isLong: true }),
      secret("client_key", "Its key", "In PEM.", { isLong: true }),
      secret("key_passphrase", "The key's passphrase", null, optional),
      secret("ca_certificate", "Certificate of the authority", "In PEM. It vouches for the server, beside the usual authorities.", { isLong: true, ...optional }),
    ],
  },
};

export const titleOf = (type) => kinds[type]?.title ?? type;

/**
 * The body of a request from a form's values: texts, booleans and objects by member.
 *
 * @param {object|null} before The connection that is changed: secrets that were left empty stay as they are, and what was taken
 *   out of a map is null.
 */
export function bodyOf(type, values, before = null) {
  const body = { auth_type: type, name: values.name?.trim() ?? "", provider: values.provider?.trim() ?? "" };
  for (const { name, type: shape } of kinds[type].members) {
    const value = valueOf(shape, values[name]);
    if (shape === "map") {
      const map = before ? changesOf(before[name], value) : value;
      if (Object.keys(map).length) body[name] = map;
    } else if (shape === "list" || shape === "flag") {
      if (before || value === true || value.length) body[name] = value;
    } else if (value !== "" || (before?.[name] && shape !== "secret")) body[name] = value;
  }
  return body;
}

function valueOf(shape, value) {
  if (shape === "list") return (value ?? "").split(/[\s,]+/).filter(Boolean);
  if (shape === "flag") return Boolean(value);
  if (shape === "map") return value ?? {};
  if (shape === "number") return value === "" || value === null || value === undefined ? "" : Number(value);
  return shape === "secret" ? (value ?? "") : (value ?? "").trim();
}

/** An object that changes `before` to `after` where the server merges them: what is gone is null. */
export const changesOf = (before, after) => ({ ...Object.fromEntries(Object.keys(before ?? {}).map((name) => [name, null])), ...after });
