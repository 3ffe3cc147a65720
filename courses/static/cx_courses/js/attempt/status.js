/* The state of saving on the page: beside each question, in one line for all, and in notices. */

import { asText } from "./fields.js";

export class Status {
  constructor({ form, texts }) {
    this.texts = texts;
    this.line = form.querySelector("[data-save-state]");
    // As the page writes its times: on the same clock, with 24 hours.
    const { lang } = document.documentElement;
    const { timeZone } = document.body.dataset;
    const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    this.time = new Intl.DateTimeFormat(lang, { ...shape, timeZone });
  }

  /* Beside the question; quiet, for there may be many. */
  setItem(saver, text, state) {
    const line = saver.article.querySelector("[data-item-state]");
    line.textContent = text;
    line.dataset.state = state;
  }

  /* For all questions; screen readers announce it. */
  setLine(text, state) {
    this.line.textContent = text;
    if (state) {
      this.line.dataset.state = state;
    }
  }

  /* Something was changed that has not arrived yet. */
  touched(saver, text) {
    this.setItem(saver, text, "");
    this.line.dataset.state = "changed";
  }

  saving(saver) {
    this.setItem(saver, this.texts.saving, "saving");
    this.line.dataset.state = "saving";
  }

  saved(saver, at, { isAll }) {
    const text = this.texts.savedAt.replace("{time}", this.time.format(new Date(at)));
    saver.article.dataset.savedText = text;
    saver.article.querySelector("[data-error]")?.remove();
    this.setItem(saver, text, "saved");
    if (isAll) {
      this.setLine(text, "saved");
    }
  }

  /* Back to what stood there before somebody typed and took it back. */
  unchanged(saver, { isAll }) {
    if (!saver.hasUnsaved) {
      this.setItem(saver, saver.article.dataset.savedText ?? "", "saved");
    }
    if (isAll) {
      this.line.dataset.state = "saved";
    }
  }

  error(saver, message) {
    let error = saver.article.querySelector("[data-error]");
    if (!error) {
      error = document.createElement("p");
      error.className = "question-error";
      error.dataset.error = "";
      error.setAttribute("role", "alert");
      saver.article.querySelector("[data-actions]").before(error);
    }
    error.textContent = message;
  }

  /* Beside the button that was pressed: why it did not go on, with a link to each such question. */
  unsaved(positions, pageUrl) {
    const notice = document.querySelector("#attempt-unsaved");
    const links = positions.map((position) => {
      const link = document.createElement("a");
      const isHere = document.querySelector(`#item-${position}`) !== null;
      const [path] = pageUrl.split("?");
      link.href = isHere ? `#item-${position}` : `${path}?item=${position}#item-${position}`;
      link.textContent = this.texts.question.replace("{number}", position);
      const entry = document.createElement("li");
      entry.append(link);
      return entry;
    });
    notice.querySelector("ul").replaceChildren(...links);
    notice.hidden = false;
    notice.focus();
  }

  allSaved() {
    document.querySelector("#attempt-unsaved").hidden = true;
  }

  /* Nothing more can be saved: show that, and what did not arrive. */
  closed(message, unsent) {
    const notice = document.querySelector("#attempt-closed");
    notice.querySelector("[data-message]").textContent = message ?? this.texts.closed;
    const lost = notice.querySelector("[data-unsent]");
    lost.hidden = !unsent.length;
    lost.querySelector("textarea").value = unsent
      .map((saver) => `${saver.position}. ${asText(saver.article, saver.name, saver.fields())}`)
      .join("\n\n");
    notice.hidden = false;
    notice.focus();
  }
}
