/* The service worker: shows the lessons that a learner opened where the site cannot be reached.

   Pages come from the network first. Kept is only what the server marks as such, in the cache of
   the reader that it names; a page for somebody else, or for nobody, empties the caches of others.
   `self.COURSES` is { version, page, files, signOut, seconds }, see courses/web/offline.py. */

"use strict";

const SIGN_OUT = self.COURSES.signOut;

const PATIENCE_MS = 4000;
const AWAY = new Set([502, 503, 504]);

const OURS = /^(?:(?:courses|attempts|certificates|account)\/.*|progress\/|offline\/|)$/;
const KEPT_KINDS = new Set(["style", "script", "font", "image"]);

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(keepOfflinePage().catch(() => {}));
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data?.forget) event.waitUntil(forget());
  if (event.data?.keep) event.waitUntil(fetchAndKeep(new URL(event.data.keep)).catch(() => {}));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method !== "GET") {
    if (SIGN_OUT && url.pathname === SIGN_OUT) event.waitUntil(forget());
  } else if (request.mode === "navigate") {
    if (OURS.test(placeOf(url))) event.respondWith(page(event, url));
  } else if (KEPT_KINDS.has(request.destination) && isFile(url)) {
    event.respondWith(file(request));
  }
});

/* The page from the network; where that fails or takes long, as it was kept; else the honest page. */
async function page(event, url) {
  const number = nextNumber();
  const noted = fetch(event.request).then(async (response) => {
    return note(url, response, number).catch(() => ({ response }));
  });
  event.waitUntil(noted.then(({ kept }) => kept).catch(() => {}));
  const copy = keptPage(url).catch(() => null);
  const patience = copy.then((found) => (found ? later(PATIENCE_MS) : new Promise(() => {})));
  let response = null;
  try {
    response = await Promise.race([noted.then((found) => found.response), patience]);
  } catch {
    // No network, or nobody there.
  }
  if (response && !AWAY.has(response.status)) return response;
  return (await copy) ?? response ?? (await offlinePage());
}

async function fetchAndKeep(url) {
  const number = nextNumber();
  const { kept } = await note(url, await fetch(url.href, { redirect: "manual" }), number);
  await kept;
}

/* Do what the response says: empty what is another's, keep the page, or keep it no longer. Gives the
   response once nothing of somebody else is left, and `kept`, a promise of the rest. */
async function note(url, response, number) {
  const reader = response.headers.get("X-Courses-Reader");
  const isKept = response.ok && reader && response.headers.has("X-Courses-Keep") && !isSecret(response);
  const copy = isKept ? response.clone() : null;
  if (reader) await belongsTo(reader, number);
  if (copy) return { response, kept: keep(url, copy, PAGES + reader) };
  const isRefused = response.type === "opaqueredirect" || (response.status >= 400 && response.status < 500);
  if (isRefused) await drop(url);
  return { response };
}

function isSecret(response) {
  return (response.headers.get("Cache-Control") ?? "").includes("no-store");
}

/* A style sheet, a script, a font or a picture: the kept one where there is no network. */
async function file(request) {
  const network = fetch(request);
  const late = later(PATIENCE_MS).then(async () => (await storedFile(request.url)) ?? network);
  late.catch(() => {});
  try {
    return await Promise.race([network, late]);
  } catch (error) {
    const found = await storedFile(request.url);
    if (found) return found;
    throw error;
  }
}

function later(milliseconds) {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds));
}

// --- Whose pages they are

let current = null;
let counter = 0;
let newest = 0;
let emptying = Promise.resolve();

function nextNumber() {
  counter += 1;
  return counter;
}

/* The answer to a page that was asked for earlier than the last one says nothing new. */
function belongsTo(reader, number) {
  if (number < newest) return emptying;
  newest = number;
  current = PAGES + reader;
  return emptyAllBut(current);
}

function forget() {
  newest = nextNumber();
  current = null;
  return emptyAllBut(null);
}

function emptyAllBut(name) {
  emptying = emptying.then(async () => {
    const gone = (await readers()).filter((one) => one !== name);
    await Promise.all(gone.map((one) => caches.delete(one)));
  });
  return emptying;
}
