// A lesson: checks are judged in place, and the heading last read is remembered.

import { enhance } from "./attempt/questions.js";
import { markWideTables, showAsides, showContents } from "./lesson-asides.js";
import { keepNotes } from "./lesson-notes.js";
import { keepLesson, showAge } from "./offline/lesson.js";
import { announce, csrfToken } from "./shell.js";
import { showSidenotes } from "./sidenotes.js";

const lesson = document.querySelector("[data-lesson]");

// --- Checks

async function respond(form, submitter) {
  const section = form.closest("[data-check]");
  setBusy(form, true);
  try {
    await show(section, await send(form, submitter));
  } catch {
    refuse(section, notice("offline"));
  }
  setBusy(form, false);
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

async function renewTokens() {
  const token = csrfToken(parse(await (await fetch(location.href)).text()));
  for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    input.value = token;
  }
  return token !== "";
}

async function show(section, response) {
  const kind = response.headers.get("X-Fragment");
  const html = await response.text();
  if (kind === "check") replace(section, html);
  else if (kind === "notice") refuse(section, html);
  else if (response.redirected || response.status === 401) signedOut(section);
  else refuse(section, notice("failed"));
}

function signedOut(section) {
  refuse(section, notice("signed-out"));
  document.dispatchEvent(new Event("cx:signed-out"));
}

function notice(name) {
  return lesson.querySelector(`[data-notice=${name}]`).innerHTML;
}

function replace(section, html) {
  const fresh = parse(html).querySelector("[data-check]");
  section.replaceWith(fresh);
  enhance(fresh);
  const outcome = fresh.querySelector("[data-outcome]");
  if (outcome) outcome.focus();
  else announce(lesson.dataset.textSaved);
  document.dispatchEvent(new Event("cx:changed"));
  count();
  open(fresh.id);
}

/* A second vote opens with the first: its form comes from the page as it is now. */
async function open(id) {
  const waiting = document.querySelector(`[data-waits-for="${id}"]`);
  if (!waiting) return;
  const page = parse(await (await fetch(location.href)).text());
  const fresh = page.getElementById(waiting.id);
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

showAge();
enhance(document);
showAsides();
showContents();
markWideTables();
keepNotes(lesson, send);
showSidenotes();
offerVoice();

/* Reading aloud, where this computer has a voice of its own for the lesson's language: another one
   would send the text to somebody else. */
async function offerVoice() {
  const words = document.querySelector("template[data-read-aloud]");
  const text = document.querySelector(".lesson-text > .prose[lang]");
  if (!words || !text || !("speechSynthesis" in window)) return;
  const voiceFor = (language) => {
    const base = (tag) => tag.toLowerCase().split(/[-_]/)[0];
    const own = speechSynthesis.getVoices().filter((voice) => voice.localService);
    const fitting = own.filter((voice) => base(voice.lang) === base(language));
    return fitting.find((voice) => voice.default) ?? fitting[0];
  };
  let isOffered = false;
  const offer = async () => {
    if (isOffered || !voiceFor(text.lang)) return;
    isOffered = true;
    (await import("./read-aloud.js")).offerReading(words, { voiceFor });
  };
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  offer();
}

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
if (lesson) keepLesson(lesson.dataset);
