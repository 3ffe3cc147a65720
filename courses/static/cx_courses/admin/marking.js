// Marking without the mouse: digits choose a level, J and K go to another criterion, Ctrl+Enter
// saves and goes on. What is noted is kept on the server while one works, which also holds the
// response for another quarter of an hour. Without this file the buttons do the same.

const KEEP_MS = 2000;
const RENEW_MS = 5 * 60 * 1000;

const form = document.querySelector("form[data-marking]");
const criteria = [...form.querySelectorAll("[data-criterion]")];
const comments = form.querySelector("[data-comments]");
const feedback = form.elements.namedItem("feedback");
const claim = form.querySelector("[data-claim]");
const sum = form.querySelector("[data-sum]");
const levels = (criterion) => [...criterion.querySelectorAll("input[type=radio]")];
const isOpen = (criterion) => !levels(criterion).some((one) => one.checked);

let here = Math.max(criteria.findIndex(isOpen), 0);
let timer = 0;
let leaving = false;

function go(index) {
  if (!criteria.length) return;
  here = Math.min(Math.max(index, 0), criteria.length - 1);
  for (const [at, one] of criteria.entries()) one.toggleAttribute("data-here", at === here);
  const inputs = levels(criteria[here]);
  (inputs.find((one) => one.checked) ?? inputs[0])?.focus();
}

function choose(digit) {
  const input = criteria[here] && levels(criteria[here])[digit];
  if (!input) return;
  input.checked = true;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  const next = criteria.findIndex((one, at) => at > here && isOpen(one));
  if (next > 0) go(next);
  else input.focus();
}

// The points are written as the language has it: 1.5 or 1,5.
function total() {
  if (!sum) return;
  const chosen = form.querySelectorAll("[data-criterion] input:checked");
  const points = [...chosen].reduce((all, one) => all + Number(one.dataset.points.replace(",", ".")), 0);
  sum.textContent = points.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
}

function insert(text) {
  const { selectionStart: at, value } = feedback;
  const before = value.slice(0, at);
  const gap = before && !before.endsWith("\n") ? "\n\n" : "";
  feedback.setRangeText(gap + text, at, feedback.selectionEnd, "end");
  feedback.focus();
  feedback.dispatchEvent(new Event("input", { bubbles: true }));
}

async function keep() {
  clearTimeout(timer);
  timer = 0;
  if (leaving) return;
  const data = new FormData(form);
  data.set("do", "keep");
  const headers = { Accept: "application/json" };
  const response = await fetch(location.href, { method: "POST", body: data, headers, redirect: "error" });
  if (response.ok || response.status === 409) claim.textContent = (await response.json()).text;
}

function soon() {
  timer ||= setTimeout(() => keep().catch(() => {}), KEEP_MS);
}

const KEYS = {
  j: () => go(here + 1),
  k: () => go(here - 1),
  f: () => feedback.focus(),
  m: () => form.querySelector("[data-model]")?.toggleAttribute("open"),
  "/": () => {
    comments.open = true;
    (comments.querySelector("button") ?? comments).focus();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.querySelector("[data-save]").click();
    return;
  }
  const isTyping = event.target.matches("textarea, select, input:not([type=radio])");
  if (event.key === "Escape" && isTyping) go(here);
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = /^[0-9]$/.test(event.key) ? () => choose(Number(event.key)) : KEYS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

form.addEventListener("focusin", (event) => {
  const at = criteria.indexOf(event.target.closest("[data-criterion]"));
  if (at >= 0) here = at;
});
form.addEventListener("change", () => {
  total();
  soon();
});
form.addEventListener("input", soon);
form.addEventListener("submit", () => {
  leaving = true;
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  event.preventDefault();
  insert(button.dataset.insert);
});

for (const one of form.querySelectorAll("[data-keep], [data-show]")) one.hidden = true;
form.querySelector("[data-keys]").hidden = false;
setInterval(() => keep().catch(() => {}), RENEW_MS);
total();
go(here);
