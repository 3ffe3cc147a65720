// The page on which a lesson is written, with a preview that follows the text.
// Its button also works without this file: it posts the whole form and gets the whole page, of
// which the parts are put in place.

const PAUSE_MS = 700;
const PARTS = ["preview", "marks"];
const LOOKS = ["studio-look-narrow", "studio-look-dark"];
const ADDRESS = location.href;

const form = document.getElementById("lesson-form");
const text = form.elements.namedItem("body");
let waiting = 0;
let latest = 0;

function put(page, part) {
  const old = document.querySelector(`[data-part="${part}"]`);
  const fresh = page.querySelector(`[data-part="${part}"]`);
  if (!old || !fresh) return;
  for (const name of LOOKS) {
    const [was, is] = [old.querySelector(`.${name}`), fresh.querySelector(`.${name}`)];
    if (was && is) is.checked = was.checked;
  }
  const place = old.scrollTop;
  const focused = old.contains(document.activeElement) && document.activeElement.matches("[name=do]");
  old.replaceWith(document.adoptNode(fresh));
  fresh.scrollTop = place;
  if (focused) fresh.querySelector("[name=do]")?.focus();
}

async function preview() {
  clearTimeout(waiting);
  const turn = ++latest;
  const data = new FormData(form);
  data.set("do", "show");
  const response = await fetch(ADDRESS, { method: "POST", body: data, redirect: "error" });
  if (!response.ok) throw new Error(`${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (turn !== latest) return;
  for (const part of PARTS) put(page, part);
}

form.addEventListener("input", (event) => {
  if (event.target !== text) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => preview().catch(() => {}), PAUSE_MS);
});

form.addEventListener("submit", (event) => {
  if (event.submitter?.value !== "show") return;
  event.preventDefault();
  // Where that fails the page does it without this file.
  preview().catch(() => HTMLFormElement.prototype.submit.call(form));
});

// A line that is named is selected in the text.
document.addEventListener("click", (event) => {
  const line = Number(event.target.closest?.("[data-line]")?.dataset.line);
  if (!line) return;
  event.preventDefault();
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
});
