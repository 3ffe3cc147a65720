/* Responses to the checks of a lesson that have not arrived yet: they stay in the browser's storage,
   by enrolment and lesson, until the server has answered them. */

import { Connection } from "../attempt/connection.js";
import { collect, fill, isBlank } from "../attempt/fields.js";
import { Queue, isTabAlive, nameTab, newName } from "../attempt/queue.js";
import { openStorage } from "../attempt/storage.js";

const PREFIX = "cx-lesson";
const PATIENCE_MS = 20_000;

export class WaitingChecks {
  /* `form.token()` is the token for POST requests, `form.renew()` gets a new one, if there is any,
     `form.page()` the lesson's page as it is now, or null, and `form.retry()` is called when to try again. */
  static async open({ enrolment, lesson }, form) {
    const tab = await nameTab(lesson);
    const storage = await openStorage();
    const queue = new Queue({ prefix: PREFIX, user: enrolment, attempt: lesson, tab, storage });
    await queue.restore(isTabAlive);
    return new WaitingChecks({ enrolment, queue, form });
  }

  constructor({ enrolment, queue, form }) {
    Object.assign(this, { enrolment, queue, form, running: new Map() });
    this.connection = new Connection({ retry: form.retry, notice: null });
  }

  places() {
    return this.queue.positions();
  }

  /* Show what an earlier visit left; the server may have it already, and then says so. */
  restore(place, section) {
    const { name, fields } = this.queue.latest(place);
    this.queue.entries(place).forEach((entry) => (entry.isRefused = false));
    fill(section, name, fields);
    return true;
  }

  /* Keep a response until it has arrived, and send it. One that is empty is refused and not kept. */
  respond(place, form) {
    const entry = entryOf(form);
    if (isBlank(entry.fields)) return this.send(entry);
    this.queue.put(place, entry);
    return this.run(place);
  }

  /* Send what waits for a check, in order, until it is through or something is in the way. Gives the
     last answer, null when nothing was to be sent. */
  run(place) {
    if (!this.running.has(place)) {
      this.running.set(place, this.#work(place).finally(() => this.running.delete(place)));
    }
    return this.running.get(place);
  }

  async #work(place) {
    let answer = null;
    // Without a network nothing is tried, so that a later response takes the place of this one.
    if (!navigator.onLine) return this.#next(place) && this.#note(place, null, { kind: "later" });
    if (this.queue.entries(place).length > 1) await this.#dropWhatNeverArrived(place);
    for (let entry = this.#next(place); entry; entry = this.#next(place)) {
      entry.isTried = true;
      this.queue.keep(place);
      answer = await this.send(entry);
      if (answer.kind !== "check") return this.#note(place, entry, answer);
      this.queue.confirm(place, entry.key, revisionOf(answer.html));
      this.connection.works();
    }
    return answer;
  }

  /* A response that was given up for a later one is no try, unless the server got it. */
  async #dropWhatNeverArrived(place) {
    const page = await this.form.page();
    const shown = page?.getElementById(`check-${place}`)?.querySelector("[name$=based_on]")?.value;
    const [first] = this.queue.entries(place);
    const isLast = () => this.queue.entries(place).length === 1;
    while (shown === String(first.basedOn) && !isLast()) {
      this.queue.confirm(place, this.queue.head(place).key, first.basedOn);
    }
  }

  #next(place) {
    const entry = this.queue.head(place);
    return entry?.isRefused ? null : entry;
  }

  #note(place, entry, answer) {
    const { kind } = answer;
    // Nobody was signed in: it was not even looked at.
    if (kind === "signed-out") entry.isTried = false;
    if (kind === "refused" || kind === "gone") entry.isRefused = true;
    if (kind === "refused" && this.form.isShown) this.queue.discard(place);
    else this.queue.keep(place);
    if (kind === "later" || kind === "failed") this.connection.failed();
    return { ...answer, isKept: this.queue.isDurable };
  }

  /* Gives { kind, html }, never throws: check | refused | signed-out | gone | failed | later. */
  async send(entry) {
    try {
      let response = await this.#post(entry);
      // Signing in again, in another tab, gave this browser a new token.
      if (response.status === 403 && (await this.form.renew())) response = await this.#post(entry);
      return { kind: kindOf(response), html: await response.text() };
    } catch {
      return { kind: "later", html: "" };
    }
  }

  #post({ url, name, fields, basedOn, key }) {
    const body = new FormData();
    fields.forEach(([field, value]) => body.append(name + field, value));
    body.append(`${name}based_on`, basedOn);
    body.append("key", key);
    // Another person may have signed in since the page was shown.
    body.append("enrolment", this.enrolment);
    body.append("csrfmiddlewaretoken", this.form.token());
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return fetch(url, { method: "POST", body, headers: { "X-Fragment": "check" }, signal });
  }
}

/* The response that a check's form holds. */
function entryOf(form) {
  const basedOn = form.querySelector("[name$=based_on]");
  const name = basedOn.name.slice(0, -"based_on".length);
  return {
    key: newName(),
    page: location.pathname,
    url: form.getAttribute("action"),
    name,
    basedOn: basedOn.value,
    fields: collect(form, name),
    at: Date.now(),
  };
}

function kindOf(response) {
  const kind = response.headers.get("X-Fragment");
  if (kind) return kind === "check" ? "check" : "refused";
  if (response.redirected || response.status === 401) return "signed-out";
  if (response.status === 404) return "gone";
  return [502, 503, 504].includes(response.status) ? "later" : "failed";
}

function revisionOf(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector("[name$=based_on]")?.value ?? 0;
}
