/* The time left, counted from the server's value; the clock of this computer plays no part.
   It is silent but for a few thresholds, which are shown and spoken, and can be hidden. */

const HIDDEN = "cx-timer-hidden";
const MINUTE = 60;
const CALL_S = 40;

export class Timer {
  constructor({ root, texts, onEnd }) {
    Object.assign(this, { root, texts, onEnd });
    this.value = root.querySelector("[data-timer-value]");
    this.toggle = root.querySelector("[data-timer-toggle]");
    this.polite = root.querySelector("[data-timer-polite]");
    this.urgent = root.querySelector("[data-timer-urgent]");
    this.total = Number(root.dataset.secondsTotal);
    this.isOver = false;
    this.set(Number(root.dataset.secondsLeft));
    this.#showHidden(localStorageGet(HIDDEN) === "1");
    this.toggle.hidden = false;
    this.toggle.addEventListener("click", () => this.#showHidden(!this.isHidden, { keep: true }));
    this.#tick();
  }

  get left() {
    return Math.max(0, Math.ceil(this.endsAt - performance.now() / 1000));
  }

  /* The server's word on how much is left; thresholds already behind us stay silent. */
  set(seconds) {
    this.endsAt = performance.now() / 1000 + seconds;
    const half = Math.round(this.total / 2 / MINUTE) * MINUTE;
    this.ahead = [...new Set([half, 10 * MINUTE, 5 * MINUTE, MINUTE])]
      .filter((mark) => mark >= MINUTE && mark < seconds)
      .sort((one, other) => other - one);
  }

  #tick() {
    const left = this.left;
    this.value.textContent = clock(left);
    this.root.classList.toggle("is-short", left <= 5 * MINUTE);
    while (this.ahead.length && left <= this.ahead[0]) {
      this.#announce(this.ahead.shift());
    }
    if (this.calledAt !== undefined && left <= this.calledAt - CALL_S) this.#hush();
    if (left === 0 && !this.isOver) {
      this.isOver = true;
      this.onEnd();
    }
    if (!this.isOver) {
      const rest = (this.endsAt * 1000 - performance.now()) % 1000;
      setTimeout(() => this.#tick(), rest > 0 ? rest : 1000);
    }
  }

  #announce(mark) {
    const minutes = Math.round(mark / MINUTE);
    const text = minutes === 1 ? this.texts.minuteLeft : this.texts.minutesLeft;
    const region = mark <= MINUTE ? this.urgent : this.polite;
    region.textContent = text.replace("{minutes}", minutes);
    this.calledAt = mark;
  }

  /* What was announced is not true for long. */
  #hush() {
    delete this.calledAt;
    this.polite.textContent = "";
    this.urgent.textContent = "";
  }

  #showHidden(isHidden, { keep = false } = {}) {
    this.isHidden = isHidden;
    this.value.hidden = isHidden;
    this.toggle.textContent = isHidden ? this.toggle.dataset.show : this.toggle.dataset.hide;
    if (keep) {
      localStorageSet(HIDDEN, isHidden ? "1" : "0");
    }
  }
}

export function clock(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

function localStorageGet(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function localStorageSet(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // Not remembered; the button works all the same.
  }
}
