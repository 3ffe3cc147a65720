/* In a platform's frame: send the page around it the height of this page, where the learner is and how
   they stand, and receive which colours and language it wants. */

import { onMessage, send, sendHeight } from "./frame.js";

const link = document.querySelector("#embed");
const { base, standing, state } = link.dataset;
const OVER = ["no_session", "session_ended"];

// --- Height

let sentHeight = 0;

function measure() {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  if (height !== sentHeight) sendHeight(height);
  sentHeight = height;
}

new ResizeObserver(measure).observe(document.documentElement);

// --- Where the learner is, and how they stand

function place() {
  const { pathname, search } = window.location;
  return pathname.startsWith(base) ? pathname.slice(base.length) + search : "";
}

function topOf(id) {
  const aim = id && document.getElementById(decodeURIComponent(id));
  return aim ? Math.round(aim.getBoundingClientRect().top + window.scrollY) : 0;
}

function arrive() {
  send("ready", { place: place(), title: document.title, top: topOf(location.hash.slice(1)) });
}

async function report() {
  try {
    const response = await fetch(standing, { headers: { Accept: "application/json" } });
    if (response.ok) send("standing", await response.json());
    if (response.status === 401) send("expired", { code: "session_ended", place: place() });
  } catch {
    // Without a network there is no news; the next page brings them.
  }
}

// --- What the page around wants

function show({ theme, locale }) {
  send("shown");
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else if (theme) delete root.dataset.theme;
  link.elements.theme.value = theme ?? "";
  link.elements.locale.value = locale ?? "";
  const body = new FormData(link);
  const sent = fetch(link.action, { method: "POST", body }).catch(() => {});
  if (locale && !root.lang.startsWith(locale)) sent.then(() => location.reload());
}

if (!state) onMessage("display", show);

// Other sites do not let themselves be framed: their links open beside the course.
document.addEventListener("click", ({ target }) => {
  const a = target.closest?.("a[href]");
  if (a && a.origin !== location.origin && !a.target) a.target = "_blank";
});

// A jump inside the page moves nothing that the frame could scroll.
window.addEventListener("hashchange", () => send("jump", { top: topOf(location.hash.slice(1)) }));

if (state) {
  send(OVER.includes(state) ? "expired" : "error", { code: state });
} else {
  arrive();
  report();
  document.addEventListener("cx:changed", report);
  document.addEventListener("cx:signed-out", () =>
    send("expired", { code: "session_ended", place: place() }),
  );
}
