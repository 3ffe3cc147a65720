// A lesson: checks are judged in place, and the heading last read is remembered.

import { enhance } from "./attempt/questions.js";
import { markWideTables, showAsides, showContents } from "./lesson-asides.js";
import { keepNotes } from "./lesson-notes.js";
import { announce, csrfToken } from "./shell.js";
import { showSidenotes } from "./sidenotes.js";

const lesson = document.querySelector("[data-lesson]");

// --- Checks

let opening = null;

/* What keeps responses until they have arrived. Loaded when somebody begins to answer, or left something. */
function openWaiting() {
  opening ??= loadWaiting().catch(() => (opening = null));
  return opening;
}

async function loadWaiting() {
  const { WaitingChecks } = await import("./offline/waiting.js");
  const page = { token: csrfToken, renew: renewTokens, page: fetchPage, retry: sendAll, isShown: true };
  const waiting = await WaitingChecks.open(lesson.dataset, page);
  lesson.dataset.keepsResponses = "";
  if (waiting.places().length) await enhance(document);
  for (const place of waiting.places()) {
    const section = sectionOf(place);
    if (section && waiting.restore(place, section)) refuse(section, notice("waiting"));
  }
  return waiting;
}

function isAnythingLeft({ enrolment, lesson }) {
  try {
    return Object.keys(localStorage).some((name) => name.startsWith(`cx-lesson:${enrolment}:${lesson}:`));
  } catch {
    return false; // No storage in this browser.
  }
}

async function sendAll() {
  const waiting = await openWaiting();
  for (const place of waiting?.places() ?? []) show(place, await waiting.run(place), {});
}

async function respond(form, submitter) {
  const place = form.closest("[data-check]").id.slice("check-".length);
  setBusy(form, true);
  const waiting = await openWaiting();
  const answer = await (waiting ? waiting.respond(place, form) : sendAtOnce(form, submitter));
  show(place, answer, { isAsked: true });
  setBusy(form, false);
}

/* Where a response cannot be kept. */
async function sendAtOnce(form, submitter) {
  try {
    const response = await send(form, submitter);
    const kinds = { check: "check", notice: "refused" };
    const other = response.redirected || response.status === 401 ? "signed-out" : "failed";
    return { kind: kinds[response.headers.get("X-Fragment")] ?? other, html: await response.text() };
  } catch {
    return { kind: "later" };
  }
}

async function send(form, submitter) {
  const post = () => {
    const body = new FormData(form, submitter);
    return fetch(form.action, { method: "POST", body, headers: { "X-Fragment": "check" } });
  };
  const response = await post();
  // Signing in again, in another tab, gave this browser a new token.
  return response.status === 403 && (await renewTokens()) ? post() : response;
}

async function fetchPage() {
  try {
    const response = await fetch(location.href);
    return response.ok ? parse(await response.text()) : null;
  } catch {
    return null;
  }
}

async function renewTokens() {
  const page = await fetchPage();
  const token = page && csrfToken(page);
  if (!token) return false;
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    input.value = token;
  }
  return true;
}

/* What an answer of the server means for its check: { kind, html, isKept }. */
function show(place, answer, { isAsked }) {
  const section = sectionOf(place);
  if (!answer || !section) return;
  const { kind, html, isKept } = answer;
  if (kind === "check") {
    replace(section, html, { isAsked });
    import("./offline/lesson.js").then(({ updateKept }) => updateKept(section.id, html)).catch(() => {});
  } else if (kind === "refused") {
    refuse(section, html);
  } else if (kind === "signed-out") {
    refuse(section, notice("signed-out"));
    document.dispatchEvent(new Event("cx:signed-out"));
  } else {
    const name = isKept ? "waiting" : "offline";
    refuse(section, notice(kind === "later" ? name : "failed"));
  }
}

function sectionOf(place) {
  return document.getElementById(`check-${place}`);
}

function notice(name) {
  return lesson.querySelector(`[data-notice=${name}]`).innerHTML;
}

function replace(section, html, { isAsked }) {
  const fresh = parse(html).querySelector("[data-check]");
  section.replaceWith(fresh);
  enhance(fresh);
  const outcome = fresh.querySelector("[data-outcome]");
  if (outcome && isAsked) outcome.focus();
  else announce(lesson.dataset.textSaved);
  document.dispatchEvent(new Event("cx:changed"));
  count();
  open(fresh.id);
}

/* A second vote opens with the first: its form comes from the page as it is now. */
async function open(id) {
  const waiting = document.querySelector(`[data-waits-for="${id}"]`);
  if (!waiting) return;
  const fresh = (await fetchPage())?.getElementById(waiting.id);
  if (!fresh) return;
  waiting.replaceWith(fresh);
  enhance(fresh);
}

function refuse(section, html) {
  const place = section.querySelector("[data-refusal]");
  place.replaceChildren(...parse(html).body.childNodes);
}

function setBusy(form, isBusy) {
  form.setAttribute("aria-busy", String(isBusy));
  for (const button of form.querySelectorAll("button")) button.disabled = isBusy;
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

function count() {
  const checks = [...document.querySelectorAll("[data-check]")];
  const answered = checks.filter((check) => check.dataset.answered === "true").length;
  const meter = document.querySelector("[data-checks-meter]");
  if (!meter) return;
  meter.querySelector("progress").value = answered;
  meter.querySelector("[data-checks-text]").textContent = meter.dataset.text
    .replace("{answered}", answered)
    .replace("{total}", checks.length);
  const isComplete = document.querySelector("[data-lesson-completed]") !== null;
  if (isComplete) {
    for (const text of document.querySelectorAll("[data-when-open]")) text.hidden = true;
    for (const text of document.querySelectorAll("[data-when-complete]")) text.hidden = false;
  }
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-check] form:not([data-leaves])")) return;
  event.preventDefault();
  respond(event.target, event.submitter);
});

enhance(document);
showAsides();
showContents();
markWideTables(".lesson-text .table-scroll");
keepNotes(lesson, send);
showSidenotes();
offerVoice();

/* Reading aloud, where this computer has a voice of its own for the lesson's language: another one
   would send the text to somebody else. */
function offerVoice() {
  const words = document.querySelector("template[data-read-aloud]");
  const text = document.querySelector(".lesson-text > .prose[lang]");
  // In a platform's frame, as high as its page, the controls could not stay in sight.
  const isFramed = "embedded" in document.documentElement.dataset;
  if (!words || !text || isFramed || !("speechSynthesis" in window)) return;
  const voiceFor = (language) => {
    const base = (tag) => tag.toLowerCase().split(/[-_]/)[0];
    const own = speechSynthesis.getVoices().filter((voice) => voice.localService);
    const fitting = own.filter((voice) => base(voice.lang) === base(language));
    return fitting.find((voice) => voice.default) ?? fitting[0];
  };
  let isOffered = false;
  const offer = () => {
    if (isOffered || !voiceFor(text.lang)) return;
    isOffered = true;
    const start = document.importNode(words.content.querySelector("[data-listen]"), true);
    document.querySelector(".lesson-head .meta").append(start);
    let reader = null;
    start.querySelector("button").addEventListener("click", async () => {
      reader ??= import("./read-aloud.js").then((it) => it.readerFor(words, { start, voiceFor }));
      (await reader).begin();
    });
  };
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  offer();
}

document.addEventListener("focusin", (event) => {
  if (lesson.dataset.enrolment && event.target.closest("[data-check]")) openWaiting();
});
if (lesson.dataset.enrolment && isAnythingLeft(lesson.dataset)) sendAll();

// --- Where the reader is

function rememberPosition(url) {
  let reached = "";
  let sent = null;
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) if (entry.isIntersecting) reached = entry.target.id;
    },
    { rootMargin: "0px 0px -25% 0px" },
  );
  document.querySelectorAll(".lesson-text :is(h2, h3)[id]").forEach((it) => observer.observe(it));

  const send = () => {
    if (reached === sent) return;
    const body = new FormData();
    body.set("csrfmiddlewaretoken", csrfToken());
    if (reached) body.set("position", reached);
    if (navigator.sendBeacon(url, body)) sent = reached;
  };
  send();
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") send();
  });
  window.addEventListener("pagehide", send);
}

if (lesson?.dataset.visit) rememberPosition(lesson.dataset.visit);

// --- Without a network

/* Keep this lesson on the device, where its page allows that and the browser can. */
async function keepLesson(address) {
  try {
    const { controller, ready } = navigator.serviceWorker;
    await navigator.serviceWorker.register(address, { updateViaCache: "none" });
    // The first page of all was loaded without the worker.
    if (!controller) (await ready).active.postMessage({ keep: location.href });
  } catch {
    // Not in this browser, or not at this address: then the network is needed.
  }
}

const worker = document.querySelector("template[data-worker]");
if (worker && "keeps" in lesson.dataset) keepLesson(worker.dataset.worker);
if (worker && document.documentElement.dataset.keptAt) {
  import("./offline/lesson.js").then(({ showAge }) => showAge(worker));
  openWaiting();
}
