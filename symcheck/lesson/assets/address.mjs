// What a reader has set stands in the address: #section?name=value&..., so that it can be sent and kept.

const known = new Map();
const listeners = [];

export function remember(name, value, element) {
  if (value === null) known.delete(name);
  else known.set(name, String(value));
  const section = element.closest("section")?.id ?? "";
  const query = new URLSearchParams([...known]).toString();
  history.replaceState(null, "", `#${section}${query ? `?${query}` : ""}`);
}

export function onState(listener) {
  listeners.push(listener);
}

export function readAddress() {
  const [section, query] = location.hash.slice(1).split("?");
  if (query === undefined) return;
  known.clear();
  for (const [name, value] of new URLSearchParams(query)) known.set(name, value);
  for (const listener of listeners) listener((name) => known.get(name) ?? null);
  document.getElementById(section)?.scrollIntoView();
}
