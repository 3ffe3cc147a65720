/* A lesson as the service worker kept it: says from when it is, and stays as the learner left it. */

import { dateTime } from "./moments.js";

/** Say above a kept page from when it is. */
export function showAge(words) {
  const { keptAt } = document.documentElement.dataset;
  const bar = document.importNode(words.content, true).firstElementChild;
  const [before, after] = bar.querySelector("[data-text]").textContent.split("{moment}");
  const time = document.createElement("time");
  time.dateTime = keptAt;
  time.textContent = dateTime(keptAt);
  bar.querySelector("[data-text]").replaceChildren(before, time, after ?? "");
  document.querySelector("main").prepend(bar);
  document.querySelector("[data-toasts]")?.replaceChildren();
}

/** Put a check as it is now into the kept page. */
export async function updateKept(id, html) {
  const names = await self.caches?.keys().catch(() => []);
  for (const name of (names ?? []).filter((one) => one.startsWith("cx-courses-pages-"))) {
    const cache = await caches.open(name);
    const found = await cache.match(location.pathname, { ignoreVary: true });
    if (!found) continue;
    const parser = new DOMParser();
    const page = parser.parseFromString(await found.text(), "text/html");
    const fresh = parser.parseFromString(html, "text/html").querySelector("[data-check]");
    page.getElementById(id)?.replaceWith(page.adoptNode(fresh));
    const text = `<!doctype html>\n${page.documentElement.outerHTML}`;
    await cache.put(location.pathname, new Response(text, { headers: found.headers }));
  }
}
