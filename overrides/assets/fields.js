/* What changed between the fields of one record then and now: the same as macros/control/changes/fields.py; a test holds the two together. */
import { ALIKE, alike, counted, entries, words } from "./redline.js";

const ARROW = " › ";
const SAME_WORDS = "only the order or the line breaks changed";
const isFields = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const key = (value) => JSON.stringify(value);
const added = (text) => ({ mark: "added", pieces: [{ mark: "added", text }], old: null, new: null });
const removed = (text) => ({ mark: "removed", pieces: [{ mark: "removed", text }], old: null, new: null });
const change = (label, edits) => ({ label, edits });

const human = (name) => {
  const text = name.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
};

/** The words for ids and kinds in two states; the newer state is asked first. */
export class Names {
  constructor(old, now) {
    const both = (name) => [...old[name], ...now[name]];
    this.labels = new Map(both("records").map((record) => [record.id, this.label(record)]));
    this.kinds = { ...old.kinds, ...now.kinds };
    this.versions = new Map(both("documents").map(({ id, version }) => [id, version]));
  }

  label({ id, title }) {
    return id.includes(":") || isLower(id) || /^(U-|SITE-)/.test(id) || id === title ? title : `${id} ${title}`;
  }

  name(id) {
    return this.labels.get(id) || (isLower(id) ? id.replaceAll("-", " ") : id);
  }

  document(id) {
    const version = this.versions.get(id);
    return (id ? this.name(id) : "") + (version ? `, version ${version}` : "");
  }

  kind(id) {
    return this.kinds[id]?.title ?? human(id);
  }

  refs(kind) {
    return new Set(this.kinds[kind]?.refs);
  }
}

const isLower = (id) => id === id.toLowerCase() && id !== id.toUpperCase();

/** Every field that differs, in the order of the newer record. `label` and `path` lead to these fields from the record. */
export function compared(old, now, names, refs, label = "", path = "") {
  const found = [];
  for (const name of [...Object.keys(now), ...Object.keys(old).filter((name) => !Object.hasOwn(now, name))]) {
    const [before, after] = [old, now].map((fields) => (Object.hasOwn(fields, name) ? fields[name] : undefined));
    if (key(before) === key(after)) continue;
    const [here, inside] = [label + human(name), path ? `${path}.${name}` : name];
    if (isFields(before) && isFields(after)) found.push(...compared(before, after, names, refs, here + ARROW, inside));
    else if ([before, after].every((value) => value === undefined || Array.isArray(value)))
      found.push(...lists(before ?? [], after ?? [], names, refs, here, inside));
    else found.push(change(here, [valueChange(before, after, names, refs, inside)]));
  }
  return found;
}

/** Any value as words on one line. */
function shown(value, names, refs, path) {
  if (isFields(value))
    return Object.entries(value)
      .map(([name, inner]) => `${human(name)}: ${shown(inner, names, refs, `${path}.${name}`)}`)
      .join("; ");
  if (Array.isArray(value)) return value.map((inner) => shown(inner, names, refs, path)).join(", ");
  return refs.has(path) ? names.name(String(value)) : String(value);
}

function valueChange(before, after, names, refs, path) {
  const [old, now] = [before, after].map((value) => (value === undefined ? "" : shown(value, names, refs, path)));
  if (before === undefined) return added(now);
  if (after === undefined) return removed(old);
  const replaced = [
    { mark: "removed", text: old },
    { mark: "added", text: now },
  ];
  const pieces = refs.has(path) && old !== now ? replaced : words(old, now);
  const seen = pieces.some(({ mark }) => mark !== "same") ? pieces : [{ mark: "same", text: SAME_WORDS }];
  return { mark: "changed", pieces: seen, old: null, new: null };
}

function lists(before, after, names, refs, label, path) {
  let found = [];
  if (![...before, ...after].every((item) => typeof item === "string")) found = parts(before, after, names, refs, label, path);
  else {
    const edits = refs.has(path) ? idsChanged(before, after, names) : entries(before, after).filter(({ mark }) => mark !== "moved");
    found = edits.length ? [change(label, edits)] : [];
  }
  return found.length ? found : [change(label, [{ mark: "moved", pieces: [{ mark: "same", text: SAME_WORDS }], old: null, new: null }])];
}

function idsChanged(before, after, names) {
  const [old, now] = [counted(before), counted(after)];
  const more = (one, other) => [...one].filter(([id, count]) => count > (other.get(id) ?? 0)).map(([id]) => names.name(id));
  return [...more(now, old).map(added), ...more(old, now).map(removed)];
}

/** Lists of fields: what has the same first value is the same entry, else what has most words in common. */
function parts(before, after, names, refs, label, path) {
  const [gone, come] = [without(before, after), without(after, before)];
  const pairs = [];
  for (const item of [...come]) {
    const shares = gone.map((other) => alike(key(other), key(item)));
    let at = gone.findIndex((other) => first(other) === first(item));
    if (at < 0 && gone.length && Math.max(...shares) >= ALIKE) at = shares.indexOf(Math.max(...shares));
    if (at < 0) continue;
    pairs.push([...gone.splice(at, 1), item]);
    come.splice(
      come.findIndex((other) => key(other) === key(item)),
      1,
    );
  }
  const words = (item) => shown(item, names, refs, path);
  const edits = [...come.map((item) => added(words(item))), ...gone.map((item) => removed(words(item)))];
  const found = edits.length ? [change(label, edits)] : [];
  for (const [old, now] of pairs) {
    if (isFields(old) && isFields(now)) {
      const name = refs.has(`${path}.${Object.keys(now)[0] ?? ""}`) ? names.name(first(now)) : first(now);
      found.push(...compared(old, now, names, refs, `${label}${ARROW}${name}${ARROW}`, path));
    } else found.push(change(label, [valueChange(old, now, names, refs, path)]));
  }
  return found;
}

/** The value by which an entry is known: its first. */
function first(item) {
  const value = isFields(item) ? (Object.values(item)[0] ?? "") : item;
  return typeof value === "string" ? value : key(value);
}

/** The items that are not among the others, as often as they are there more often. */
function without(items, others) {
  const left = counted(others.map(key));
  return items.filter((item) => {
    const count = left.get(key(item)) ?? 0;
    left.set(key(item), count - 1);
    return count <= 0;
  });
}
