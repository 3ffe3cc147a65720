/* How sure a score is with so many replies: the interval, its root, its formula. */

import { chart, element, label, line, numberField, scale, shape, valueTable } from "./parts.js";
import { margin, standardError, variance } from "./score.js";

const LEAST = 20;
const MOST = 2000;
const ROUGH = 50;
const ROWS = [1 / 4, 1, 4];

export default function draw(stage) {
  const { board } = stage;
  const replies = numberField(stage.text("replies"), { value: 200, min: LEAST, max: MOST, change: show });
  const promoters = numberField(stage.text("promoters"), { value: 45, min: 0, max: 100, change: show });
  const detractors = numberField(stage.text("detractors"), { value: 25, min: 0, max: 55, change: show });
  const intervals = chart((width) => drawIntervals(stage, width, state()));
  const curve = chart((width) => drawCurve(stage, width, state()));
  const result = element("p", { className: "fig-result" });
  const working = element("ol", { className: "fig-working" });
  const columns = ["size", "error", "margin", "interval"].map((one) => stage.text(one));
  const table = valueTable(stage.text("caption"), columns);
  const note = element("p", { className: "fig-note" });

  const fields = element("div", { className: "fig-fields" }, replies, promoters, detractors);
  board.append(fields, intervals, result, table, working, curve, note);
  show();

  function state() {
    const p = promoters.value / 100;
    const d = detractors.value / 100;
    return { n: replies.value, p, d, score: promoters.value - detractors.value };
  }

  function show() {
    detractors.limit(100 - promoters.value);
    const now = state();
    result.textContent = sentence(stage, now);
    table.update(ROWS.map((factor) => row(stage, now, factor)));
    working.replaceChildren(...steps(stage, now).map((text) => element("li", { textContent: text })));
    note.textContent = remarks(stage, now).join(" ");
    intervals.redraw();
    curve.redraw();
    if (board.isConnected) stage.say(result.textContent);
  }
}

const points = (stage, value) => stage.number(value, { decimals: 1 });

function bounds({ p, d, score }, replies) {
  const either = margin(p, d, replies);
  return { either, from: score - either, to: score + either };
}

function sentence(stage, now) {
  const { either, from, to } = bounds(now, now.n);
  const values = { score: stage.number(now.score), margin: points(stage, either), n: stage.number(now.n) };
  return stage.text("result", { ...values, from: points(stage, from), to: points(stage, to) });
}

function row(stage, now, factor) {
  const size = Math.round(now.n * factor);
  const { either, from, to } = bounds(now, size);
  const range = stage.text("range", { from: points(stage, from), to: points(stage, to) });
  return [stage.number(size), points(stage, standardError(now.p, now.d, size)), `± ${points(stage, either)}`, range];
}

function steps(stage, { n, p, d, score }) {
  const exact = (value, decimals) => stage.number(value, { decimals });
  const v = variance(p, d);
  const share = (value) => exact(value, 2);
  return [
    `v = ${share(p)} + ${share(d)} − (${share(score / 100)})² = ${exact(v, 4)}`,
    `v ÷ n = ${exact(v, 4)} ÷ ${stage.number(n)} = ${exact(v / n, 6)}`,
    `196 × √${exact(v / n, 6)} = ${points(stage, margin(p, d, n))}`,
  ];
}

function remarks(stage, now) {
  const { either } = bounds(now, now.n);
  const { from, to } = bounds(now, Math.round(now.n * ROWS[0]));
  const found = [stage.text("halve", { half: points(stage, either / 2), n: stage.number(4 * now.n) })];
  if (variance(now.p, now.d) === 0) return [stage.text("alike")];
  if (now.n < ROUGH) found.push(stage.text("rough"));
  if (from < -100 || to > 100) found.push(stage.text("overshoots"));
  return found;
}

function drawIntervals(stage, width, now) {
  const at = (value) => 20 + ((Math.min(100, Math.max(-100, value)) + 100) / 200) * (width - 40);
  const number = (value) => stage.number(value, { sign: true });
  const shapes = scale({ from: -100, to: 100, every: 50, at, top: 8, bottom: 148, number });
  ROWS.forEach((factor, index) => {
    const y = 38 + index * 46;
    const size = Math.round(now.n * factor);
    const { from, to } = bounds(now, size);
    const className = factor === 1 ? "fig-band is-now" : "fig-band";
    shapes.push(shape("rect", { x: at(from), y: y - 8, width: Math.max(2, at(to) - at(from)), height: 16, rx: 3, class: className }));
    shapes.push(shape("circle", { cx: at(now.score), cy: y, r: 5, class: "fig-dot" }));
    // The words stand where there is room for them.
    const isRight = now.score < 0;
    shapes.push(label(isRight ? width - 20 : 20, y - 14, stage.text("bar", { n: stage.number(size) }), {
      anchor: isRight ? "end" : "start",
      className: factor === 1 ? "fig-strong" : "fig-soft",
    }));
  });
  return { height: 172, label: stage.text("bars", { result: sentence(stage, now) }), shapes };
}

function drawCurve(stage, width, now) {
  const top = Math.max(20, Math.ceil(margin(now.p, now.d, LEAST) / 10) * 10);
  const across = (n) => 36 + (n / MOST) * (width - 56);
  const down = (value) => 148 - (value / top) * 124;
  const shapes = scale({
    from: 0, to: MOST, every: width < 400 ? 1000 : 500, at: across, top: 20, bottom: 148,
    number: (value) => stage.number(value),
  });
  for (let value = 0; value <= top; value += top > 40 ? 20 : 10) {
    shapes.push(line(36, down(value), width - 20, down(value)));
    shapes.push(label(30, down(value) + 4, stage.number(value), { anchor: "end" }));
  }
  const path = [];
  for (let n = LEAST; n <= MOST; n += 20) path.push(`${across(n)} ${down(margin(now.p, now.d, n))}`);
  shapes.push(shape("path", { d: `M${path.join("L")}`, class: "fig-line" }));
  shapes.push(shape("circle", { cx: across(now.n), cy: down(margin(now.p, now.d, now.n)), r: 6, class: "fig-dot" }));
  shapes.push(label(36, 12, stage.text("up"), { anchor: "start" }), label(width - 20, 182, stage.text("along"), { anchor: "end" }));
  const values = { n: stage.number(now.n), margin: points(stage, margin(now.p, now.d, now.n)) };
  return { height: 190, label: stage.text("curve", values), shapes };
}
