// A cell of the gradebook opens beside the table and is saved there; arrow keys go from cell to cell.
// Without this file a cell is a link to a page with the same form.

const book = document.querySelector("[data-gradebook]");
const panel = book?.querySelector("[data-grade-panel]");
let opened = null;
let latest = 0;

const at = (link) => link.closest("td");

async function load(address, options = {}) {
  const turn = ++latest;
  const response = await fetch(address, options);
  const type = response.headers.get("Content-Type") ?? "";
  if (!type.startsWith("text/html")) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const cell = page.getElementById("cell");
  if (turn !== latest) return null;
  if (!cell) throw new Error(String(response.status));
  panel.replaceChildren(document.adoptNode(cell));
  panel.hidden = false;
  book.classList.add("has-panel");
  return { isDone: response.ok };
}

async function open(link) {
  opened?.removeAttribute("aria-current");
  opened = link;
  try {
    if (!(await load(link.href))) return;
    link.setAttribute("aria-current", "true");
    const first = panel.querySelector("[name=percent]") ?? panel.querySelector("h2");
    first.focus();
    first.select?.();
  } catch {
    location.href = link.href;
  }
}

function close() {
  panel.hidden = true;
  panel.replaceChildren();
  book.classList.remove("has-panel");
  opened?.removeAttribute("aria-current");
  opened?.focus();
  opened = null;
}

async function save(form, button) {
  const data = new FormData(form, button);
  data.set("then", "cell");
  try {
    const found = await load(form.action, { method: "POST", body: data });
    if (!found) return;
    if (!found.isDone) {
      panel.querySelector("[role=alert], .error, h2").focus?.();
      return;
    }
  } catch {
    form.dataset.plain = "";
    form.requestSubmit(button);
    return;
  }
  const copies = (name) => [...panel.querySelector(`[data-cell-${name}]`).cloneNode(true).childNodes];
  opened.replaceChildren(...copies("mark"));
  opened.closest("tr").querySelector("[data-total]").replaceChildren(...copies("total"));
  panel.querySelector("h2").focus();
}

function neighbour(link, key) {
  const cell = at(link);
  const row = cell.parentElement;
  if (key === "ArrowLeft") return cell.previousElementSibling;
  if (key === "ArrowRight") return cell.nextElementSibling;
  const other = key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
  return other?.children[cell.cellIndex];
}

book?.addEventListener("click", (event) => {
  const link = event.target.closest("tbody td a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (!matchMedia("(min-width: 60rem)").matches) return;
  event.preventDefault();
  open(link);
});

book?.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-cell-form]") || "plain" in event.target.dataset) return;
  event.preventDefault();
  save(event.target, event.submitter);
});

book?.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !panel.hidden) {
    event.preventDefault();
    close();
  }
  if (!event.key.startsWith("Arrow") || !event.target.matches("tbody td a")) return;
  const next = neighbour(event.target, event.key)?.querySelector("a");
  if (!next) return;
  event.preventDefault();
  next.focus();
});
