/* What figures are built of: native controls with names, values in words, drawings that keep their
   text at reading size however narrow the page is. */

const SVG = "http://www.w3.org/2000/svg";
let count = 0;

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export function button(text, press, className = "button button-small") {
  const made = element("button", { type: "button", className, textContent: text });
  made.addEventListener("click", () => press(made));
  return made;
}

/* Buttons of which one is pressed. `choices` are [value, text] pairs. */
export function switcher(label, choices, { value, change, lang = "" }) {
  const group = element("div", { className: "segmented fig-switch" });
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", label);
  const press = (chosen) => {
    group.value = chosen;
    [...group.children].forEach((one, index) => {
      one.setAttribute("aria-pressed", String(choices[index][0] === chosen));
    });
  };
  for (const [key, text] of choices) {
    const made = button(text, () => (press(key), change(key)), "");
    if (lang) made.lang = lang;
    group.append(made);
  }
  press(value);
  group.press = press;
  return group;
}

export function choice(label, choices, { value = "", change, lang = "" }) {
  const select = element("select", { className: "input fig-input", id: newId() });
  for (const [key, text] of choices) {
    select.append(element("option", { value: key, textContent: text, ...(lang && { lang }) }));
  }
  select.value = value;
  select.addEventListener("change", () => change(select.value));
  const made = element("div", { className: "fig-field" }, labelFor(select, label), select);
  return Object.assign(made, { control: select });
}

export function tick(label, { checked = false, change }) {
  const box = element("input", { type: "checkbox", checked });
  box.addEventListener("change", () => change(box.checked));
  return element("label", { className: "fig-tick" }, box, label);
}

/* A number to type or step, and a slider for the same unless it is `isPlain`. What cannot be used is
   ignored while it is typed, and put right when the field is left. */
export function numberField(label, { value, min, max, step = 1, isPlain = false, change, lang = "" }) {
  const limits = { min, max, step };
  const input = element("input", { type: "number", className: "input fig-input", id: newId(), ...limits });
  input.inputMode = "numeric";
  const slider = element("input", { type: "range", className: "fig-slider", ...limits });
  slider.setAttribute("aria-label", label);
  const name = labelFor(input, label);
  if (lang) [name, slider].forEach((one) => (one.lang = lang));
  const made = element("div", { className: "fig-field" }, name);
  made.append(element("div", { className: "fig-number" }, ...(isPlain ? [input] : [slider, input])));

  const fit = (given) => Math.min(input.max, Math.max(input.min, Math.round(given / step) * step));
  made.put = (given) => {
    made.value = fit(given);
    input.value = slider.value = made.value;
  };
  made.limit = (most) => {
    input.max = slider.max = most;
    if (made.value > most) made.put(most);
    else slider.value = made.value;
  };
  const take = (from, other) => {
    if (from.value === "" || !from.validity.valid) return;
    made.value = Number(from.value);
    other.value = from.value;
    change(made.value);
  };
  input.addEventListener("input", () => take(input, slider));
  slider.addEventListener("input", () => take(slider, input));
  input.addEventListener("change", () => {
    if (input.value === "" || input.validity.valid) return (input.value = made.value);
    made.put(Number(input.value));
    return change(made.value);
  });
  made.put(value);
  return Object.assign(made, { control: input });
}

function labelFor(control, text) {
  return element("label", { htmlFor: control.id, textContent: text });
}

function newId() {
  count += 1;
  return `fig-${count}`;
}

/* Rows of a table whose cells follow the figure: `update(rows)` with texts or elements. */
export function valueTable(caption, columns) {
  const body = element("tbody");
  const head = element("tr", {}, ...columns.map((text) => element("th", { scope: "col", textContent: text })));
  const title = element("caption", { className: "visually-hidden", textContent: caption });
  const made = element("table", { className: "fig-values" }, title, element("thead", {}, head), body);
  made.update = (rows) => {
    body.replaceChildren(...rows.map(([name, ...cells]) => {
      const first = element("th", { scope: "row" }, name);
      return element("tr", {}, first, ...cells.map((cell) => element("td", {}, cell)));
    }));
  };
  return made;
}

const NARROWEST = 260;

/* A drawing as wide as the page allows. `draw(width)` gives { height, label, shapes }, in units that
   grow with the reader's size of letters as far as the page is wide enough: nothing runs over an edge. */
export function chart(draw) {
  const made = shape("svg", { class: "fig-chart", role: "img" });
  let width = 0;
  made.redraw = () => {
    if (!width) return;
    const letters = parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    const unit = Math.max(1, Math.min(letters, width / NARROWEST));
    const { height, label, shapes } = draw(width / unit);
    made.setAttribute("viewBox", `0 0 ${width / unit} ${height}`);
    made.setAttribute("height", height * unit);
    made.setAttribute("aria-label", label);
    made.replaceChildren(...shapes);
  };
  new ResizeObserver(([entry]) => {
    const found = Math.floor(entry.contentRect.width);
    if (found === width) return;
    width = found;
    // A frame later: what is observed must not change its size while it is observed.
    requestAnimationFrame(made.redraw);
  }).observe(made);
  return made;
}

export function shape(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export function line(x1, y1, x2, y2, className = "fig-rule") {
  return shape("line", { x1, y1, x2, y2, class: className });
}

export function label(x, y, text, { anchor = "middle", className = "fig-soft" } = {}) {
  return shape("text", { x, y, "text-anchor": anchor, class: className }, text);
}

/* A horizontal scale: lines with numbers under them. */
export function scale({ from, to, every, at, top, bottom, number }) {
  const shapes = [];
  for (let value = Math.ceil(from / every) * every; value <= to; value += every) {
    shapes.push(line(at(value), top, at(value), bottom));
    shapes.push(label(at(value), bottom + 16, number(value)));
  }
  return shapes;
}
