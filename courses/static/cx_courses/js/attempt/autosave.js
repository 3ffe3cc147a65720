/* Saving one question: what changed goes into the queue, the queue goes to the server, one request
   at a time and in order. Nothing leaves the queue before the server has confirmed it. */

import { collect, fill, hasEmptyPart, isBlank, isSame, isTouched } from "./fields.js";
import { newName } from "./queue.js";

const TYPING_MS = 800;

export class ItemSaver {
  /* `page` gets a call for what happens: typing, changed, saving, saved, refused, stopped … */
  constructor({ article, form, queue, api, page }) {
    Object.assign(this, { form, queue, api, page });
    this.isHeld = false;
    this.attach(article);
  }

  attach(article) {
    this.article = article;
    this.position = Number(article.dataset.item);
    this.name = article.dataset.name;
    this.url = article.dataset.saveUrl;
    this.isChecked = article.dataset.mode === "check";
    this.known = this.fields();
    this.isEarly = isTouched(article);
    article.addEventListener("input", (event) => this.#onInput(event, TYPING_MS));
    // A choice is made, or a text field was left: what is there is due at once.
    article.addEventListener("change", (event) => this.#onInput(event, 0));
  }

  get revision() {
    return Number(this.article.dataset.revision);
  }

  set revision(value) {
    this.article.dataset.revision = value;
    const field = this.form.elements.namedItem(`${this.name}based_on`);
    if (field) {
      field.value = value;
    }
  }

  get hasUnsaved() {
    return Boolean(this.queue.head(this.position));
  }

  fields() {
    return collect(this.form, this.name);
  }

  /* Show what an earlier visit left in the queue; it is newer than what the page came with. */
  restore() {
    const left = this.queue.latest(this.position);
    const canRespond = this.form.elements.namedItem(`${this.name}based_on`);
    if (!left || (left.isDraft && !canRespond)) {
      this.queue.discard(this.position);
      return;
    }
    if (isSame(left.fields, this.known) && (left.isDraft || left.isRefused)) {
      this.queue.discard(this.position);
      return;
    }
    this.queue.entries(this.position).forEach((entry) => (entry.isRefused = false));
    fill(this.article, this.name, left.fields);
    this.known = this.fields();
    this.page.restored(this, left);
  }

  /* Somebody answered while this script was still on its way. */
  catchUp() {
    if (this.isEarly && !this.hasUnsaved) {
      this.known = null;
      this.changed();
    }
  }

  #onInput(event, delay) {
    if (!event.target.name?.startsWith(this.name) && !event.target.matches("[data-order]")) {
      return;
    }
    clearTimeout(this.timer);
    this.page.typing(this);
    if (delay) {
      this.timer = setTimeout(() => this.changed(), delay);
    } else {
      this.changed();
    }
  }

  /* Queue the input as it is now, if it is new. Gives whether it was. */
  note() {
    clearTimeout(this.timer);
    const fields = this.fields();
    if (isSame(fields, this.known)) {
      this.page.unchanged(this);
      return false;
    }
    this.known = fields;
    this.isHeld = this.isHeld && !this.queue.head(this.position)?.isRefused;
    if (this.isChecked && isBlank(fields)) {
      this.queue.discard(this.position);
    } else {
      this.#enqueue(fields, { isDraft: this.isChecked });
    }
    this.page.changed(this, { isBlank: isBlank(fields) });
    return true;
  }

  changed() {
    if (this.note()) {
      this.run();
    }
  }

  /* Send what is there as one try (questions that answer at once). Empty parts are asked for first,
     unless the attempt ends: then what is there counts as it is. */
  check({ isLast = false } = {}) {
    clearTimeout(this.timer);
    const fields = this.fields();
    if (!isBlank(fields) && !isLast && hasEmptyPart(this.article)) {
      this.note();
      this.page.incomplete(this);
      return Promise.resolve();
    }
    this.known = fields;
    if (isBlank(fields)) {
      this.page.nothingToCheck(this);
      return Promise.resolve();
    }
    this.isHeld = false;
    this.#enqueue(fields, { isDraft: false });
    return this.run();
  }

  #enqueue(fields, { isDraft }) {
    this.queue.put(this.position, {
      key: newName(),
      basedOn: this.revision,
      fields,
      isClear: isBlank(fields),
      isTried: false,
      isDraft,
      at: Date.now(),
    });
  }

  /* Work the queue off until it is empty, or somebody must decide or wait. */
  run() {
    this.running ??= this.#work().finally(() => (this.running = null));
    return this.running;
  }

  async #work() {
    let entry = this.#next();
    while (entry) {
      entry.isTried = true;
      this.queue.keep(this.position);
      this.page.saving(this);
      const { kind, data } = await this.api.save(this.url, this.name, entry);
      entry = this.#applyAnswer(kind, data, entry) ? this.#next() : null;
    }
  }

  #next() {
    const entry = this.queue.head(this.position);
    return entry && !entry.isDraft && !entry.isRefused && !this.isHeld ? entry : null;
  }

  /* Gives whether to go on with the next entry. */
  #applyAnswer(kind, data, entry) {
    if (kind === "saved") {
      this.queue.confirm(this.position, entry.key, data.revision);
      this.revision = data.revision;
      this.page.saved(this, data, { isBlank: isBlank(entry.fields) });
      return true;
    }
    if (data.is_only_item) {
      // This question takes nothing more, the others do: give the words back and go on.
      this.queue.discard(this.position);
      this.page.tooLate(this, data, entry.fields);
      return false;
    }
    if (kind === "refused") {
      entry.isRefused = true;
      this.queue.keep(this.position);
      this.page.refused(this, data);
      return this.queue.entries(this.position).length > 1 && this.#dropRefused();
    }
    if (kind === "stale") {
      this.isHeld = true;
    }
    this.page.stopped(this, kind, data);
    return false;
  }

  /* A newer input stands behind the refused one and takes its place. */
  #dropRefused() {
    const [refused] = this.queue.entries(this.position);
    this.queue.confirm(this.position, refused.key, refused.basedOn);
    return true;
  }

  /* Conflict: the learner's own version is to count after all. */
  keepOwn(revision) {
    this.revision = revision;
    this.queue.discard(this.position);
    this.isHeld = false;
    this.known = this.fields();
    this.#enqueue(this.known, { isDraft: false });
    return this.run();
  }

  /* Conflict: the stored version is to count; `article` shows it. */
  takeStored(article) {
    clearTimeout(this.timer);
    this.queue.discard(this.position);
    this.isHeld = false;
    this.replace(article);
  }

  replace(article) {
    this.article.replaceWith(article);
    this.attach(article);
  }

  clear() {
    fill(this.article, this.name, []);
    this.changed();
  }

  /* The page is going: queue what was typed last and send it without waiting for the answer. */
  leave() {
    this.note();
    const entry = this.#next();
    if (entry) {
      entry.isTried = true;
      this.queue.keep(this.position);
      this.api.save(this.url, this.name, entry, { isLeaving: true });
    }
  }
}
