/* Holds the parts of the attempt page together: what the learner does goes to the savers, what the
   savers meet goes to the status line, the navigator and the clock. */

import { ItemSaver } from "./autosave.js";
import { Connection } from "./connection.js";
import { showConflict } from "./conflict.js";
import { asText } from "./fields.js";
import { Navigator } from "./navigator.js";
import { enhance } from "./questions.js";
import { Status } from "./status.js";
import { Timer } from "./timer.js";

const LAST_CALL_MS = 4000;

export class AttemptPage {
  constructor({ form, queue, api }) {
    Object.assign(this, { form, queue, api });
    this.texts = document.querySelector("#attempt-texts").dataset;
    this.status = new Status({ form, texts: this.texts });
    this.connection = new Connection({ retry: () => this.retry() });
    this.nav = new Navigator({ root: document.querySelector("#attempt-nav"), texts: this.texts });
    this.channel = new BroadcastChannel(`cx-attempt:${form.dataset.attempt}`);
    this.savers = new Map();
    this.isClosed = false;
    this.isTimeUp = false;
  }

  start() {
    const articles = [...this.form.querySelectorAll("[data-item]")];
    articles.forEach((article) => this.#adopt(article));
    this.nav.follow(articles);
    this.form.addEventListener("submit", (event) => this.#act(event));
    this.form.addEventListener("keydown", (event) => this.#enter(event));
    this.channel.addEventListener("message", ({ data }) => this.#savedElsewhere(data));
    this.#startTimer();
    this.#watchLeaving();
    this.savers.forEach((saver) => saver.restore());
    this.savers.forEach((saver) => saver.catchUp());
    this.#markUnsaved();
    this.form.dataset.ready = "";
    this.retry();
  }

  #adopt(article) {
    const { form, queue, api } = this;
    const saver = new ItemSaver({ article, form, queue, api, page: this });
    this.savers.set(saver.position, saver);
  }

  #startTimer() {
    const root = document.querySelector("[data-timer]");
    if (root) {
      this.timer = new Timer({ root, texts: this.texts, onEnd: () => this.#timeIsUp() });
    }
  }

  #watchLeaving() {
    window.addEventListener("pagehide", () => this.savers.forEach((saver) => saver.leave()));
    window.addEventListener("pageshow", (event) => event.persisted && this.#resume());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        this.#noteAll();
      } else {
        this.#resume();
      }
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.queue.isDurable && this.queue.positions().length) {
        event.preventDefault();
      }
    });
  }

  /* Back after a while: this computer may have slept, which the clock did not notice. */
  async #resume() {
    const isNeeded = this.timer || this.connection.isSignedOut;
    const page = isNeeded ? await this.#fetchPage() : null;
    const fresh = page?.querySelector("[data-timer]");
    if (fresh) {
      this.timer?.set(Number(fresh.dataset.secondsLeft));
    }
    if (page) {
      this.connection.signedIn();
    }
    this.retry();
  }

  #fetchPage() {
    return this.api.page(this.form.dataset.pageUrl);
  }

  retry() {
    if (!this.isClosed) {
      this.savers.forEach((saver) => saver.run());
    }
  }

  #noteAll() {
    this.savers.forEach((saver) => saver.changed());
  }

  /* What the form's buttons do here; each does the same without this script, with a page load. */
  #act(event) {
    event.preventDefault();
    const { name = "save", value } = event.submitter ?? {};
    const [action, position] = name.split("-");
    const saver = this.savers.get(Number(position));
    this.#noteAll();
    const actions = {
      save: () => this.retry(),
      flag: () => this.#flag(saver, event.submitter),
      clear: () => saver.clear(),
      check: () => saver.check(),
      goto: () => this.#go(`?item=${value}`),
      submit: () => this.#go(this.form.dataset.submitUrl),
    };
    actions[action]?.();
  }

  #enter(event) {
    // Enter in a text field would press the first button of the form.
    if (event.key === "Enter" && event.target.matches("input")) {
      event.preventDefault();
      this.#noteAll();
    }
  }

  /* Leave for another page, once everything has arrived. */
  async #go(address) {
    if (await this.#deliver()) {
      window.location.assign(address);
      return;
    }
    this.status.unsaved(this.queue.positions(), this.form.dataset.pageUrl);
  }

  #markUnsaved() {
    const positions = this.queue.positions();
    this.nav.showUnsaved(positions);
    if (!positions.length) this.status.allSaved();
  }

  /* Send everything, tries that were not checked yet included. Gives whether all has arrived. */
  async #deliver() {
    const drafts = this.queue.positions().filter((one) => this.queue.latest(one).isDraft);
    await Promise.all(drafts.map((position) => this.savers.get(position)?.check({ isLast: true })));
    await Promise.all([...this.savers.values()].map((saver) => saver.run()));
    return !this.queue.positions().length;
  }

  async #flag(saver, pressed) {
    const isFlagged = pressed.value === "1";
    const body = new FormData();
    body.append("flagged", pressed.value);
    const { kind } = await this.api.post(pressed.dataset.url, body);
    if (kind !== "saved") {
      this.status.setLine(this.texts.flagFailed, "waiting");
      return;
    }
    pressed.value = isFlagged ? "0" : "1";
    const label = pressed.querySelector("[data-label]");
    label.textContent = isFlagged ? this.texts.unflag : this.texts.flag;
    saver.article.toggleAttribute("data-flagged", isFlagged);
    this.nav.mark(saver.position, { isFlagged });
    const text = isFlagged ? this.texts.flagged : this.texts.unflagged;
    this.status.setLine(text.replace("{number}", saver.position));
  }

  /* The last input goes first, then the attempt is handed in. Without a connection the queue goes on
     trying: the server has the last word on what still counts. */
  async #timeIsUp() {
    this.#noteAll();
    const patience = new Promise((resolve) => setTimeout(resolve, LAST_CALL_MS));
    await Promise.race([this.#deliver(), patience]);
    this.isTimeUp = true;
    if (this.queue.positions().length) {
      this.status.setLine(this.texts.timeUp, "waiting");
    } else {
      this.#handIn();
    }
  }

  #handIn() {
    document.querySelector("#attempt-submit").submit();
  }

  // --- Other windows

  /* Another window of the same attempt saved: show it here, unless one is at work there. */
  async #savedElsewhere({ position, revision }) {
    const saver = this.savers.get(position);
    const isBusy = !saver || saver.hasUnsaved || saver.article.matches(":focus-within");
    if (!isBusy && saver.revision < revision) {
      await this.#takeStored(saver);
    }
  }

  /* Put the stored version in place of what is shown. Gives whether that was possible. */
  async #takeStored(saver) {
    const page = await this.#fetchPage();
    const fresh = page?.querySelector(`[data-item="${saver.position}"]`);
    if (!fresh) {
      return false;
    }
    const article = document.adoptNode(fresh);
    saver.takeStored(article);
    await this.#settleIn(saver);
    this.nav.mark(saver.position, { isAnswered: "answered" in article.dataset });
    this.unchanged(saver);
    this.#markUnsaved();
    return true;
  }

  async #settleIn(saver) {
    await enhance(saver.article);
    saver.known = saver.fields();
  }

  // --- What a saver reports

  typing(saver) {
    this.status.touched(saver, "");
  }

  unchanged(saver) {
    this.status.unchanged(saver, { isAll: !this.queue.positions().length });
    this.#markUnsaved();
  }

  restored(saver, { isDraft }) {
    this.status.setItem(saver, isDraft ? this.texts.draft : this.texts.restored, "waiting");
  }

  changed(saver, { isBlank }) {
    if (saver.isChecked) {
      this.status.touched(saver, isBlank ? "" : this.texts.draft);
    }
    this.#markUnsaved();
  }

  incomplete(saver) {
    this.status.error(saver, this.texts.incomplete);
  }

  nothingToCheck(saver) {
    this.status.error(saver, this.texts.blank);
  }

  saving(saver) {
    this.status.saving(saver);
  }

  async saved(saver, data, { isBlank }) {
    const isAll = !this.queue.positions().length;
    this.connection.works();
    this.status.saved(saver, data.saved_at, { isAll });
    this.nav.mark(saver.position, { isAnswered: !isBlank });
    this.#markUnsaved();
    this.channel.postMessage({ position: saver.position, revision: data.revision });
    if (Number.isInteger(data.seconds_left)) {
      this.timer?.set(data.seconds_left);
    }
    if (isAll && this.isTimeUp) {
      this.#handIn();
    }
    if (data.html && !saver.hasUnsaved) {
      await this.#showOutcome(saver, data.html);
    }
  }

  async #showOutcome(saver, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-item]");
    const article = document.adoptNode(fresh);
    saver.replace(article);
    await this.#settleIn(saver);
    (article.querySelector("[data-outcome]") ?? article).focus();
  }

  refused(saver, data) {
    this.status.error(saver, data.message ?? this.texts.refused);
    this.status.setItem(saver, this.texts.notSaved, "error");
  }

  tooLate(saver, data, fields) {
    const text = asText(saver.article, saver.name, fields);
    this.#markUnsaved();
    this.status.error(saver, `${data.message} ${text}`);
    this.status.setItem(saver, "", "");
  }

  async stopped(saver, kind, data) {
    this.status.setItem(saver, this.texts.notSaved, "waiting");
    if (kind === "stale") {
      this.status.setLine(this.texts.stay, "waiting");
      showConflict({ saver, data, take: () => this.#takeStored(saver) });
    } else if (kind === "closed" || kind === "gone") {
      this.isClosed = true;
      const unsent = this.queue.positions().map((position) => this.savers.get(position));
      this.status.closed(data.message, unsent.filter(Boolean));
    } else if (kind === "signed-out" || (kind === "forbidden" && !(await this.#fetchPage()))) {
      this.connection.signedOut();
    } else if (kind === "forbidden") {
      // The token was of an earlier session; fetching the page brought the new one.
      this.connection.failed();
    } else {
      this.connection.failed(data.retry_after);
      this.status.setLine(this.texts.offline, "waiting");
    }
  }
}
