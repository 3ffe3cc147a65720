/* What a live figure gets to work with: the table of its block, words and numbers in the course's language, and
   a board in the place of the picture. It shows only once the figure has been drawn whole. */

import { element } from "./parts.js";
import { formatNumber, readNumber } from "./numbers.js";

const NOTHING = /^[-–—]?$/u;

export class Stage {
  constructor({ root, words, say, lang }) {
    Object.assign(this, { root, words, say });
    this.lang = lang || document.documentElement.lang || "en";
    this.contentLang = root.closest("[lang]")?.lang || this.lang;
    this.figure = root.querySelector("figure");
    this.caption = root.querySelector("figcaption")?.textContent.trim() ?? "";
    this.table = readTable(root.querySelector("table"));
    this.board = element("div", { className: "fig", lang: this.lang });
    this.board.setAttribute("role", "group");
    this.board.setAttribute("aria-label", this.text("name", { caption: this.caption }));
  }

  /* The reader's words with values in place of the braces. */
  text(word, values = {}) {
    const put = (_, name) => (name in values ? String(values[name]) : `{${name}}`);
    return (this.words[word] ?? word).replace(/\{(\w+)\}/g, put);
  }

  number(value, options) {
    return formatNumber(value, this.lang, options);
  }

  /* An element with words of the course, which may be in another language than the page. */
  content(tag, text, properties = {}) {
    return element(tag, { lang: this.contentLang, textContent: text, ...properties });
  }

  /* For figures that show all of their table. */
  foldTable() {
    const wrap = this.root.querySelector(".table-scroll");
    if (!wrap) return;
    const fold = element("details", { className: "fig-fold" });
    fold.append(element("summary", { textContent: this.text("table"), lang: this.lang }));
    wrap.replaceWith(fold);
    fold.append(wrap);
  }

  show() {
    // The picture is out of sight, but on paper it is what there is to see.
    this.figure.querySelector("img")?.setAttribute("loading", "eager");
    this.figure.prepend(this.board);
    this.root.classList.add("is-live");
  }
}

/* Column names and rows of cells; a cell is { text, number, isNothing, isStrong }. */
function readTable(table) {
  if (!table) return { columns: [], rows: [] };
  const columns = [...table.querySelectorAll("thead tr > *")].map((cell) => cell.textContent.trim());
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => [...row.cells].map(readCell));
  return { columns, rows };
}

function readCell(cell) {
  const text = cell.textContent.trim();
  const isStrong = cell.querySelector("strong") !== null;
  return { text, number: readNumber(text), isNothing: NOTHING.test(text), isStrong };
}
