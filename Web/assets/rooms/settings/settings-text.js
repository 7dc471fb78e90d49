// The settings of the workspace as a text, and what the form makes of its webhook.

/** The JSON that people edit: without what the server only tells. */
export function settingsText({ metadata, ...settings }) {
  return JSON.stringify(settings, null, 2);
}

/** The webhook as it is sent: null for none, and what the form does not know of the present one is kept. */
export const webhookOf = (isOn, url, headers, present) => (isOn ? { ...present, url: url.trim(), request_headers: headers } : null);
