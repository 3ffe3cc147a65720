/* When to try again: after a pause that grows and varies, as soon as the network is back, and once
   somebody has signed in again. */

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

export class Connection {
  constructor({ retry, notice = document.querySelector("#attempt-signed-out") }) {
    this.retry = retry;
    this.failures = 0;
    this.isSignedOut = false;
    this.notice = notice;
    window.addEventListener("online", () => this.#now());
    this.notice?.querySelector("[data-retry]").addEventListener("click", () => this.#now());
  }

  works() {
    this.failures = 0;
    clearTimeout(this.timer);
    this.timer = null;
    this.signedIn();
  }

  /* No answer, or one that asks to retry later. One timer serves all questions. */
  failed(seconds) {
    if (this.timer) {
      return;
    }
    const grown = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.failures);
    const pause = seconds ? seconds * 1000 : grown * (0.5 + Math.random() / 2);
    this.failures += 1;
    this.timer = setTimeout(() => this.#now(), pause);
  }

  signedOut() {
    if (!this.isSignedOut) {
      this.isSignedOut = true;
      if (this.notice) this.notice.hidden = false;
      this.notice?.focus();
      document.dispatchEvent(new Event("cx:signed-out"));
    }
  }

  signedIn() {
    this.isSignedOut = false;
    if (this.notice) this.notice.hidden = true;
  }

  #now() {
    clearTimeout(this.timer);
    this.timer = null;
    this.retry();
  }
}
