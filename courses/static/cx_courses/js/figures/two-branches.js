/* Two samples from one population, again and again: how far apart chance alone puts them. The table's
   last two columns are differences and their margins; a reader may hold one against the draws. */

import { sampleScore, seeded, spread } from "./chance.js";
import { button, chart, choice, element, label, line, numberField, scale, shape, valueTable } from "./parts.js";
import { combined, margin, standardError } from "./score.js";

const BINS = 30;
const MANY = 100;
const MOST_PAIRS = 5000;

export default function draw(stage) {
  const { board } = stage;
  const found = comparisons(stage.table);
  let compared = null;
  let pairs = [];
  let next = null;

  const field = (word, options) => numberField(stage.text(word), { change: restart, ...options });
  const replies = field("replies", { value: 60, min: 10, max: 500 });
  const promoters = field("promoters", { value: 45, min: 0, max: 100 });
  const detractors = field("detractors", { value: 25, min: 0, max: 55 });
  const seed = field("seed", { value: 1, min: 1, max: 9999, isPlain: true });
  const against = choice(stage.text("against"), [["", stage.text("none")], ...found.map((one, at) => [at, one.name])], {
    change: (at) => ((compared = found[at] ?? null), show()),
    lang: stage.contentLang,
  });
  const again = button(stage.text("again"), () => more(1), "button button-small button-primary");
  const many = button(stage.text("many", { count: MANY }), () => more(MANY));
  const afresh = button(stage.text("afresh"), restart);
  const dots = chart((width) => drawPairs(stage, width, state()));
  const result = element("p", { className: "fig-result" });
  const caption = stage.text("caption");
  const table = valueTable(caption, [stage.text("measure"), stage.text("value")]);

  board.append(
    element("div", { className: "fig-fields" }, replies, promoters, detractors),
    element("div", { className: "fig-fields" }, seed, ...(found.length ? [against] : [])),
    element("div", { className: "fig-actions" }, again, many, afresh),
    dots, result, table,
  );
  restart();

  function restart() {
    detractors.limit(100 - promoters.value);
    pairs = [];
    next = seeded(seed.value);
    more(1);
  }

  function more(count) {
    const { p, d, n } = state();
    const one = () => sampleScore(next, { promoters: p, detractors: d, replies: n });
    for (let pair = 0; pair < count && pairs.length < MOST_PAIRS; pair += 1) {
      const first = one();
      const second = one();
      pairs.push({ first, second, difference: second - first });
    }
    show();
  }

  function state() {
    const p = promoters.value / 100;
    const d = detractors.value / 100;
    const n = replies.value;
    const error = combined(standardError(p, d, n), standardError(p, d, n));
    return { p, d, n, error, limit: combined(margin(p, d, n), margin(p, d, n)), pairs, compared };
  }

  function show() {
    const now = state();
    for (const one of [again, many]) one.setAttribute("aria-disabled", String(pairs.length >= MOST_PAIRS));
    result.textContent = sentence(stage, now);
    table.update(values(stage, now));
    dots.redraw();
    if (board.isConnected) stage.say(result.textContent);
  }
}

/* The table's differences, those of the first row's margin: another margin is another size of sample. */
function comparisons({ rows }) {
  const all = rows
    .map((row) => ({ name: row[0]?.text, change: row.at(-2)?.number, margin: row.at(-1)?.number }))
    .filter((one) => typeof one.change === "number" && typeof one.margin === "number");
  return all.filter((one) => one.margin === all[0].margin);
}

const points = (stage, value, sign = false) => stage.number(value, { decimals: 1, sign });
const EDGE = 1e-9;

function beyond(pairs, distance) {
  return pairs.filter(({ difference }) => Math.abs(difference) >= distance - EDGE).length;
}

function sentence(stage, { pairs, compared }) {
  const { first, second, difference } = pairs.at(-1);
  const values = { first: points(stage, first), second: points(stage, second), difference: points(stage, difference, true) };
  const said = [stage.text("result", values)];
  if (compared) {
    const apart = { name: compared.name, change: points(stage, compared.change, true), pairs: stage.number(pairs.length) };
    said.push(stage.text("apart", { ...apart, count: stage.number(beyond(pairs, Math.abs(compared.change))) }));
  }
  return said.join(" ");
}

function values(stage, { pairs, error, limit }) {
  const differences = pairs.map((one) => one.difference);
  const inside = pairs.length - beyond(pairs, limit);
  const share = stage.number((100 * inside) / pairs.length);
  return [
    [stage.text("drawn"), stage.number(pairs.length)],
    [stage.text("error"), points(stage, error)],
    [stage.text("spread"), pairs.length > 1 ? points(stage, spread(differences)) : "–"],
    [stage.text("margin"), `± ${points(stage, limit)}`],
    [stage.text("inside"), stage.text("of", { inside: stage.number(inside), pairs: stage.number(pairs.length), share })],
    [stage.text("largest"), points(stage, Math.max(...differences.map(Math.abs)))],
  ];
}

function drawPairs(stage, width, { pairs, error, limit, compared }) {
  const widest = Math.max(3.5 * error, Math.abs(compared?.change ?? 0) + 5, 10);
  const reach = Math.ceil(widest / 10) * 10;
  const at = (value) => 16 + ((Math.min(reach, Math.max(-reach, value)) + reach) / (2 * reach)) * (width - 32);
  const every = [5, 10, 20, 50, 100].find((step) => (2 * reach) / step <= width / 55);
  const number = (value) => stage.number(value, { sign: true });
  const band = shape("rect", { x: at(-limit), y: 24, width: at(limit) - at(-limit), height: 136, class: "fig-area" });
  const shapes = [band, ...scale({ from: -reach, to: reach, every, at, top: 24, bottom: 160, number })];
  shapes.push(label(at(0), 16, stage.text("band", { margin: points(stage, limit) })));
  const bins = counted(pairs, reach);
  const most = Math.max(8, ...bins);
  const size = (width - 32) / BINS;
  bins.forEach((count, index) => {
    const height = (count / most) * 128;
    if (count) shapes.push(shape("rect", { x: 16 + index * size + 0.5, y: 160 - height, width: size - 1, height, class: "fig-fill" }));
  });
  shapes.push(line(at(0), 24, at(0), 160, "fig-axis"));
  shapes.push(shape("circle", { cx: at(pairs.at(-1).difference), cy: 160, r: 6, class: "fig-latest" }));
  if (compared) {
    shapes.push(line(at(compared.change), 24, at(compared.change), 160, "fig-mark"));
    const isRight = at(compared.change) > width / 2;
    const x = at(compared.change) + (isRight ? -6 : 6);
    shapes.push(label(x, 38, compared.name, { anchor: isRight ? "end" : "start", className: "fig-warn" }));
  }
  shapes.push(label(width - 16, 194, stage.text("along"), { anchor: "end" }));
  return { height: 202, label: stage.text("picture", { pairs: stage.number(pairs.length), margin: points(stage, limit) }), shapes };
}

function counted(pairs, reach) {
  const bins = new Array(BINS).fill(0);
  for (const { difference } of pairs) {
    const index = Math.floor(((difference + reach) / (2 * reach)) * BINS);
    bins[Math.min(BINS - 1, Math.max(0, index))] += 1;
  }
  return bins;
}
