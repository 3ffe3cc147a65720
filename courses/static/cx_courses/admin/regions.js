// Regions of a picture, drawn on it. The list of regions holds the same in words; this only writes
// into its inputs. A region is drawn for the row in which the cursor stands, else for the first
// row without a place, else for a new one.

const SVG = "http://www.w3.org/2000/svg";
const NUMBERS = /\d+/g;
const SMALLEST = 4;

let wanted = "";
let corners = [];

const field = (name) => document.querySelector(`#question-form [name="${CSS.escape(name)}"]`);
const rows = () => [...document.querySelectorAll('#question-form [data-row^="data.regions."]')].map((row) => row.dataset.row);
const card = () => document.querySelector('#question-form [data-files]');

function size() {
  return ["width", "height"].map((name) => Number(field(`data.${name}`).value) || 0);
}

function drawn(kind, attributes, ...classes) {
  const shape = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
  shape.classList.add(...classes.filter(Boolean));
  return shape;
}

function outline(kind, coords, ...classes) {
  const n = (coords.match(NUMBERS) ?? []).map(Number);
  if (kind === "rect" && n.length === 4) return drawn("rect", { x: n[0], y: n[1], width: n[2], height: n[3] }, ...classes);
  if (kind === "circle" && n.length === 3) return drawn("circle", { cx: n[0], cy: n[1], r: n[2] }, ...classes);
  if (kind === "polygon" && n.length >= 6 && n.length % 2 === 0) return drawn("polygon", { points: n.join(" ") }, ...classes);
  return null;
}

function show(svg) {
  const [width, height] = size();
  svg.setAttribute("viewBox", `0 0 ${width || 1} ${height || 1}`);
  svg.replaceChildren();
  rows().forEach((row, place) => {
    const shape = outline(
      field(`${row}.shape`).value,
      field(`${row}.coords`).value,
      field(`${row}.correct`)?.checked && "is-right",
      row === wanted && "is-chosen",
    );
    if (!shape) return;
    const box = (field(`${row}.coords`).value.match(NUMBERS) ?? []).map(Number);
    const label = drawn("text", { x: box[0] + 6, y: box[1] + 18 });
    label.textContent = String(place + 1);
    svg.append(shape, label);
  });
}

// The row to draw for; a new one is asked for where every row has its place.
function target() {
  const open = rows().find((row) => row === wanted) ?? rows().find((row) => !field(`${row}.coords`).value.trim());
  return open ?? "";
}

function write(row, shape, numbers) {
  field(`${row}.shape`).value = shape;
  field(`${row}.coords`).value = numbers.map((number) => Math.max(0, Math.round(number))).join(",");
  field(`${row}.coords`).dispatchEvent(new Event("input", { bubbles: true }));
  field(`${row}.label`).focus({ preventScroll: true });
  wanted = ""; // The next drawing is for the next row.
}

function point(svg, event) {
  const box = svg.getBoundingClientRect();
  const [width, height] = size();
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  return [
    within(((event.clientX - box.left) / box.width) * width, width),
    within(((event.clientY - box.top) / box.height) * height, height),
  ];
}

function numbersOf(tool, from, to) {
  if (tool === "circle") {
    const most = Math.min(from[0], from[1], size()[0] - from[0], size()[1] - from[1]);
    return [...from, Math.min(Math.hypot(to[0] - from[0], to[1] - from[1]), most)];
  }
  return [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])];
}

function listen(canvas, svg) {
  const tool = () => canvas.querySelector("input:checked").value;
  let from = null;
  svg.addEventListener("pointerdown", (event) => {
    if (tool() === "polygon") return;
    from = point(svg, event);
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    show(svg);
    const shape = outline(tool(), numbersOf(tool(), from, point(svg, event)).map(Math.round).join(","), "is-new");
    if (shape) svg.append(shape);
  });
  svg.addEventListener("pointerup", (event) => {
    if (!from) return;
    const numbers = numbersOf(tool(), from, point(svg, event));
    from = null;
    if (numbers.at(-1) >= SMALLEST) finish(tool(), numbers);
    show(svg);
  });
  svg.addEventListener("click", (event) => {
    if (tool() !== "polygon") return;
    corners.push(...point(svg, event).map(Math.round));
    show(svg);
    svg.append(drawn("polyline", { points: corners.join(" ") }, "is-new"));
  });
  svg.addEventListener("dblclick", () => {
    if (tool() !== "polygon" || corners.length < 8) return;
    const numbers = corners.slice(0, -2); // A double click is two clicks in one place.
    corners = [];
    finish("polygon", numbers);
    show(svg);
  });
}

function finish(shape, numbers) {
  const row = target();
  if (row) {
    write(row, shape, numbers);
    return;
  }
  document.addEventListener("form-replaced", () => target() && write(target(), shape, numbers), { once: true });
  document.querySelector('#question-form [value="add:data.regions"]').click();
}

function build() {
  const holder = card();
  const template = document.getElementById("canvas-template");
  const name = holder && field("data.image")?.value;
  if (!holder || !template || !name || !holder.dataset.files || !field("data.width") || !document.getElementById("id_data.regions")) return;
  const canvas = template.content.firstElementChild.cloneNode(true);
  const image = canvas.querySelector("img");
  image.src = holder.dataset.files.replace("-name-", encodeURIComponent(name));
  image.addEventListener("load", () => {
    const own = size();
    if (!own[0] || !own[1]) {
      field("data.width").value = String(image.naturalWidth);
      field("data.height").value = String(image.naturalHeight);
    }
    show(canvas.querySelector("svg"));
  });
  holder.querySelector(".studio-canvas")?.remove();
  document.getElementById("id_data.regions").before(canvas);
  listen(canvas, canvas.querySelector("svg"));
  show(canvas.querySelector("svg"));
}

document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.('[data-row^="data.regions."]');
  if (!row) return;
  wanted = row.dataset.row;
  const svg = document.querySelector(".studio-canvas svg");
  if (svg) show(svg);
});
document.addEventListener("input", (event) => {
  const svg = document.querySelector(".studio-canvas svg");
  if (event.target.name === "data.image") build();
  else if (svg && event.target.name?.startsWith("data.")) show(svg);
});
document.addEventListener("form-replaced", build);
build();
