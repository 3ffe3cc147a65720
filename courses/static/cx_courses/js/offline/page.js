/* The page without a network: which lessons can be read all the same. */

import { dateTime } from "./moments.js";

const PAGES = "cx-courses-pages-";
const list = document.querySelector("[data-kept-lessons]");

for (const button of document.querySelectorAll("[data-again]")) {
  button.addEventListener("click", () => location.reload());
}
let isLeaving = false;
list.addEventListener("click", (event) => {
  isLeaving ||= Boolean(event.target.closest("a"));
});
window.addEventListener("online", () => {
  // A reload would call off the lesson that was just chosen.
  if (!isLeaving) location.reload();
});
show().catch(() => {});

async function show() {
  const lessons = await kept();
  const row = list.querySelector("template").content;
  for (const { url, title, at } of lessons) {
    const item = document.importNode(row, true);
    const [name, course] = title.split(" · ");
    item.querySelector("a").href = url;
    item.querySelector("a").textContent = name;
    item.querySelector("[data-course]").textContent = course ?? "";
    const time = item.querySelector("time");
    time.dateTime = new Date(at).toISOString();
    time.textContent = dateTime(at);
    list.append(item);
  }
  document.querySelector("[data-some]").hidden = !lessons.length;
  document.querySelector("[data-none]").hidden = Boolean(lessons.length);
}

/* Whose they are is not known where there are two readers: then nobody sees any. */
async function kept() {
  const names = (await caches.keys()).filter((name) => name.startsWith(PAGES));
  if (names.length !== 1) return [];
  const cache = await caches.open(names[0]);
  const found = [];
  for (const { url } of await cache.keys()) {
    const about = (await cache.match(url, { ignoreVary: true }))?.headers.get("X-Courses-Kept");
    if (about) found.push({ url, ...JSON.parse(decodeURIComponent(about)) });
  }
  const plain = (title) => new DOMParser().parseFromString(title, "text/html").body.textContent;
  return found.map((one) => ({ ...one, title: plain(one.title) })).sort((one, other) => other.at - one.at);
}
