/* Several lists in one grid: rows are themes, columns are lists. A part with “(?)” stands where it
   stands doubtfully; the reader may look for those, filter, order, and try another row for them. */

import { button, choice, element, tick } from "./parts.js";

const DOUBT = /\s*\(\?\)$/u;

export default function draw(stage) {
  const { board, table } = stage;
  const lists = table.columns.slice(1);
  const themes = table.rows.map((row) => row[0].text);
  const parts = table.rows.flatMap((row, theme) => row.slice(1).map((cell, list) => ({
    text: cell.text.replace(DOUBT, ""),
    isDoubtful: DOUBT.test(cell.text),
    home: theme,
    theme,
    list,
  })));
  const state = { theme: "", order: "grid", isDoubtOnly: false, chosen: null };

  const numbered = (names) => names.map((name, at) => [at, name]);
  const filter = choice(stage.text("theme"), [["", stage.text("every")], ...numbered(themes)], {
    change: (theme) => ((state.theme = theme), show()), lang: stage.contentLang,
  });
  const order = choice(stage.text("order"), ["grid", "agreement", "alphabet"].map((key) => [key, stage.text(key)]), {
    value: "grid", change: (key) => ((state.order = key), show()),
  });
  const doubt = tick(stage.text("doubtOnly"), { change: (is) => ((state.isDoubtOnly = is), show()) });
  const body = element("tbody");
  const head = element("tr", {}, element("td"), ...lists.map((name) => stage.content("th", name, { scope: "col" })));
  const title = element("caption", { className: "visually-hidden", textContent: stage.caption });
  const grid = element("table", { className: "fig-grid" }, title, element("thead", {}, head), body);
  const card = element("div", { className: "fig-card" });
  board.append(element("div", { className: "fig-fields" }, filter, order, doubt), grid, card);
  stage.foldTable();
  show();

  function show() {
    const hadFocus = body.contains(document.activeElement);
    body.replaceChildren(...shownThemes().map(rowOf));
    card.replaceChildren(...(state.chosen ? about(state.chosen) : [overview()]));
    if (hadFocus) body.querySelector("[aria-pressed=true]")?.focus();
    if (board.isConnected) stage.say(card.firstChild.textContent);
  }

  function shownThemes() {
    const all = themes.map((_, at) => at).filter((at) => state.theme === "" || Number(state.theme) === at);
    const doubts = (at) => inTheme(at).filter((part) => part.isDoubtful).length;
    if (state.order === "agreement") all.sort((one, other) => doubts(one) - doubts(other));
    if (state.order === "alphabet") all.sort((one, other) => themes[one].localeCompare(themes[other], stage.contentLang));
    return state.isDoubtOnly ? all.filter(doubts) : all;
  }

  function inTheme(at) {
    return parts.filter((part) => part.theme === at);
  }

  function rowOf(at) {
    const row = element("tr", {}, stage.content("th", themes[at], { scope: "row" }));
    lists.forEach((name, list) => {
      const cell = element("td", {}, ...inTheme(at).filter((part) => part.list === list).map(partOf));
      // Where the columns do not fit beside each other, each cell names its column.
      cell.dataset.list = name;
      row.append(cell);
    });
    return row;
  }

  function partOf(part) {
    const { chosen } = state;
    const marks = [part.isDoubtful && "is-doubtful", part.theme !== part.home && "is-moved"];
    if (chosen && part !== chosen && part.theme === chosen.theme) marks.push("is-kin");
    if (state.isDoubtOnly && !part.isDoubtful) marks.push("is-faint");
    const made = button("", () => ((state.chosen = part === chosen ? null : part), show()), ["fig-part", ...marks.filter(Boolean)].join(" "));
    made.append(stage.content("span", part.text));
    if (part.isDoubtful) made.append(" ", element("span", { textContent: "?" , title: stage.text("doubtful") }));
    made.setAttribute("aria-pressed", String(part === chosen));
    return made;
  }

  function overview() {
    const count = parts.filter((part) => part.isDoubtful).length;
    return element("p", { textContent: stage.text("hint", { count }) });
  }

  /* What stands in the same row, and for a doubtful part the rows it could go to. */
  function about(part) {
    const name = (one) => `${one.text} (${lists[one.list]}${one.isDoubtful ? ", ?" : ""})`;
    const kin = inTheme(part.theme).filter((one) => one !== part).map(name).join(", ");
    const values = { name: part.text, list: lists[part.list], theme: themes[part.theme], others: kin || "–" };
    const said = element("p", { textContent: stage.text("kin", values) });
    if (!part.isDoubtful) return [said];
    const to = choice(stage.text("move", { name: part.text }), numbered(themes), {
      value: String(part.theme), change: (theme) => move(part, Number(theme)), lang: stage.contentLang,
    });
    const home = part.theme === part.home ? stage.text("doubtful") : stage.text("moved", { theme: themes[part.home] });
    return [said, element("p", { textContent: home }), to];
  }

  function move(part, theme) {
    part.theme = theme;
    show();
    card.querySelector("select")?.focus();
  }
}
