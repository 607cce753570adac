/* What happened to the pages and files of documents: the same as macros/control/changes/texts.py; a test holds the two together. */
import { bag, entries, likeness } from "./redline.js";

const MOST_MOVES = 2_500;
const RENAMED = 0.6;
const byPath = (texts) => new Map(texts.map((text) => [text.path, text]));
const sources = ({ documents }) => new Map(documents.flatMap((document) => Object.entries(document.sources)));

/** Files that only have another path now, from the old path to the new: the same bytes, or a page with most of the same words. */
export function fileMoves(old, now) {
  const [before, after] = [sources(old), sources(now)];
  const [pages, renamed] = [byPath(old.texts), byPath(now.texts)];
  const paths = (...maps) => [...new Set(maps.flatMap((map) => [...map.keys()]))].sort();
  const gone = paths(before, pages).filter((path) => !after.has(path) && !renamed.has(path));
  const come = paths(after, renamed).filter((path) => !before.has(path) && !pages.has(path));
  const moves = new Map();
  const taken = new Set();
  const move = (path, other) => {
    moves.set(path, other);
    taken.add(other);
  };
  for (const path of gone) {
    const other = before.has(path) && come.find((other) => !taken.has(other) && after.get(other) === before.get(path));
    if (other) move(path, other);
  }
  const words = (found) => ({ path: found.path, bag: bag(found.paragraphs.join("\n")) });
  const rest = gone.filter((path) => pages.has(path) && !moves.has(path)).map((path) => words(pages.get(path)));
  const free = come.filter((path) => renamed.has(path) && !taken.has(path)).map((path) => words(renamed.get(path)));
  if (rest.length * free.length > MOST_MOVES) return moves;
  const pairs = rest.flatMap((one) => free.map((other) => ({ share: likeness(one.bag, other.bag), path: one.path, other: other.path })));
  for (const { share, path, other } of pairs.sort((one, other) => other.share - one.share))
    if (share >= RENAMED && !moves.has(path) && !taken.has(other)) move(path, other);
  return moves;
}

/** The document (null where there is none) and the change of every page that is not as it was. */
export function textsChanged(old, now, moves) {
  const [before, after] = [byPath(old.texts), byPath(now.texts)];
  const origin = new Map([...moves].map(([was, path]) => [path, was]));
  const found = [];
  const tell = (mark, { document, path, title, address }, was = null, edits = [], sections = []) =>
    found.push([document, { mark, path, title, address: mark === "removed" ? null : address, was, edits, sections }]);
  for (const [path, text] of after) {
    const was = origin.get(path) ?? null;
    const earlier = before.get(was ?? path);
    if (!earlier) tell("added", text);
    else if (earlier.digest !== text.digest) {
      const edits = entries(earlier.paragraphs, text.paragraphs);
      const sections = edits.map((edit) => (edit.new === null ? section(earlier, edit.old) : section(text, edit.new)));
      tell("changed", text, was, edits, sections);
    } else if (was) tell("moved", text, was);
  }
  for (const [path, text] of before) if (!after.has(path) && !moves.has(path)) tell("removed", text);
  return found;
}

/** The heading above a paragraph; empty above the first. */
function section({ headings, paragraphs }, at) {
  const above = headings.findLast((number) => number < at);
  return above === undefined ? "" : paragraphs[above];
}

/** What happened to a document's files that neither its pages nor its records show. */
export function filesChanged(then, now, texts, moves, touched) {
  const told = new Set([...texts.map(({ path }) => path), ...touched]);
  const origin = new Map([...moves].map(([was, path]) => [path, was]));
  const found = [];
  for (const [path, sum] of Object.entries(now.sources)) {
    if (told.has(path)) continue;
    const was = origin.get(path) ?? path;
    const page = path.endsWith(".md");
    if (!Object.hasOwn(then.sources, was)) {
      if (!page) found.push(origin.has(path) ? `${path}: moved from ${was}` : `${path}: added`);
    } else if (then.sources[was] !== sum) {
      const how = page ? "changed without a change of words" : path.startsWith("aims_data/") ? "changed without a change of values" : "replaced";
      found.push(`${path}: ${how}`);
    } else if (was !== path) found.push(`${path}: moved from ${was}`);
  }
  for (const path of Object.keys(then.sources))
    if (!Object.hasOwn(now.sources, path) && !moves.has(path) && !told.has(path) && !path.endsWith(".md")) found.push(`${path}: removed`);
  return found;
}

/** Whether the files differ, and no technical change (a reseal) accounts for it. */
export function contentChanged(then, now, moves) {
  const moved = Object.entries(then.sources).map(([path, sum]) => [moves.get(path) ?? path, sum]);
  const same = new Map(moved).size === Object.keys(now.sources).length && moved.every(([path, sum]) => now.sources[path] === sum);
  return !same && (then.seal ?? null) === (now.seal ?? null);
}
