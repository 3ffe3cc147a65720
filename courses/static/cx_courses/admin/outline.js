// The outline of a course: rows are moved by dragging their grip, or with Alt and an arrow key.
// Each move is the post that the arrow buttons and the panel make, and the answer takes the place
// of the outline, so what somebody else changed meanwhile is shown too.

const OVER = ["is-drop-before", "is-drop-after", "is-drop-into"];

let dragged = null;

const rowOf = (element) => element.closest?.("[data-row]");
const partsOf = (row) => row.dataset.row.split(":");

function clear() {
  for (const row of document.querySelectorAll(OVER.map((name) => `.${name}`).join())) row.classList.remove(...OVER);
}

// Where the row would go: before a row of its kind, behind the last one, or into a module.
function targetOf(event) {
  const [kind] = partsOf(dragged);
  for (let row = rowOf(event.target); row; row = rowOf(row.parentElement)) {
    if (row === dragged) return null;
    const [over] = partsOf(row);
    if (over === kind) {
      const shown = row.querySelector(".studio-outline-row") ?? row;
      const box = shown.getBoundingClientRect();
      return { row, place: event.clientY < box.top + box.height / 2 ? "before" : "after" };
    }
    if (over === "module") return { row, place: "into" };
  }
  return null;
}

function next(row, kind) {
  let one = row.nextElementSibling;
  while (one && (one === dragged || partsOf(one)[0] !== kind)) one = one.nextElementSibling;
  return one && one.dataset.row ? partsOf(one)[1] : "";
}

function moveTo({ row, place }) {
  const [kind, pk] = partsOf(dragged);
  const list = place === "into" ? row.querySelector("[data-list]") : row.closest("[data-list]");
  let before = "";
  if (place === "before") before = partsOf(row)[1];
  if (place === "after") before = next(row, kind);
  const own = dragged.dataset.tag;
  const isSame = dragged.closest("[data-list]") === list;
  const there = list.dataset[`${kind}Tag`] ?? "";
  const seen = kind === "module" ? own : isSame ? there : `${own},${there}`;
  return { action: `${kind}:${pk}:to:${before}:${seen}`, module: kind === "module" ? "" : list.dataset.list };
}

const ANSWERS = [200, 409];

async function put(data) {
  const response = await fetch(document.getElementById("outline-form").action, { method: "POST", body: data });
  if (!ANSWERS.includes(response.status)) throw new Error(`${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.getElementById("main");
  if (!fresh || !page.getElementById("outline-form")) {
    location.assign(response.url);
    return;
  }
  history.replaceState(null, "", response.url);
  document.getElementById("main").replaceWith(document.adoptNode(fresh));
  document.querySelector(".messagelist")?.setAttribute("role", "status");
  prepare();
  (document.querySelector("#main [autofocus]") ?? document.querySelector(".is-here .studio-outline-title a"))?.focus();
}

async function send({ action, module }) {
  const data = new FormData(document.getElementById("outline-form"));
  data.set("do", action);
  data.set("module", module);
  await put(data);
}

function post({ action, module }) {
  const form = document.getElementById("outline-form");
  for (const [name, value] of Object.entries({ do: action, module })) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    form.append(input);
  }
  form.submit();
}

function prepare() {
  for (const grip of document.querySelectorAll("[data-grip]")) {
    grip.hidden = false;
    grip.draggable = true;
  }
  for (const help of document.querySelectorAll("[data-script]")) help.hidden = false;
}

document.addEventListener("dragstart", (event) => {
  if (!event.target.closest?.("[data-grip]")) return;
  dragged = rowOf(event.target);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.row);
  event.dataTransfer.setDragImage(dragged.querySelector(".studio-outline-row"), 16, 16);
  dragged.classList.add("is-dragged");
});

document.addEventListener("dragover", (event) => {
  if (!dragged) return;
  clear();
  const target = targetOf(event);
  if (!target) return;
  event.preventDefault();
  target.row.classList.add(`is-drop-${target.place}`);
});

document.addEventListener("drop", (event) => {
  const target = dragged && targetOf(event);
  if (!target) return;
  event.preventDefault();
  const move = moveTo(target);
  send(move).catch(() => post(move));
});

document.addEventListener("dragend", () => {
  clear();
  dragged?.classList.remove("is-dragged");
  dragged = null;
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = rowOf(event.target)?.querySelector(".studio-outline-row");
  const verb = event.key === "ArrowUp" ? "up" : "down";
  const button = row?.querySelector(`[name=do][value*=":${verb}:"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// The other buttons, too, are answered in place; a new lesson leads to its page.
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  const action = submitter?.value ?? "";
  if (form.action !== document.getElementById("outline-form")?.action) return;
  if (!action || action.endsWith(":add_lesson")) return;
  event.preventDefault();
  put(new FormData(form, submitter)).catch(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "do", value: action });
    form.append(input);
    HTMLFormElement.prototype.submit.call(form);
  });
});

prepare();
