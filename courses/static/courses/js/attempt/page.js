/* Holds the parts of the attempt page together: forms in, states out. */

import { ItemSaver } from "./autosave.js";
import { Connection } from "./connection.js";
import { showConflict } from "./conflict.js";
import { asText } from "./fields.js";
import { Navigator } from "./navigator.js";
import { enhance } from "./questions.js";
import { Timer } from "./timer.js";

const LAST_CALL_MS = 4000;

export class AttemptPage {
  constructor({ form, queue, api }) {
    Object.assign(this, { form, queue, api });
    this.texts = document.querySelector("#attempt-texts").dataset;
    this.state = form.querySelector("[data-save-state]");
    this.savers = new Map();
    this.isClosed = false;
    this.connection = new Connection({ retry: () => this.retry() });
    this.nav = new Navigator({ root: document.querySelector("#attempt-nav"), texts: this.texts });
  }

  get articles() {
    return [...this.form.querySelectorAll("[data-item]")];
  }

  start() {
    this.articles.forEach((article) => this.#adopt(article));
    this.nav.follow(this.articles);
    this.form.addEventListener("submit", (event) => this.#act(event));
    this.form.addEventListener("keydown", (event) => this.#enter(event));
    this.#startTimer();
    this.#watchPage();
    this.#watchTabs();
    this.form.dataset.ready = "";
    this.savers.forEach((saver) => saver.restore());
    this.retry();
  }

  #adopt(article) {
    const { form, queue, api } = this;
    const saver = new ItemSaver({ article, form, queue, api, page: this });
    this.savers.set(saver.position, saver);
    if (saver.hasUnsaved && !saver.queue.latest(saver.position).isDraft) {
      this.#say(saver, this.texts.restored, "waiting");
    }
  }

  #startTimer() {
    const root = document.querySelector("[data-timer]");
    if (root) {
      this.timer = new Timer({ root, texts: this.texts, onEnd: () => this.#timeIsUp() });
    }
  }

  #watchPage() {
    window.addEventListener("pagehide", () => this.savers.forEach((saver) => saver.leave()));
    window.addEventListener("pageshow", (event) => event.persisted && this.#resume());
    document.addEventListener("visibilitychange", () => this.#visible());
    window.addEventListener("beforeunload", (event) => {
      if (!this.queue.isDurable && this.queue.positions().length) {
        event.preventDefault();
      }
    });
  }

  #visible() {
    if (document.visibilityState === "hidden") {
      this.savers.forEach((saver) => saver.changed());
    } else {
      this.#resume();
    }
  }

  /* A computer that slept did not count; ask the server what time is left. */
  async #resume() {
    const page = this.timer || this.connection.isSignedOut ? await this.#fetchPage() : null;
    const fresh = page?.querySelector("[data-timer]");
    if (fresh && this.timer) {
      this.timer.set(Number(fresh.dataset.secondsLeft));
    }
    if (page) {
      this.connection.signedIn();
    }
    this.retry();
  }

  #fetchPage() {
    return this.api.page(this.form.dataset.pageUrl);
  }

  /* Another window of the same attempt saved: show it here, unless one is at work there. */
  #watchTabs() {
    this.channel = new BroadcastChannel(`cx-attempt:${this.form.dataset.attempt}`);
    this.channel.addEventListener("message", async ({ data }) => {
      const saver = this.savers.get(data.position);
      const isBusy = !saver || saver.hasUnsaved || saver.article.matches(":focus-within");
      if (!isBusy && saver.revision < data.revision) {
        await this.#takeStored(saver);
      }
    });
  }

  async #takeStored(saver) {
    const page = await this.#fetchPage();
    const article = page?.querySelector(`[data-item="${saver.position}"]`);
    if (article) {
      await this.#replace(saver, document.adoptNode(article), () => saver.takeStored(article));
      const isAnswered = "answered" in article.dataset;
      this.nav.mark(saver.position, { isAnswered });
    }
    return article;
  }

  async #replace(saver, article, put) {
    put();
    await enhance(article.parentElement);
    saver.known = saver.fields();
  }

  /* What the form's buttons do here; each does the same without this script, with a page load. */
  #act(event) {
    const { name = "save", value } = event.submitter ?? {};
    const [deed, position] = name.split("-");
    const saver = this.savers.get(Number(position));
    event.preventDefault();
    this.savers.forEach((one) => one.changed());
    const deeds = {
      save: () => this.retry(),
      flag: () => this.#flag(saver, event.submitter),
      clear: () => saver.clear(),
      check: () => saver.check(),
      goto: () => this.#go(`?item=${value}`),
      submit: () => this.#go(this.form.dataset.submitUrl),
    };
    deeds[deed]?.();
  }

  #enter(event) {
    // Enter in a text field would press the first button of the form.
    if (event.key === "Enter" && event.target.matches("input:not([type=submit])")) {
      event.preventDefault();
      this.savers.forEach((saver) => saver.changed());
    }
  }

  /* Leave for another page, once everything has arrived. */
  async #go(address) {
    if (await this.#deliver()) {
      window.location.assign(address);
      return;
    }
    this.#tell(this.texts.stay);
    const [first] = this.queue.positions();
    this.savers.get(first)?.article.scrollIntoView({ block: "center" });
  }

  /* Send everything, tries that were not checked yet included. Gives whether all has arrived. */
  async #deliver() {
    const drafts = this.queue.positions().filter((one) => this.queue.latest(one).isDraft);
    await Promise.all(drafts.map((position) => this.savers.get(position)?.check()));
    await Promise.all([...this.savers.values()].map((saver) => saver.run()));
    return !this.queue.positions().length;
  }

  retry() {
    if (!this.isClosed) {
      this.savers.forEach((saver) => saver.run());
    }
  }

  async #flag(saver, pressed) {
    const isFlagged = pressed.value === "1";
    const body = new FormData();
    body.append("flagged", pressed.value);
    const { kind } = await this.api.post(pressed.dataset.url, body);
    if (kind !== "saved") {
      this.#tell(this.texts.flagFailed);
      return;
    }
    pressed.value = isFlagged ? "0" : "1";
    pressed.querySelector("[data-label]").textContent = isFlagged
      ? this.texts.unflag
      : this.texts.flag;
    saver.article.toggleAttribute("data-flagged", isFlagged);
    this.nav.mark(saver.position, { isFlagged });
    this.#tell(isFlagged ? this.texts.flagged : this.texts.unflagged, saver);
  }

  /* The last input goes first, then the attempt is handed in. Without a connection the queue goes on
     trying: the server has the last word on what still counts. */
  async #timeIsUp() {
    this.savers.forEach((saver) => saver.changed());
    const patience = new Promise((resolve) => setTimeout(resolve, LAST_CALL_MS));
    await Promise.race([this.#deliver(), patience]);
    this.isTimeUp = true;
    if (this.queue.positions().length) {
      this.#tell(this.texts.timeUp);
    } else {
      this.#handIn();
    }
  }

  #handIn() {
    document.querySelector("#attempt-submit").submit();
  }

  // What a saver tells.

  typing(saver) {
    this.#say(saver, "", "");
  }

  idle(saver) {
    if (!saver.hasUnsaved && saver.article.dataset.savedText) {
      this.#say(saver, saver.article.dataset.savedText, "saved");
    }
  }

  changed(saver, { isBlank }) {
    if (saver.isChecked) {
      this.#say(saver, this.texts.draft, "");
    } else {
      this.nav.mark(saver.position, { isAnswered: !isBlank });
    }
  }

  saving(saver) {
    this.#say(saver, this.texts.saving, "saving");
    this.state.dataset.state = "saving";
  }

  async saved(saver, data, { isBlank }) {
    this.connection.works();
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" });
    const text = this.texts.savedAt.replace("{time}", time.format(new Date(data.saved_at)));
    saver.article.dataset.savedText = text;
    saver.article.querySelector("[data-error]")?.remove();
    this.#say(saver, text, "saved");
    this.nav.mark(saver.position, { isAnswered: !isBlank });
    this.channel.postMessage({ position: saver.position, revision: data.revision });
    if (data.seconds_left !== undefined && data.seconds_left !== null) {
      this.timer?.set(data.seconds_left);
    }
    if (!this.queue.positions().length) {
      this.#tell(text);
      this.state.dataset.state = "saved";
      if (this.isTimeUp) {
        this.#handIn();
      }
    }
    if (data.html && !saver.hasUnsaved) {
      await this.#showOutcome(saver, data.html);
    }
  }

  async #showOutcome(saver, html) {
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-item]");
    const article = document.adoptNode(fresh);
    await this.#replace(saver, article, () => saver.replace(article));
    (article.querySelector("[data-outcome]") ?? article).focus();
  }

  refused(saver, data) {
    let error = saver.article.querySelector("[data-error]");
    if (!error) {
      error = document.createElement("p");
      error.className = "question-error";
      error.dataset.error = "";
      error.setAttribute("role", "alert");
      saver.article.querySelector("[data-actions]").before(error);
    }
    error.textContent = data.message ?? this.texts.refused;
    this.#say(saver, this.texts.notSaved, "error");
  }

  async stopped(saver, kind, data) {
    this.#say(saver, this.texts.notSaved, "waiting");
    this.state.dataset.state = "waiting";
    if (kind === "stale") {
      showConflict({ saver, data, take: () => this.#takeStored(saver) });
    } else if (kind === "closed" || kind === "gone") {
      this.#close(data);
    } else if (kind === "forbidden") {
      await this.#renew();
    } else if (kind === "signed-out") {
      this.connection.signedOut();
    } else {
      this.connection.failed(data.retry_after);
      this.#tell(this.texts.offline);
    }
  }

  /* The token was of another session: get a new one, or find that nobody is signed in. */
  async #renew() {
    const page = await this.#fetchPage();
    if (page) {
      this.connection.failed();
    } else {
      this.connection.signedOut();
    }
  }

  /* Nothing more can be saved: say so, and give back what did not arrive. */
  #close(data) {
    this.isClosed = true;
    const notice = document.querySelector("#attempt-closed");
    const unsent = this.queue.positions().map((position) => this.savers.get(position));
    notice.querySelector("[data-message]").textContent = data.message ?? this.texts.closed;
    const lost = notice.querySelector("[data-unsent]");
    lost.hidden = !unsent.length;
    lost.querySelector("textarea").value = unsent
      .map((saver) => `${saver.position}. ${asText(saver.article, saver.name, saver.fields())}`)
      .join("\n\n");
    notice.hidden = false;
    notice.focus();
  }

  #say(saver, text, state) {
    const line = saver.article.querySelector("[data-item-state]");
    line.textContent = text;
    line.dataset.state = state;
  }

  #tell(text, saver) {
    this.state.textContent = saver
      ? text.replace("{number}", saver.position)
      : text;
  }
}
