/* On every other page: send what waits for lessons, if it is this person's. Whose it is says the
   lesson's page, which also has the token; what another person left stays where it is. */

import { WaitingChecks } from "./waiting.js";

const ASKED = "cx-lesson-asked";
const PAUSE_MS = 10 * 60 * 1000;

/* `csrfToken(page)` finds the token in a page; `force` when the network is back. */
export async function sendWaiting({ csrfToken, force = false }) {
  const here = document.querySelector("[data-lesson]")?.dataset.enrolment;
  const scopes = new Map();
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith("cx-lesson:"))) {
    const [, enrolment, lesson] = name.split(":");
    const [{ page, isRefused } = {}] = JSON.parse(localStorage.getItem(name)) ?? [];
    const isShown = enrolment === here && page === location.pathname;
    if (page && !isRefused && !isShown) scopes.set(page, { enrolment, lesson });
  }
  if (!scopes.size || (!force && wasAsked())) return;
  for (const [page, scope] of scopes) await sendFor(page, scope, csrfToken);
}

async function sendFor(page, scope, csrfToken) {
  const response = await fetch(page, { redirect: "manual" });
  if (!response.ok) return;
  const shown = new DOMParser().parseFromString(await response.text(), "text/html");
  if (shown.querySelector("[data-lesson]")?.dataset.enrolment !== scope.enrolment) return;
  const form = { token: () => csrfToken(shown), renew: async () => false, page: async () => shown, retry() {} };
  const waiting = await WaitingChecks.open(scope, form);
  for (const place of waiting.places()) await waiting.run(place);
}

function wasAsked() {
  const last = Number(sessionStorage.getItem(ASKED));
  sessionStorage.setItem(ASKED, Date.now());
  return Date.now() - last < PAUSE_MS;
}
