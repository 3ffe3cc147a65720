// The page on which a question is written, without a new page for each row and each look.
// Every button is one that also works without this file: it posts the whole form and gets the
// whole page, of which the parts are put in place.

const PAUSE_MS = 700;
const QUIET = /^(add|drop|up|down|show|draw|find|pair|unpair)(:|$)/;
const ADDRESS = location.href;

let waiting = 0;
let latest = 0;
let typed = 0;

function form() {
  return document.getElementById("question-form");
}

async function fetched(action) {
  const data = new FormData(form());
  data.set("do", action);
  const response = await fetch(ADDRESS, { method: "POST", body: data, redirect: "error" });
  if (!response.ok) throw new Error(`${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function put(page, part) {
  const old = document.querySelector(`[data-part="${part}"]`);
  const fresh = page.querySelector(`[data-part="${part}"]`);
  if (!old || !fresh) return;
  for (const name of ["studio-look-narrow", "studio-look-dark"]) {
    const [was, is] = [old.querySelector(`.${name}`), fresh.querySelector(`.${name}`)];
    if (was && is) is.checked = was.checked;
  }
  old.replaceWith(document.adoptNode(fresh));
}

// What a preview brings back for the form: which draw and which state it shows.
function remember(page) {
  for (const name of ["seed", "state"]) {
    const fresh = page.querySelector(`#question-form [name="${name}"]`);
    const own = form().elements.namedItem(name);
    if (fresh && own) own.value = fresh.value;
  }
}

const rowsOf = (part) => part.querySelectorAll("#question-form [data-row]").length;

// A gap or a number that the text names has brought a row; what is being typed goes on.
function putWithNewRows(page) {
  const { name, selectionStart, selectionEnd } = document.activeElement ?? {};
  put(page, "form");
  document.dispatchEvent(new Event("form-replaced"));
  const field = name && form().elements.namedItem(name);
  if (!field?.focus) return;
  field.focus({ preventScroll: true });
  if (typeof selectionStart === "number") field.setSelectionRange(selectionStart, selectionEnd);
}

async function preview(action) {
  const turn = ++latest;
  const before = typed;
  const page = await fetched(action);
  if (turn !== latest) return;
  if (before === typed && (page.querySelector("[data-marked]") || rowsOf(page) > rowsOf(document))) putWithNewRows(page);
  const focused = document.activeElement?.closest("[data-part=preview]") ? document.activeElement.value : null;
  put(page, "preview");
  put(page, "draws");
  put(page, "alike");
  remember(page);
  if (focused) document.querySelector(`[data-part=preview] [value="${CSS.escape(focused)}"]`)?.focus();
}

// What was typed while the answer was on its way is not in it: then the action is asked for again.
async function rows(action) {
  const turn = ++latest;
  const before = typed;
  const page = await fetched(action);
  if (turn !== latest) return;
  if (before !== typed) return rows(action);
  put(page, "form");
  put(page, "preview");
  put(page, "draws");
  put(page, "alike");
  document.dispatchEvent(new Event("form-replaced"));
  const [verb, name = ""] = action.split(/:(.*)/s);
  const wanted = form().querySelector("[autofocus]") ?? document.getElementById(`id_${name.replace(/\.\d+$/, "")}`);
  if (verb !== "show") wanted?.focus();
  else document.getElementById("id_module")?.focus();
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(() => preview(`show:${form().elements.namedItem("state").value}`).catch(() => {}), PAUSE_MS);
}

document.addEventListener("input", (event) => {
  if (event.target.form?.id !== "question-form") return;
  typed += 1;
  soon();
});

// The files that can be chosen are those of the module.
document.addEventListener("change", (event) => {
  if (event.target.form?.id !== "question-form" || event.target.name !== "module") return;
  clearTimeout(waiting);
  rows(`show:${form().elements.namedItem("state").value}`).catch(() => {});
});

document.addEventListener("submit", (event) => {
  const action = event.submitter?.value ?? "";
  if (event.target.id !== "question-form" || !QUIET.test(action)) return;
  event.preventDefault();
  clearTimeout(waiting);
  const shown = /^(show|draw)/.test(action) ? preview(action) : rows(action);
  // Where that fails the page does it without this file.
  shown.catch(() => {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name: "do", value: action });
    form().append(input);
    HTMLFormElement.prototype.submit.call(form());
  });
});

// Alt with an arrow moves the row in which the cursor stands.
document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const verb = event.key === "ArrowUp" ? "up" : "down";
  const button = row.querySelector(`[name=do][value="${CSS.escape(`${verb}:${row.dataset.row}`)}"]`);
  if (!button || button.disabled) return;
  event.preventDefault();
  button.click();
});

// The words that are selected in a text become a gap.
const showMarks = () => document.querySelectorAll("[data-mark]").forEach((part) => (part.hidden = false));

document.addEventListener("click", (event) => {
  const name = event.target.closest?.("[data-mark]")?.dataset.mark;
  const field = name && form().elements.namedItem(name);
  if (!field) return;
  const words = field.value.slice(field.selectionStart, field.selectionEnd);
  if (!words.trim()) return field.focus();
  field.setRangeText(words.replace(words.trim(), (inner) => `[[${inner}]]`), field.selectionStart, field.selectionEnd, "end");
  clearTimeout(waiting);
  rows(`mark:${name}`).catch(soon);
});
document.addEventListener("form-replaced", showMarks);
showMarks();

// Enter in a search of the form presses its button, and not the first one of the form.
document.addEventListener("keydown", (event) => {
  const button = event.key === "Enter" && event.target.closest?.("[data-search]")?.querySelector("button");
  if (!button || event.target === button) return;
  event.preventDefault();
  button.click();
});
