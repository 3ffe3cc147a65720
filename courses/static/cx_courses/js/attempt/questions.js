/* Makes questions nicer to answer, in a lesson as in a quiz. Without it they are plain forms. Each
   large part is loaded only where a page has use for it; the small ones cost less than a request. */

import { enhanceWords } from "./words.js";

const PARTS = [
  ["[data-order]", async () => (await import("./ordering.js")).enhanceOrder],
  ["[data-bins]", async () => (await import("./bins.js")).enhanceBins],
  ["[data-hotspot]", async () => (await import("./hotspot.js")).enhanceHotspot],
  ["[data-word-count]", async () => enhanceWords],
];

document.addEventListener("cx:content", (event) => enhance(event.target));
enhance(document);

/* Enhance every question inside `root`; safe to repeat. Resolves when all is in place. */
export async function enhance(root) {
  for (const [selector, load] of PARTS) {
    const found = [...root.querySelectorAll(`${selector}:not([data-enhanced])`)].filter(
      (part) => !part.closest("fieldset:disabled"),
    );
    if (!found.length) {
      continue;
    }
    const enhancePart = await load();
    found.forEach((part) => {
      if (!("enhanced" in part.dataset)) {
        part.dataset.enhanced = "";
        enhancePart(part);
      }
    });
  }
}
