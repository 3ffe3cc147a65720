/* Where the queue is kept: in this browser's storage. In a private window a frame of a foreign page
   may have none; then the page around keeps it, if it can. */

import { isFramed, onMessage, send } from "../frame.js";

const PATIENCE_MS = 1000;

/* Like the browser's: names are its own keys. What is put into it goes to the page around. */
class KeptOutside {
  getItem(name) {
    return this[name] ?? null;
  }

  setItem(name, text) {
    this[name] = text;
    send("keep", { name, text });
  }

  removeItem(name) {
    delete this[name];
    send("keep", { name, text: null });
  }
}

/* Null when nothing outlives this page: the queue then lives in memory, and the page asks before it
   is left. */
export async function openStorage() {
  try {
    return window.localStorage;
  } catch {
    return isFramed ? recall() : null;
  }
}

function recall() {
  return new Promise((resolve) => {
    onMessage("recalled", (kept) => resolve(Object.assign(new KeptOutside(), kept)));
    send("recall");
    setTimeout(() => resolve(null), PATIENCE_MS);
  });
}
