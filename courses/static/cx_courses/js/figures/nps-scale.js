/* Eleven counts, and the score that they come to. The table of the block is not needed. */

import { button, chart, choice, element, label, line, scale, shape, valueTable } from "./parts.js";
import { groupOf, grouped, npsOf } from "./score.js";

const MOST = 9999;
const GROUPS = ["promoters", "passives", "detractors"];
const EXAMPLES = {
  ten: [0, 0, 0, 1, 0, 0, 2, 2, 2, 2, 1],
  many: [4, 2, 3, 4, 5, 8, 14, 30, 34, 50, 46],
  dull: [0, 0, 0, 0, 0, 0, 0, 36, 34, 20, 10],
  divided: [9, 4, 3, 4, 4, 6, 5, 0, 0, 25, 40],
  lukewarm: [0, 0, 0, 0, 0, 0, 0, 10, 10, 0, 0],
};

export default function draw(stage) {
  const { board } = stage;
  let counts = [...EXAMPLES.ten];

  const examples = Object.keys(EXAMPLES).map((key) => [key, stage.text(key)]);
  const example = choice(stage.text("example"), [...examples, ["own", stage.text("own")]], {
    value: "ten",
    change: (key) => EXAMPLES[key] && put(EXAMPLES[key], key),
  });
  const columns = counts.map((_, rating) => column(stage, rating, (count) => {
    counts[rating] = count;
    show("own");
  }));
  const actions = element("div", { className: "fig-actions" },
    button(stage.text("sixes"), () => put(moved(counts, 6, 7), "own")),
    button(stage.text("ones"), () => put(moved(counts, 1, 6), "own")),
    button(stage.text("passive"), () => put(counts.map((n, rating) => n + 5 * (groupOf(rating) === "passives")), "own")),
  );
  const table = valueTable(stage.text("caption"), ["group", "replies", "share"].map((one) => stage.text(one)));
  const result = element("p", { className: "fig-result" });
  const notes = element("ul", { className: "fig-notes" });
  const axis = chart((width) => drawAxis(stage, width, npsOf(grouped(counts))));

  const inputs = element("fieldset", { className: "fig-counts" },
    element("legend", { textContent: stage.text("legend") }), ...columns);
  board.append(example, inputs, actions, axis, result, table, notes);
  show("ten");

  function put(next, key) {
    counts = next.map((count) => Math.min(MOST, count));
    columns.forEach((one, rating) => one.put(counts[rating]));
    show(key);
  }

  function show(key) {
    example.control.value = key;
    const most = Math.max(1, ...counts);
    columns.forEach((one, rating) => one.fill(counts[rating] / most));
    const groups = grouped(counts);
    const nps = npsOf(groups);
    const shown = (value) => (nps ? `${stage.number(value, { decimals: 1 })}%` : "–");
    table.update([
      ...GROUPS.map((group) => [stage.text(group), stage.number(groups[group]), shown(nps?.[group])]),
      [stage.text("all"), stage.number(nps?.all ?? 0), shown(100)],
    ]);
    result.textContent = sentence(stage, nps);
    notes.replaceChildren(...remarks(stage, groups, nps).map((text) => element("li", { textContent: text })));
    axis.redraw();
    if (board.isConnected) stage.say(result.textContent);
  }
}

function column(stage, rating, change) {
  const group = groupOf(rating);
  const input = element("input", { type: "number", className: "input", min: 0, max: MOST, step: 1 });
  input.inputMode = "numeric";
  input.setAttribute("aria-label", stage.text("rating", { rating, group: stage.text(group) }));
  const bar = element("span", { className: "fig-bar" });
  const name = element("span", { className: "fig-rating", textContent: rating });
  const made = element("div", { className: `fig-count is-${group}` }, bar, name, input);
  for (const part of [bar, name]) part.setAttribute("aria-hidden", "true");
  let held = 0;
  made.put = (count) => (input.value = held = count);
  made.fill = (share) => bar.style.setProperty("--fig-share", share);
  input.addEventListener("input", () => {
    if (input.value === "" || !input.validity.valid) return;
    held = Number(input.value);
    change(held);
  });
  input.addEventListener("change", () => (input.value = held));
  made.put(EXAMPLES.ten[rating]);
  return made;
}

function moved(counts, from, to) {
  return counts.map((count, rating) => {
    if (rating === from) return 0;
    return rating === to ? count + counts[from] : count;
  });
}

function sentence(stage, nps) {
  if (!nps) return stage.text("nobody");
  const one = (value) => stage.number(value, { decimals: 1 });
  const { promoters, detractors, score, all } = nps;
  const values = { promoters: one(promoters), detractors: one(detractors), score: one(score) };
  return stage.text("result", { ...values, all: stage.number(all) });
}

/* What the usual slips would give, where they give something else. */
function remarks(stage, { promoters, detractors }, nps) {
  if (!nps) return [];
  const one = (value) => stage.number(value, { decimals: 1 });
  const values = { promoters: stage.number(promoters), detractors: stage.number(detractors) };
  const without = nps.withoutPassives;
  const slip = { ...values, some: stage.number(promoters + detractors), score: without === null ? "" : one(without) };
  const rounded = { whole: stage.number(nps.wholeFirst), score: one(nps.score) };
  return [
    without === null && stage.text("only"),
    without !== null && without !== nps.score && stage.text("without", slip),
    !nps.isExact && stage.text("inexact"),
    nps.wholeFirst !== nps.score && stage.text("rounding", rounded),
  ].filter(Boolean);
}

function drawAxis(stage, width, nps) {
  const at = (value) => 24 + ((value + 100) / 200) * (width - 48);
  const number = (value) => stage.number(value, { sign: true });
  const shapes = scale({ from: -100, to: 100, every: 50, at, top: 30, bottom: 52, number });
  shapes.push(line(at(-100), 41, at(100), 41, "fig-axis"));
  if (nps) {
    const { score, withoutPassives } = nps;
    if (withoutPassives !== null && withoutPassives !== score) shapes.push(shape("circle", { cx: at(withoutPassives), cy: 41, r: 6, class: "fig-hollow" }));
    shapes.push(shape("circle", { cx: at(score), cy: 41, r: 7, class: "fig-dot" }));
    const text = `NPS ${stage.number(score, { decimals: 1 })}`;
    shapes.push(label(Math.min(width - 40, Math.max(40, at(score))), 20, text, { className: "fig-strong" }));
  }
  return { height: 74, label: stage.text("axis", { result: sentence(stage, nps) }), shapes };
}
