/* A lesson that can be read without a network: asks the service worker to keep it, and says so above
   a page that was kept. */

import { dateTime } from "./moments.js";

const words = document.querySelector("template[data-worker]");

/** Keep this lesson on the device, where its page allows that and the browser can. */
export async function keepLesson({ keeps }) {
  if (keeps === undefined || !words || !navigator.serviceWorker) return;
  const { controller } = navigator.serviceWorker;
  try {
    await navigator.serviceWorker.register(words.dataset.worker, { updateViaCache: "none" });
    // The first page of all was loaded without the worker.
    const { active } = await navigator.serviceWorker.ready;
    if (!controller) active.postMessage({ keep: location.href });
  } catch {
    // Not in this browser, or not at this address: then the network is needed.
  }
}

/** Say above a kept page from when it is. */
export function showAge() {
  const { keptAt } = document.documentElement.dataset;
  if (!keptAt || !words) return;
  const bar = document.importNode(words.content, true).firstElementChild;
  const [before, after] = bar.querySelector("[data-text]").textContent.split("{moment}");
  const time = document.createElement("time");
  time.dateTime = keptAt;
  time.textContent = dateTime(keptAt);
  bar.querySelector("[data-text]").replaceChildren(before, time, after ?? "");
  document.querySelector("main").prepend(bar);
  document.querySelector("[data-toasts]")?.replaceChildren();
}
