/*
 * What changed in a text, word by word, and in a list of texts, entry by entry: the same as macros/control/changes/redline.py, which says more about
 * each step; a test holds the two together. Plain values in and out: pieces {mark, text}, edits {mark, pieces, old, new}; the marks are same, removed,
 * added, changed, moved.
 */

const TOKEN = /[\p{L}\p{N}_]+(?:[-.,:/][\p{L}\p{N}_]+)*\s*|[^\p{L}\p{N}_\s]\s*|\s+/gu;
const WORD_OR_SIGN = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]/gu;
const FEW = 5;
const MOST_STEPS = 1_000_000;
const MOST_PAIRS = 4_000;
export const ALIKE = 0.5;
const CRUMB = 2;
const REWRITTEN = 4;
const SEAL = /\b([0-9a-f]{12})[0-9a-f]{52}\b/g;
const SIGNATURE = /-----BEGIN SSH SIGNATURE-----.*?-----END SSH SIGNATURE-----/gs;

/** How often each item occurs, in the order of their first occurrence. */
export function counted(items) {
  const found = new Map();
  for (const item of items) found.set(item, (found.get(item) ?? 0) + 1);
  return found;
}

const total = (counts) => [...counts.values()].reduce((sum, count) => sum + count, 0);

/** The words and signs of a text, counted. */
export const bag = (text) => counted(text.match(WORD_OR_SIGN) ?? []);

/** How much two bags of words have in common, from 0 to 1. */
export function likeness(old, now) {
  const all = total(old) + total(now);
  const shared = [...old].reduce((sum, [word, count]) => sum + Math.min(count, now.get(word) ?? 0), 0);
  return all ? (2 * shared) / all : 1;
}

export const alike = (old, now) => likeness(bag(old), bag(now));

// -- which stretches are equal ----------------------------------------------------------------------------------------------------------

/** The longest stretch that is in both, the first of several: where it begins in each, and its length. As Python's difflib finds it. */
function longest(before, places, [from, to, start, end]) {
  let [i, j, size] = [from, start, 0];
  let lengths = new Map();
  for (let at = from; at < to; at++) {
    const next = new Map();
    for (const place of places.get(before[at]) ?? []) {
      if (place < start) continue;
      if (place >= end) break;
      const length = (lengths.get(place - 1) ?? 0) + 1;
      next.set(place, length);
      if (length > size) [i, j, size] = [at - length + 1, place - length + 1, length];
    }
    lengths = next;
  }
  return [i, j, size];
}

/** The equal stretches in order, as [begin in before, begin in after, length]. */
function blocks(before, after) {
  const places = new Map();
  for (const [at, item] of after.entries()) places.has(item) ? places.get(item).push(at) : places.set(item, [at]);
  const found = [];
  const rest = [[0, before.length, 0, after.length]];
  while (rest.length) {
    const [from, to, start, end] = rest.pop();
    const [i, j, size] = longest(before, places, [from, to, start, end]);
    if (!size) continue;
    found.push([i, j, size]);
    if (from < i && start < j) rest.push([from, i, start, j]);
    if (i + size < to && j + size < end) rest.push([i + size, to, j + size, end]);
  }
  return found.sort(([one], [other]) => one - other);
}

/** What is equal and what differs, as [equal, from and to in old, from and to in now]; in bounded time. */
function codes(old, now) {
  const most = Math.min(old.length, now.length);
  let [head, tail] = [0, 0];
  while (head < most && old[head] === now[head]) head++;
  while (tail < most - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const [before, after] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)];
  const counts = counted(after);
  const steps = before.reduce((sum, item) => sum + (counts.get(item) ?? 0), 0) * Math.max(before.length, after.length) ** 0.5;
  const found = head ? [[true, 0, head, 0, head]] : [];
  let [i, j] = [head, head];
  for (const [x, y, size] of [...(steps <= MOST_STEPS ? blocks(before, after) : []), [before.length, after.length, 0]]) {
    if (i < head + x || j < head + y) found.push([false, i, head + x, j, head + y]);
    [i, j] = [head + x + size, head + y + size];
    if (size) found.push([true, i - size, i, j - size, j]);
  }
  return tail ? [...found, [true, i, i + tail, j, j + tail]] : found;
}

/** The same differences, with the crumbs between them counted as changed. */
function readable(all) {
  const found = [];
  for (const [number, [equal, i1, i2, j1, j2]] of all.entries()) {
    const last = found.at(-1);
    const [, o1, o2, n1, n2] = last ?? [true, 0, 0, 0, 0];
    const crumb = i2 - i1 <= CRUMB && o1 < o2 && n1 < n2 && o2 - o1 + n2 - n1 >= REWRITTEN && number < all.length - 1;
    if (last && !last[0] && (!equal || crumb)) found[found.length - 1] = [false, o1, i2, n1, j2];
    else found.push([equal, i1, i2, j1, j2]);
  }
  return found;
}

// -- words ------------------------------------------------------------------------------------------------------------------------------

const wordCount = (text) => text.split(/\s+/).filter(Boolean).length;

/** The words of both texts in one reading order. */
export function words(old, now) {
  if (Math.max(wordCount(old), wordCount(now)) <= FEW || alike(old, now) < ALIKE / 2) {
    return [
      { mark: "removed", text: old },
      { mark: "added", text: now },
    ];
  }
  const [before, after] = [old, now].map((text) => text.match(TOKEN) ?? []);
  const bare = (tokens) => tokens.map((token) => token.trim());
  const found = [];
  const put = (mark, text) => {
    if (found.at(-1)?.mark === mark) found.at(-1).text += text;
    else found.push({ mark, text });
  };
  for (const [equal, i1, i2, j1, j2] of readable(codes(bare(before), bare(after)))) {
    if (equal) {
      for (let at = 0; at < i2 - i1; at++) put("same", [before[i1 + at], after[j1 + at]].sort((one, other) => other.length - one.length)[0]);
      continue;
    }
    const [gone, come] = [before.slice(i1, i2).join(""), after.slice(j1, j2).join("")];
    if (gone) put("removed", come ? gone.trimEnd() : gone);
    if (come) put("added", gone ? come.trimEnd() : come);
    if (gone && /\s$/.test(come)) put("same", " ");
  }
  return found;
}

/** The pieces with long unchanged stretches cut to so many words around each change, and what only a program reads to its beginning. */
export function shortened(pieces, around = 12) {
  return pieces.map(({ mark, text }, number) => {
    const short = text.replace(SEAL, "$1…").replace(SIGNATURE, "(a signature)");
    const parts = short.match(/\S+\s*|\s+/g) ?? [];
    const [head, tail] = [number ? around : 0, number < pieces.length - 1 ? around : 0];
    if (mark !== "same" || pieces.length === 1 || parts.length <= head + tail + around) return { mark, text: short };
    const cut = `${parts.slice(0, head).join("")}… ${parts.slice(parts.length - tail).join("")}`;
    return { mark, text: tail ? cut : cut.trimEnd() };
  });
}

// -- entries of a list, paragraphs of a page --------------------------------------------------------------------------------------------

/** What happened to the entries of a list, in the new order. An entry that only stands elsewhere is moved. */
export function entries(old, now) {
  const edits = codes(old, now).flatMap(([equal, ...range]) => (equal ? [] : replaced(old, now, range)));
  const gone = new Map();
  for (const edit of edits.filter(({ mark }) => mark === "removed")) gone.set(edit.pieces[0].text, [...(gone.get(edit.pieces[0].text) ?? []), edit]);
  const moved = new Set();
  const found = edits.map((edit) => {
    const [{ text }] = edit.pieces;
    const origin = edit.mark === "added" ? gone.get(text)?.shift() : undefined;
    if (!origin) return edit;
    moved.add(origin);
    return { mark: "moved", pieces: [{ mark: "same", text }], old: origin.old, new: edit.new };
  });
  return found.filter((edit) => !moved.has(edit));
}

function replaced(old, now, [i1, i2, j1, j2]) {
  const found = [];
  const partner = partners(old, now, [i1, i2, j1, j2]);
  let at = i1;
  const removedUpTo = (end) => {
    for (; at < end; at++) found.push({ mark: "removed", pieces: [{ mark: "removed", text: old[at] }], old: at, new: null });
  };
  for (let number = j1; number < j2; number++) {
    const was = partner.get(number);
    if (was === undefined) found.push({ mark: "added", pieces: [{ mark: "added", text: now[number] }], old: null, new: number });
    else {
      removedUpTo(was);
      found.push({ mark: "changed", pieces: words(old[was], now[number]), old: was, new: number });
      at = was + 1;
    }
  }
  removedUpTo(i2);
  return found;
}

/** For each new entry the old one that it was, in order; only where enough words are common. */
function partners(old, now, [i1, i2, j1, j2]) {
  const found = new Map();
  if ((i2 - i1) * (j2 - j1) > MOST_PAIRS) return found;
  const bags = old.slice(i1, i2).map(bag);
  let at = i1;
  for (let number = j1; number < j2; number++) {
    const own = bag(now[number]);
    let [best, was] = [0, -1];
    for (let other = at; other < i2; other++) {
      const share = likeness(bags[other - i1], own);
      if (share > best) [best, was] = [share, other];
    }
    if (best < ALIKE) continue;
    found.set(number, was);
    at = was + 1;
  }
  return found;
}
