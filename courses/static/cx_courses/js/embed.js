/* In a platform's frame: tell the page around it how high this page is, where the learner is and how
   she stands, and hear which colours and language it wants. */

import { hear, tell, tellHeight } from "./frame.js";

const link = document.querySelector("#embed");
const { base, standing, state } = link.dataset;
const OVER = ["no_session", "session_ended"];

// --- Height

let told = 0;

function measure() {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  if (height !== told) tellHeight(height);
  told = height;
}

new ResizeObserver(measure).observe(document.documentElement);

// --- Where the learner is, and how she stands

function place() {
  const { pathname, search } = window.location;
  return pathname.startsWith(base) ? pathname.slice(base.length) + search : "";
}

function topOf(id) {
  const aim = id && document.getElementById(decodeURIComponent(id));
  return aim ? Math.round(aim.getBoundingClientRect().top + window.scrollY) : 0;
}

function arrive() {
  tell("ready", { place: place(), title: document.title, top: topOf(location.hash.slice(1)) });
}

async function report() {
  try {
    const response = await fetch(standing, { headers: { Accept: "application/json" } });
    if (response.ok) tell("standing", await response.json());
    if (response.status === 401) tell("expired", { code: "session_ended", place: place() });
  } catch {
    // Without a network there is no news; the next page brings them.
  }
}

// --- What the page around wants

function show({ theme, locale }) {
  tell("shown");
  const root = document.documentElement;
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  else if (theme) delete root.dataset.theme;
  link.elements.theme.value = theme ?? "";
  link.elements.locale.value = locale ?? "";
  const body = new FormData(link);
  const sent = fetch(link.action, { method: "POST", body }).catch(() => {});
  if (locale && !root.lang.startsWith(locale)) sent.then(() => location.reload());
}

if (!state) hear("display", show);

// Other sites do not let themselves be framed: their links open beside the course.
document.addEventListener("click", ({ target }) => {
  const a = target.closest?.("a[href]");
  if (a && a.origin !== location.origin && !a.target) a.target = "_blank";
});

// A jump inside the page moves nothing that the frame could scroll.
window.addEventListener("hashchange", () => tell("jump", { top: topOf(location.hash.slice(1)) }));

if (state) {
  tell(OVER.includes(state) ? "expired" : "error", { code: state });
} else {
  arrive();
  report();
  document.addEventListener("cx:changed", report);
  document.addEventListener("cx:signed-out", () =>
    tell("expired", { code: "session_ended", place: place() }),
  );
}
