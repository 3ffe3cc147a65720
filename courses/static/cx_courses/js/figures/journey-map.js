/* One customer's way, step by step, as the customer has it and as the firm does. In the table the
   first column names the steps, a column of numbers is the mood, and a column with dashes is the
   firm's: a dash stands where the firm has nothing. */

import { chart, element, label, line, shape, switcher } from "./parts.js";
import { stepper } from "./steps.js";

export default function draw(stage) {
  const { board, table } = stage;
  const mood = columnWhere(table, (cells) => cells.every((cell) => cell.number !== null));
  const firm = columnWhere(table, (cells) => cells.some((cell) => cell.isNothing));
  if (!mood) throw new Error("journey-map: the table needs a column of numbers for the mood.");
  const steps = table.rows.map((row) => ({
    name: row[0].text,
    mood: row[mood].number,
    isSeen: !firm || !row[firm].isNothing,
    cells: row,
  }));
  let isFirm = false;

  const views = firm && switcher(stage.text("view"), [["customer", stage.text("customer")], ["firm", stage.text("firm")]], {
    value: "customer",
    change: (view) => ((isFirm = view === "firm"), show()),
  });
  const curve = chart((width) => drawCurve(stage, width, { steps, at: walk?.at ?? 0, isFirm, go: (at) => walk.move(at) }));
  const card = element("div", { className: "fig-card" });
  const pains = element("p", { className: "fig-note" });
  let walk = null;
  walk = stepper(stage, steps.map((step) => step.name), [], () => walk && show());
  board.append(...(views ? [views] : []), curve, walk, card, pains);
  show();

  function show() {
    const step = steps[walk.at];
    const place = stage.text("place", { number: walk.at + 1, count: steps.length });
    const head = element("p", { className: "fig-card-head" });
    head.append(`${place} `, stage.content("strong", step.name));
    const facts = element("dl", { className: "fig-facts" });
    const isHidden = isFirm && !step.isSeen;
    table.columns.forEach((name, column) => {
      const isShown = column > 0 && (isFirm ? column === firm : column !== firm);
      if (isShown) facts.append(stage.content("dt", name), fact(step, column, isHidden));
    });
    card.replaceChildren(head, facts);
    pains.textContent = remark();
    curve.redraw();
    if (board.isConnected) stage.say(card.innerText.replace(/\s+/g, " "));
  }

  function fact(step, column, isHidden) {
    if (isHidden) return element("dd", { textContent: stage.text("nothing") });
    if (column === mood) {
      const words = step.mood < 0 ? `${moodOf(stage, step.mood)} – ${stage.text("pain")}` : moodOf(stage, step.mood);
      return element("dd", { textContent: words });
    }
    return stage.content("dd", step.cells[column].text);
  }

  function remark() {
    const known = steps.filter((step) => step.isSeen);
    if (isFirm) {
      const unseen = steps.filter((step) => !step.isSeen && step.mood < 0).length;
      return stage.text("blind", { seen: known.length, count: steps.length, pains: unseen });
    }
    const low = steps.map((step, at) => (step.mood < 0 ? at + 1 : 0)).filter(Boolean);
    return low.length ? stage.text("pains", { steps: low.join(", ") }) : "";
  }
}

function columnWhere({ rows, columns }, fits) {
  const found = columns.findIndex((_, column) => column > 0 && fits(rows.map((row) => row[column])));
  return Math.max(0, found);
}

const moodOf = (stage, mood) => stage.number(mood, { sign: true });

function drawCurve(stage, width, { steps, at, isFirm, go }) {
  const reach = Math.max(1, ...steps.map((step) => Math.abs(step.mood)));
  const across = (index) => 48 + (index / Math.max(1, steps.length - 1)) * (width - 76);
  const down = (mood) => 108 - (mood / reach) * 84;
  const shapes = [line(across(at), 20, across(at), 196, "fig-here")];
  for (let mood = -reach; mood <= reach; mood += 1) {
    shapes.push(line(34, down(mood), width - 8, down(mood), mood ? "fig-rule" : "fig-axis"));
    shapes.push(label(28, down(mood) + 4, moodOf(stage, mood), { anchor: "end" }));
  }
  const drawn = steps.map((step, index) => ({ ...step, index })).filter((step) => !isFirm || step.isSeen);
  const path = drawn.map((step) => `${across(step.index)} ${down(step.mood)}`).join("L");
  shapes.push(shape("path", { d: `M${path}`, class: "fig-line" }));
  steps.forEach((step, index) => shapes.push(...point(step, index)));
  const words = drawn.map((step) => `${step.name}: ${moodOf(stage, step.mood)}`).join("; ");
  return { height: 228, label: stage.text(isFirm ? "firmPicture" : "picture", { words }), shapes };

  function point(step, index) {
    const isKnown = !isFirm || step.isSeen;
    const kind = step.mood < 0 ? "fig-dot is-other" : "fig-dot";
    const className = isKnown ? kind : "fig-hollow";
    const [cx, cy] = [across(index), isKnown ? down(step.mood) : down(0)];
    const dot = shape("circle", { cx, cy, r: index === at ? 9 : 6, class: className });
    const target = shape("rect", { x: cx - 20, y: 8, width: 40, height: 196, class: "fig-target" });
    target.addEventListener("click", () => go(index));
    const number = label(cx, 220, index + 1, { className: index === at ? "fig-strong" : "fig-soft" });
    const sign = isKnown ? (step.mood < 0 ? "!" : "") : "?";
    const above = sign ? [label(cx, cy - 13, sign, { className: isKnown ? "fig-warn" : "fig-soft" })] : [];
    return [dot, ...above, number, target];
  }
}
