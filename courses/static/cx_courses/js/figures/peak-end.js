/* Two episodes, moment by moment, and what four rules make of them. The first row of the table has
   the ratings of each episode, as numbers with commas between them. */

import { larger, measures } from "./episode.js";
import { button, chart, element, label, line, numberField, shape, switcher, valueTable } from "./parts.js";

const TOP = 10;
const MOST = 10;
const RULES = ["peakEnd", "mean", "sum"];

export default function draw(stage) {
  const { board, table } = stage;
  const names = table.columns.slice(1, 3);
  const given = table.rows[0].slice(1, 3).map((cell) => cell.text.split(",").map(Number));
  if (given.length < 2 || given.flat().some((rating) => !(rating >= 0 && rating <= TOP))) {
    throw new Error("peak-end: the first row of the table needs two lists of ratings from 0 to 10.");
  }
  let episodes = given.map((list) => [...list]);
  let chosen = 0;

  const who = switcher(stage.text("who"), names.map((name, at) => [at, name]), {
    value: 0, change: (at) => ((chosen = at), fill()), lang: stage.contentLang,
  });
  const fields = element("div", { className: "fig-moments" });
  const add = button(stage.text("add"), () => resize(1));
  const drop = button(stage.text("drop"), () => resize(-1));
  const reset = button(stage.text("reset"), () => ((episodes = given.map((list) => [...list])), fill()));
  const lines = chart((width) => drawLines(stage, width, names, episodes));
  const values = valueTable(stage.text("caption"), [stage.text("rule"), ...names, stage.text("worse")]);
  const result = element("p", { className: "fig-result" });
  const note = element("p", { className: "fig-note", textContent: stage.text("note") });
  board.append(lines, who, fields, element("div", { className: "fig-actions" }, add, drop, reset), result, values, note);
  fill();

  function resize(by) {
    const list = episodes[chosen];
    if (list.length + by < 1 || list.length + by > MOST) return;
    if (by > 0) list.push(list.at(-1));
    else list.pop();
    fill();
  }

  function fill() {
    const list = episodes[chosen];
    fields.replaceChildren(...list.map((value, at) => {
      const name = stage.text("moment", { number: at + 1, name: names[chosen] });
      return numberField(name, { value, min: 0, max: TOP, change: (next) => ((list[at] = next), show()) });
    }));
    add.setAttribute("aria-disabled", String(list.length >= MOST));
    drop.setAttribute("aria-disabled", String(list.length <= 1));
    show();
  }

  function show() {
    const both = episodes.map(measures);
    const verdict = (rule) => {
      const at = larger(both[0][rule], both[1][rule]);
      return at < 0 ? stage.text("same") : names[at];
    };
    const decimals = { peak: 0, end: 0, peakEnd: 1, mean: 1, sum: 0 };
    values.update(Object.keys(decimals).map((rule) => {
      const shown = both.map((one) => stage.number(one[rule], { decimals: decimals[rule] }));
      return [stage.text(rule), ...shown, RULES.includes(rule) ? verdict(rule) : ""];
    }));
    const said = Object.fromEntries(RULES.map((rule) => [rule, verdict(rule)]));
    const isAgreed = said.peakEnd === said.mean;
    result.textContent = stage.text(isAgreed ? "agreed" : "parted", said);
    lines.redraw();
    if (board.isConnected) stage.say(result.textContent);
  }
}

function drawLines(stage, width, names, episodes) {
  const longest = Math.max(...episodes.map((list) => list.length), 5);
  const across = (at) => 40 + (at / (longest - 1)) * (width - 72);
  const down = (rating) => 190 - (rating / TOP) * 150;
  const shapes = [0, 5, 10].flatMap((rating) => [
    line(32, down(rating), width - 16, down(rating)),
    label(26, down(rating) + 4, stage.number(rating), { anchor: "end" }),
  ]);
  for (let at = 0; at < longest; at += 1) shapes.push(label(across(at), 210, stage.number(at + 1)));
  shapes.push(label(width - 16, 228, stage.text("along"), { anchor: "end" }));
  episodes.forEach((list, which) => {
    const path = list.map((rating, at) => `${across(at)} ${down(rating)}`).join("L");
    shapes.push(shape("path", { d: `M${path}`, class: which ? "fig-line" : "fig-line is-under" }));
    const peak = list.indexOf(Math.max(...list));
    list.forEach((rating, at) => {
      const isMarked = at === peak || at === list.length - 1;
      const className = which ? "fig-dot" : "fig-dot is-other";
      // The first line shows on both sides of the second where the two are one.
      const r = (isMarked ? 6 : 3) + (which ? 0 : 4);
      shapes.push(shape("circle", { cx: across(at), cy: down(rating), r, class: className }));
    });
    const x = which ? width - 16 : 32;
    const side = { anchor: which ? "end" : "start", className: which ? "fig-accent" : "fig-warn" };
    shapes.push(label(x, 20, names[which], side));
  });
  const [first, second] = episodes.map((list) => list.join(", "));
  return { height: 234, label: stage.text("picture", { one: names[0], first, two: names[1], second }), shapes };
}
