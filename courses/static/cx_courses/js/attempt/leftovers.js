/* The attempt is closed, and this device still holds responses that were never confirmed: give them
   back to the learner, who alone may throw them away. */

import { isBlank } from "./fields.js";
import { Queue, nameTab } from "./queue.js";
import { openStorage } from "./storage.js";

const TYPED = /^(text|blank\.)/;

const notice = document.querySelector("#leftovers");
const { attempt, user, textQuestion, textChoice } = notice.dataset;

try {
  const tab = await nameTab(attempt);
  const queue = new Queue({ user, attempt, tab, storage: await openStorage() });
  await queue.restore(() => false);
  const left = queue.positions().filter((position) => !isBlank(queue.latest(position).fields));
  if (left.length) {
    show(queue, left);
  }
} catch {
  // No storage in this browser, so nothing is left in it.
}

function show(queue, left) {
  const sort = (one, other) => one - other;
  notice.querySelector("textarea").value = left.sort(sort).map(describe).join("\n\n");
  notice.hidden = false;
  notice.querySelector("[data-forget]").addEventListener("click", () => {
    left.forEach((position) => queue.discard(position));
    notice.hidden = true;
    document.querySelector("h1").setAttribute("tabindex", "-1");
    document.querySelector("h1").focus();
  });

  function describe(position) {
    const typed = queue
      .latest(position)
      .fields.filter(([field, value]) => TYPED.test(field) && value.trim())
      .map(([, value]) => value);
    const title = textQuestion.replace("{number}", position);
    return `${title}: ${typed.join("; ") || textChoice}`;
  }
}
