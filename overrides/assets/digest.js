/* SHA-256 of what a server sends, without keeping more of it in memory than needed. */

/** Above this size a file is hashed while it arrives, by the bundled script; the browser's own function wants it whole. */
const WHOLE = 32 * 1024 * 1024;

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Browsers offer their own SHA-256 only over https, and over http on the same machine. */
export const ownSha256 = () => Boolean(globalThis.crypto?.subtle);

let library;
async function bundled() {
  library ??= import("./sha256.min.js");
  await library;
  return globalThis.sha256.create();
}

/**
 * Reads a response to its end, or until more than `limit` bytes have come. Gives `{sha256, size, bytes}`: hex, "" when there was too much;
 * `bytes` is a Blob, null for a large one. Raises what `fetch` raises when the connection breaks or the signal stops it.
 */
export async function read(response, limit) {
  const hash = ownSha256() && limit <= WHOLE ? null : await bundled();
  const parts = [];
  let size = 0;
  const reader = response.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      return { sha256: "", size, bytes: null };
    }
    hash?.update(value);
    if (limit <= WHOLE) parts.push(value);
  }
  const bytes = limit <= WHOLE ? new Blob(parts) : null;
  return { sha256: hash ? hash.hex() : hex(await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer())), size, bytes };
}
