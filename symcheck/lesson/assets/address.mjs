// What a reader has set stands in the address: #section?name=value&..., so that it can be sent and kept.

const known = new Map();
const listeners = [];
// Marks an entry of the history whose address is complete; one made by a link to a section is not.
const COMPLETE = { complete: true };

export function remember(name, value, element) {
  if (value === null) known.delete(name);
  else known.set(name, String(value));
  write(element.closest("section")?.id ?? "");
}

function write(section) {
  const query = new URLSearchParams([...known]).toString();
  try {
    history.replaceState(COMPLETE, "", section || query ? `#${section}${query ? `?${query}` : ""}` : location.href);
  } catch {
    // In a frame of another page, or after too many changes in a short time, the address stays as it is.
  }
}

export function onState(listener) {
  listeners.push(listener);
}

// At the start, and whenever the address changes: all follows it, what it does not name goes back to what it was at first.
export function readAddress() {
  const [section, query] = location.hash.slice(1).split("?");
  if (query === undefined && history.state === null && known.size) return write(section);
  known.clear();
  for (const [name, value] of new URLSearchParams(query)) known.set(name, value);
  for (const listener of listeners) listener((name) => known.get(name) ?? null);
  if (query === undefined) write(section);
  else document.getElementById(section)?.scrollIntoView();
  return undefined;
}

// A whole number from 0 to the last one, written out; null for anything else.
export function wholeIn(text, last) {
  return /^\d+$/.test(text ?? "") && Number(text) <= last ? Number(text) : null;
}
