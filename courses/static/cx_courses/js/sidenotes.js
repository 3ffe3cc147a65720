// Terms and sources beside the text that mentions them, where a window is wide enough. They repeat
// what the links lead to, so they are for the eye alone: no stop for the keyboard, not read out.

const GAP_PX = 12;
const FURTHEST_PX = 240;
const WIDE = "(min-width: 80rem) and (min-height: 45rem)";

export function showSidenotes() {
  const known = document.querySelector("template[data-asides]")?.content;
  const body = document.querySelector(".lesson-body");
  if (!known || !body || "embedded" in document.documentElement.dataset) return;
  const isWide = matchMedia(WIDE);
  let column = null;
  const show = () => {
    if (!isWide.matches) return;
    column ??= fill(known, body);
    place(column, body);
  };
  isWide.addEventListener("change", show);
  new ResizeObserver(show).observe(body);
}

/* Make a note for the first mention of each term and source. Gives [[note, link]]. */
function fill(known, body) {
  const column = document.createElement("div");
  column.className = "sidenotes";
  column.setAttribute("aria-hidden", "true");
  const made = new Map();
  for (const link of body.querySelectorAll(".lesson-text > .prose a:is(.term, .citation)")) {
    const name = decodeURIComponent(link.hash.slice(1));
    const entry = link.matches(".term")
      ? known.querySelector(`[data-term="${CSS.escape(name)}"]`)
      : document.getElementById(name);
    if (entry && !made.has(name)) made.set(name, [noteOf(entry, link), link]);
  }
  column.append(...[...made.values()].map(([note]) => note));
  body.append(column);
  return [...made.values()];
}

function noteOf(entry, link) {
  const note = document.createElement("div");
  note.className = "sidenote";
  const { lang, dir } = link.closest("[lang]");
  Object.assign(note, { lang, dir });
  const title = document.createElement("b");
  title.textContent = entry.dataset.title ?? link.textContent;
  const text = document.createElement("div");
  text.className = "sidenote-text";
  text.append(...entry.cloneNode(true).childNodes);
  for (const back of text.querySelectorAll(".source-back")) back.remove();
  for (const inner of text.querySelectorAll("a")) inner.replaceWith(...inner.childNodes);
  for (const named of text.querySelectorAll("[id]")) named.removeAttribute("id");
  note.append(title, text);
  return note;
}

/* Each at the height of its mention, or below the one before; not where it would stand far from it. */
function place(notes, body) {
  const origin = body.getBoundingClientRect().top;
  const end = body.querySelector(".lesson-text").getBoundingClientRect().bottom - origin;
  const wanted = notes.map(([note, link]) => {
    note.hidden = false;
    return { note, height: note.offsetHeight, at: link.getBoundingClientRect().top - origin };
  });
  let free = 0;
  for (const { note, height, at } of wanted) {
    const top = Math.max(at, free);
    note.hidden = top - at > FURTHEST_PX || top + height > end;
    if (note.hidden) continue;
    note.style.top = `${top}px`;
    free = top + height + GAP_PX;
  }
}
