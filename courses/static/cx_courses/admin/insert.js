// Pictures, files and marks for the text in which the cursor is.
// Every button also works without this file: it posts the whole form, and the mark comes to the end
// of the text. A picture that is pasted or dropped becomes the chosen file; its text is asked for.

const ADDRESS = location.href;
const OWN = /^(seek|attach|insert|choose)(:|$)/;
const SELECTION = "…";

let target = null;
let isAttaching = false;

const panel = () => document.querySelector("[data-part=insert]");
const field = (name) => document.getElementById(`insert_${name}`);
const texts = () => [...document.querySelectorAll("textarea[data-markdown]")];

function current() {
  if (target && document.contains(target)) return target;
  const named = target?.name && texts().find((one) => one.name === target.name);
  return named || texts()[0] || null;
}

function put(page) {
  const fresh = page.querySelector("[data-part=insert]");
  if (!fresh) return null;
  fresh.open = true;
  for (const one of fresh.querySelectorAll("[autofocus]")) one.removeAttribute("autofocus");
  const mark = fresh.dataset.mark;
  const isBlock = "block" in fresh.dataset;
  panel().replaceWith(document.adoptNode(fresh));
  for (const one of panel().querySelectorAll("[data-only-without-script]")) one.hidden = true;
  return mark ? { mark, isBlock } : null;
}

// Blank lines around what needs a paragraph of its own; at most one on each side.
function asBlock(area, mark, start, end) {
  const before = area.value.slice(0, start).replace(/\n+$/, "");
  const after = area.value.slice(end).replace(/^\n+/, "");
  return {
    start: before.length,
    end: area.value.length - after.length,
    words: `${before ? "\n\n" : ""}${mark}${after ? "\n\n" : "\n"}`,
  };
}

function insert({ mark, around = "", isBlock = false }) {
  const area = current();
  if (!area) return;
  let [start, end] = [area.selectionStart, area.selectionEnd];
  const selected = area.value.slice(start, end);
  let words = around && selected.trim() && !/[[\]|\n]/.test(selected) ? around.replace(SELECTION, () => selected) : mark;
  if (isBlock) ({ start, end, words } = asBlock(area, mark, end, end));
  else if (words === mark) start = end;
  area.focus();
  area.setSelectionRange(start, end);
  // Unlike setRangeText this can be undone; where it is not known the other one does.
  if (!document.execCommand("insertText", false, words)) area.setRangeText(words, start, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

async function post(action) {
  const form = panel().closest("form");
  isAttaching = action === "attach";
  const data = new FormData(form);
  isAttaching = false;
  data.set("do", action);
  const response = await fetch(ADDRESS, { method: "POST", body: data, redirect: "error" });
  if (!response.ok) throw new Error(`${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

async function act(action) {
  const chosen = field("file").files;
  const mark = put(await post(action));
  if (mark) {
    insert(mark);
    return;
  }
  // A file input cannot be sent back by the server; what was chosen stays chosen.
  if (action === "attach" && chosen.length) field("file").files = chosen;
  const wrong = panel().querySelector("[aria-invalid]");
  const next = wrong || (action === "seek" ? panel().querySelector(".studio-pick") || field("words") : field("text"));
  next.focus();
}

// The file goes along only when it is added: previews and drafts do without it.
document.addEventListener("formdata", (event) => {
  if (!isAttaching) event.formData.delete("insert_file");
});

document.addEventListener(
  "submit",
  (event) => {
    const button = event.submitter;
    if (!OWN.test(button?.value ?? "") || button.name !== "do") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (button.dataset.mark) {
      insert({ mark: button.dataset.mark, around: button.dataset.around, isBlock: "block" in button.dataset });
      return;
    }
    act(button.value).catch(() => {
      // The page does it without this file.
      const action = Object.assign(document.createElement("input"), { type: "hidden", name: "do", value: button.value });
      event.target.append(action);
      isAttaching = button.value === "attach";
      HTMLFormElement.prototype.submit.call(event.target);
    });
  },
  true,
);

// A form that is sent as a whole takes a chosen file along: saving adds it, or asks for its text.
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) isAttaching = true;
});

// Return in one of the fields presses the button beside it and not the first one of the form.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("#insert_words, #insert_text")) return;
  event.preventDefault();
  event.target.closest("fieldset").querySelector("[name=do]:not(.studio-pick)").click();
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("textarea[data-markdown]")) target = event.target;
});

function take(files, area) {
  if (!files?.length || !panel()) return false;
  target = area;
  panel().open = true;
  const held = new DataTransfer();
  held.items.add(files[0]);
  field("file").files = held.files;
  field("text").value = "";
  field("text").focus();
  return true;
}

document.addEventListener("paste", (event) => {
  if (!event.target.matches?.("textarea[data-markdown]")) return;
  if (event.clipboardData.getData("text/plain")) return;
  if (take(event.clipboardData.files, event.target)) event.preventDefault();
});

document.addEventListener("dragover", (event) => {
  if (event.target.matches?.("textarea[data-markdown]") && event.dataTransfer.types.includes("Files")) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  if (!event.target.matches?.("textarea[data-markdown]")) return;
  if (take(event.dataTransfer.files, event.target)) event.preventDefault();
});

for (const one of panel()?.querySelectorAll("[data-only-without-script]") ?? []) one.hidden = true;
