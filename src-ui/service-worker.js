// The service worker: opens the page without the hub.
//
// The build writes the page's files with the beginnings of their SHA-256 hashes in place of __FILES__:
//   { version: "9b0c…", shell: { "/style.css": "5f3a…", … }, decoder: { common: {…}, simd: {…}, plain: {…} } }
// A changed file changes this script, and a changed script is a new worker to the browser. It fetches all files of its
// own version, waits until the reader takes it or every tab of the older one is closed, and then serves no other. Calls,
// events and whatever is not listed here go to the hub untouched.

const FILES = __FILES__;

/** The addresses of the shopper's screens, as src-ui/src/app.rs has them. The counter is always the hub's own. */
const SCREENS = /^\/(?:$|(?:c|p|in|search|scan|cart|checkout|orders|card|coupons|gift-card|me|my-data|pair|reviews|t)(?:\/|$))/;
const INDEX = "/index.html";

/** A picture is named by the hash of its bytes: what is kept under the name stays right. */
const PICTURE = /^\/pictures\/[0-9a-f]{64}$/;
const PICTURES = "pictures";
const MOST_PICTURES = 500;
const MOST_PICTURE_BYTES = 30e6;

/** A module whose one function gives a vector of zeros: valid where the browser knows SIMD. As in scan-worker.js. */
const USES_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, // magic number, version
  1, 5, 1, 96, 0, 1, 123, // types: () -> v128
  3, 2, 1, 0, // functions: of that type
  10, 8, 1, 6, 0, 65, 0, 253, 15, 11, // code: i32.const 0, i8x16.splat
]);
const decoder = {
  ...FILES.decoder.common,
  ...(WebAssembly.validate(USES_SIMD) ? FILES.decoder.simd : FILES.decoder.plain),
};
const files = { ...FILES.shell, ...FILES.decoder.common, ...FILES.decoder.simd, ...FILES.decoder.plain };

// A file is kept under its address and its hash: unchanged ones are taken from the older version's cache.
const SHELL = "shell-";
const shell = SHELL + FILES.version;
const keyOf = (path) => `${path}?${files[path]}`;

self.addEventListener("install", (event) => {
  event.waitUntil(fetchAll());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (SCREENS.test(url.pathname)) event.respondWith(serve(INDEX));
  } else if (PICTURE.test(url.pathname)) {
    event.respondWith(picture(event));
  } else if (url.pathname in files) {
    event.respondWith(file(event, url.pathname));
  }
});

async function fetchAll() {
  await Promise.all(Object.keys(FILES.shell).map(keep));
  // Who scans later may be offline then. Whoever saves data fetches the decoder at first use.
  if (!self.navigator.connection?.saveData) await Promise.allSettled(Object.keys(decoder).map(keep));
}

async function takeOver() {
  const older = (await caches.keys()).filter((name) => name.startsWith(SHELL) && name !== shell);
  await Promise.all(older.map((name) => caches.delete(name)));
  // The first page of all was loaded a moment ago, from the same hub: it needs not be opened again to be looked after.
  if (older.length === 0) await self.clients.claim();
}

/** Keeps a file of this version, and no other. */
async function keep(path) {
  const cache = await caches.open(shell);
  const there = await caches.match(keyOf(path));
  if (there) return cache.put(keyOf(path), there);
  // Past the browser's own cache without asking: that may be older than the hub.
  const response = await fetch(path, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  const digest = await crypto.subtle.digest("SHA-256", await response.clone().arrayBuffer());
  const hash = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (!hash.startsWith(files[path])) throw new Error(`${path} is of another version`);
  return cache.put(keyOf(path), response);
}

async function serve(path) {
  const cache = await caches.open(shell);
  const there = await cache.match(keyOf(path));
  if (there) return there;
  try {
    await keep(path);
  } catch {
    // The hub is gone, or has become a newer one: the reader is told as soon as that is here.
    self.registration.update().catch(() => {});
    return Response.error();
  }
  return cache.match(keyOf(path));
}

/** A file of the page, for the page of this version: the counter loads what the hub has. */
async function file(event, path) {
  const client = event.clientId ? await self.clients.get(event.clientId) : undefined;
  const atCounter = client && new URL(client.url).pathname.startsWith("/counter");
  return atCounter ? fetch(event.request) : serve(path);
}

/** A picture, out of the cache or into it. */
async function picture(event) {
  const cache = await caches.open(PICTURES);
  const there = await cache.match(event.request.url);
  if (there) {
    event.waitUntil(freshen(cache, event.request.url, there.clone()));
    return there;
  }
  const response = await fetch(event.request);
  if (response.status === 200 && response.type === "basic") {
    event.waitUntil(keepPicture(cache, event.request.url, response.clone()));
  }
  return response;
}

/** The pictures that this worker has moved to the end already: once in its life is enough. */
const fresh = new Set();
let trimming = Promise.resolve();

/** A cache lists its entries in the order in which they were put in: the first was not looked at for longest. */
async function freshen(cache, url, response) {
  if (fresh.has(url)) return;
  fresh.add(url);
  await cache.delete(url);
  await cache.put(url, response);
}

async function keepPicture(cache, url, response) {
  fresh.add(url);
  try {
    await cache.put(url, response);
  } catch {
    // The browser's room is used up: a picture is shown without being kept.
    return;
  }
  trimming = trimming.then(() => trim(cache), () => trim(cache));
  await trimming;
}

/** Lets go of what was not looked at for longest, until the rest fits. */
async function trim(cache) {
  const kept = await cache.keys();
  let bytes = 0;
  for (const [place, request] of kept.reverse().entries()) {
    const response = await cache.match(request);
    bytes += Number(response?.headers.get("content-length") ?? 0) || (await response?.blob())?.size || 0;
    if (place >= MOST_PICTURES || bytes > MOST_PICTURE_BYTES) await cache.delete(request);
  }
}
