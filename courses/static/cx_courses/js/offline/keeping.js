/* What the service worker keeps: pages and their pictures in the cache of their reader, style sheets,
   scripts and fonts, and the page that says what can be read offline, in one for all. */

"use strict";

const FILES = "cx-courses-files";
const PAGES = "cx-courses-pages-";
const ABOUT = "X-Courses-Kept";

const MOST_PAGES = 60;
const MOST_BYTES = 60 * 1024 * 1024;

const HOME = new URL(self.registration.scope).pathname;
const FIGURE = /^courses\/[^/]+\/(?:assets\/|picture\/|modules\/[^/]+\/picture\/)/;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const IN_HTML = /\b(?:src|href|data-module)="([^"]+)"/g;
const PICTURES = /<img\b[^>]*?\bsrc="([^"]+)"/g;
const IN_SCRIPT = /(?:from|import)\s*\(?\s*"(\.[^"]+)"/g;
const IN_STYLE = /url\("?([^")]+)"?\)/g;

const fresh = new Set();

function placeOf(url) {
  return url.pathname.startsWith(HOME) ? url.pathname.slice(HOME.length) : "/";
}

function isShared(url) {
  return url.origin === self.location.origin && url.pathname.startsWith(self.COURSES.files);
}

function isPicture(url) {
  return url.origin === self.location.origin && FIGURE.test(placeOf(url));
}

function isFile(url) {
  return isShared(url) || isPicture(url);
}

function keyOf(url) {
  return url.origin + url.pathname;
}

// --- Reading

async function readers() {
  return (await caches.keys()).filter((name) => name.startsWith(PAGES));
}

/* The cache of the reader of this device. Where there are two, nobody is served from either. */
async function onlyReader() {
  await emptying;
  const names = await readers();
  return names.length === 1 ? names[0] : null;
}

async function match(name, address) {
  const cache = await caches.open(name);
  return cache.match(address, { ignoreVary: true });
}

async function keptPage(url) {
  const name = await onlyReader();
  const found = name && (await match(name, keyOf(url)));
  const about = found && aboutOf(found);
  if (!about || isOld(about)) return null;
  const text = await found.text();
  const moment = new Date(about.at).toISOString();
  const { headers } = found;
  return new Response(text.replace(/<html\b/i, `<html data-kept-at="${moment}"`), { headers });
}

async function offlinePage() {
  return (await match(FILES, self.COURSES.page)) ?? Response.error();
}

async function storedFile(address) {
  const name = await onlyReader();
  return (await match(FILES, address)) ?? (name ? match(name, address) : undefined);
}

function aboutOf(response) {
  const text = response.headers.get(ABOUT);
  return text ? JSON.parse(decodeURIComponent(text)) : null;
}

function isOld(about) {
  return Date.now() - about.at > self.COURSES.seconds * 1000;
}

// --- Keeping

/* One at a time, so that nothing is tidied away that another has just begun to keep. */
function inTurn(work) {
  return navigator.locks.request("cx-courses-keeping", work);
}

/* Keep a page, then what it needs. Stops when the device has got another reader meanwhile. */
async function keep(url, response, name) {
  const text = await response.text();
  const headers = headersOf(response);
  const about = { at: Date.now(), title: titleOf(text), files: [], size: text.length };
  const put = () => putFor(name, keyOf(url), noted(text, headers, about));
  await inTurn(async () => {
    await put();
    const { files, size } = await keepFiles(text, url, name);
    Object.assign(about, { files, size: about.size + size });
    await put();
    if (name === current) await tidy(name);
  });
  const shown = await match(FILES, self.COURSES.page);
  const language = response.headers.get("Content-Language");
  if (shown?.headers.get("Content-Language") !== language) await keepOfflinePage();
}

function noted(text, headers, about) {
  headers.set(ABOUT, encodeURIComponent(JSON.stringify(about)));
  return new Response(text, { headers });
}

/* Put into a reader's cache, and leave nothing there if they have gone in the meantime. */
async function putFor(name, address, response) {
  if (name !== FILES && name !== current) return;
  await (await caches.open(name)).put(address, response);
  if (name !== FILES && name !== current) await caches.delete(name);
}

function keepOfflinePage() {
  return inTurn(async () => {
    const address = new URL(self.COURSES.page, self.location);
    const response = await fetch(address.href, { redirect: "error" });
    if (!response.ok) return;
    const text = await response.text();
    const { files } = await keepFiles(text, address, FILES);
    await putFor(FILES, address.href, noted(text, headersOf(response), { files }));
  });
}

async function drop(url) {
  const name = await onlyReader();
  if (name && !FIGURE.test(placeOf(url))) await (await caches.open(name)).delete(keyOf(url));
}

function headersOf(response) {
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return headers;
}

function titleOf(html) {
  return html.match(/<title>([^<]*)<\/title>/)?.[1] ?? "";
}

/* Keep the files of a page: those it names, and those that they name. Gives their addresses, and how
   large its pictures are. */
async function keepFiles(html, url, name) {
  const waiting = namedIn(html, url, IN_HTML).filter(isShared);
  const pictures = new Set(namedIn(html, url, PICTURES).filter(isPicture).map(addressOf));
  const files = new Set();
  let size = 0;
  for (const address of pictures) {
    const kept = await keptFile(address, name).catch(() => null);
    size += kept ? (await kept.blob()).size : 0;
  }
  while (waiting.length) {
    const file = waiting.pop();
    const address = addressOf(file);
    if (files.has(address)) continue;
    files.add(address);
    // A page without one of its files is better than none.
    const kept = await keptFile(address, FILES).catch(() => null);
    const pattern = { js: IN_SCRIPT, css: IN_STYLE }[file.pathname.split(".").at(-1)];
    if (kept && pattern) waiting.push(...namedIn(await kept.text(), file, pattern).filter(isShared));
  }
  return { files: [...files, ...pictures], size };
}

async function keptFile(address, name) {
  const known = await match(name, address);
  if (known && (HASHED.test(address) || fresh.has(address))) return known;
  const response = await fetch(address, { redirect: "error" });
  if (!response.ok || isSecret(response)) throw new Error(`${response.status} ${address}`);
  await putFor(name, address, response.clone());
  fresh.add(address);
  return response;
}

function namedIn(text, base, pattern) {
  return [...text.matchAll(pattern)].map(([, one]) => new URL(one.replaceAll("&amp;", "&"), base));
}

function addressOf(url) {
  return url.href.split("#")[0];
}

// --- Tidying up

/* Keep the pages opened last, as many and as large as there is room for, and no file without a page. */
async function tidy(name) {
  const cache = await caches.open(name);
  const found = [];
  for (const request of await cache.keys()) {
    const about = aboutOf(await cache.match(request, { ignoreVary: true }));
    if (about) found.push({ request, about });
  }
  found.sort((one, other) => other.about.at - one.about.at);
  const used = new Set();
  let room = MOST_BYTES;
  for (const [place, { request, about }] of found.entries()) {
    room -= about.size;
    const isGone = place >= MOST_PAGES || isOld(about) || (place && room < 0);
    if (isGone) await cache.delete(request);
    else [request.url, ...about.files].forEach((address) => used.add(address));
  }
  const offline = await match(FILES, self.COURSES.page);
  const shown = new URL(self.COURSES.page, self.location).href;
  [shown, ...(offline ? aboutOf(offline).files : [])].forEach((address) => used.add(address));
  for (const one of [cache, await caches.open(FILES)]) {
    for (const request of await one.keys()) if (!used.has(request.url)) await one.delete(request);
  }
}
