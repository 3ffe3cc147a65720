/* A service in rows, gone through case by case. In the table the first column names the rows and the
   others are steps; a row with nothing but its name is a line; a dash means that nobody acts; a cell in
   bold is a point of failure. */

import { button, element } from "./parts.js";
import { stepper } from "./steps.js";

export default function draw(stage) {
  const { board, table } = stage;
  const steps = table.columns.slice(1);
  const rows = table.rows.map(([name, ...cells]) => ({
    name: name.text,
    cells,
    isLine: cells.every((cell) => cell.text === ""),
  }));
  let traced = null;

  const grid = element("table", { className: "fig-blueprint" });
  const title = element("caption", { className: "visually-hidden", textContent: stage.caption });
  const head = element("tr", {}, element("td"), ...steps.map((name) => stage.content("th", name, { scope: "col" })));
  const body = element("tbody", {}, ...rows.map(rowOf));
  grid.append(title, element("thead", {}, head), body);
  const card = element("div", { className: "fig-card" });
  let walk = null;
  const notes = steps.map((_, at) => rows.some(({ cells }) => cells[at]?.isStrong) && stage.text("flag"));
  walk = stepper(stage, steps, notes, () => ((traced = null), walk && show()));
  board.append(walk, grid, card);
  stage.foldTable();
  show();

  function rowOf(row) {
    const name = stage.content("th", row.name, { scope: "row", colSpan: row.isLine ? steps.length + 1 : 1 });
    const made = element("tr", { className: row.isLine ? "is-line" : "" }, name);
    if (!row.isLine) made.append(...row.cells.map((cell, at) => cellOf(row, cell, at)));
    return made;
  }

  function cellOf(row, cell, at) {
    const made = cell.isNothing
      ? element("td", { className: "is-empty", textContent: stage.text("nobody") })
      : stage.content("td", cell.text);
    if (cell.isStrong) {
      const follow = button(stage.text("follow"), () => trace(row, at), "button button-small");
      follow.setAttribute("aria-label", stage.text("followOne", { name: cell.text }));
      made.append(follow);
      made.classList.add("is-failing");
    }
    return made;
  }

  function trace(row, at) {
    walk.move(at);
    traced = row;
    show();
  }

  function show() {
    const { at } = walk;
    [...body.rows].forEach((made, index) => {
      const isTraced = traced !== null && index >= rows.indexOf(traced);
      [...made.cells].slice(1).forEach((cell, step) => {
        cell.classList.toggle("is-here", step === at);
        cell.classList.toggle("is-traced", step === at && isTraced);
      });
    });
    [...head.cells].slice(1).forEach((cell, step) => cell.classList.toggle("is-here", step === at));
    card.replaceChildren(...(traced ? cause(at) : acting(at)));
    if (board.isConnected) stage.say(card.innerText.replace(/\s+/g, " "));
  }

  /* Who acts in this step, in the words of the table. */
  function acting(at) {
    const place = stage.text("place", { number: at + 1, count: steps.length });
    const head = element("p", { className: "fig-card-head" }, `${place} `, stage.content("strong", steps[at]));
    const facts = element("dl", { className: "fig-facts" });
    for (const row of rows.filter((one) => !one.isLine)) {
      facts.append(stage.content("dt", row.name), whatOf(row.cells[at], "dd"));
    }
    return [head, facts];
  }

  /* From the failure down to the lowest row that could have prevented it. */
  function cause(at) {
    const below = rows.slice(rows.indexOf(traced)).filter((row) => !row.isLine);
    const head = element("p", { className: "fig-card-head" }, `${stage.text("failure")} `);
    head.append(stage.content("strong", traced.cells[at].text));
    const chain = element("ol", { className: "fig-chain" }, ...below.slice(1).map((row) => {
      return element("li", {}, stage.content("strong", row.name), ": ", whatOf(row.cells[at], "span"));
    }));
    const empty = below.slice(1).filter((row) => row.cells[at].isNothing);
    const lowest = empty.at(-1);
    const text = lowest ? stage.text("cause", { row: lowest.name, count: empty.length }) : stage.text("manned");
    return [head, chain, element("p", { textContent: text })];
  }

  function whatOf(cell, tag) {
    if (cell.isNothing) return element(tag, { textContent: stage.text("nobody"), className: "is-empty" });
    return stage.content(tag, cell.text);
  }
}
