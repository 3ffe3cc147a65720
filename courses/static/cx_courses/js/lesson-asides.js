// Beside a lesson's text: terms and sources shown over it where one asks for them, and its contents.

const GAP = 8;

/** A click on a term or a citation opens a card; without this script it follows the link. */
export function showAsides() {
  const source = document.querySelector("template[data-asides]")?.content;
  if (!source || !("popover" in HTMLElement.prototype)) return;
  const card = document.importNode(source.querySelector(".aside-card"), true);
  document.body.append(card);
  card.querySelector("[data-close]").addEventListener("click", () => card.hidePopover());
  const links = () => document.querySelectorAll(".lesson a:is(.term, .citation)");
  for (const link of links()) link.setAttribute("aria-haspopup", "dialog");

  let opener = null;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".lesson a:is(.term, .citation)");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    if (!fill(card, link, source)) return;
    event.preventDefault();
    opener = link;
    card.showPopover();
    place(card, link);
    card.focus({ preventScroll: true });
  });
  card.addEventListener("toggle", (event) => {
    // Back to where one was reading, unless one has gone elsewhere meanwhile.
    const isAstray = document.activeElement === document.body || card.contains(document.activeElement);
    if (event.newState === "closed" && isAstray) opener?.focus({ preventScroll: true });
  });
}

/* Put into the card what the link names. Gives whether that is known here. */
function fill(card, link, source) {
  const name = decodeURIComponent(link.hash.slice(1));
  const isTerm = link.classList.contains("term");
  const entry = isTerm
    ? source.querySelector(`[data-term="${CSS.escape(name)}"]`)
    : document.getElementById(name);
  if (!entry) return false;
  const text = entry.cloneNode(true);
  for (const back of text.querySelectorAll(".source-back")) back.remove();
  card.querySelector("#aside-title").textContent = isTerm
    ? entry.dataset.title
    : (link.getAttribute("aria-label") ?? link.textContent);
  card.querySelector("[data-text]").replaceChildren(...text.childNodes);
  for (const more of card.querySelectorAll("[data-more]")) {
    more.hidden = (more.dataset.more === "term") !== isTerm;
    more.href = isTerm ? link.href : "#sources-title";
    if (!isTerm) more.onclick = () => card.hidePopover();
  }
  return true;
}

/* Below the link, or above it where there is no room; a narrow screen shows the card at its foot. */
function place(card, link) {
  const isNarrow = matchMedia("(max-width: 40rem)").matches;
  card.classList.toggle("is-sheet", isNarrow);
  card.style.removeProperty("top");
  card.style.removeProperty("left");
  if (isNarrow) return;
  const at = link.getClientRects()[0];
  const { width, height } = card.getBoundingClientRect();
  const room = document.documentElement.clientWidth - width - GAP;
  const below = at.bottom + GAP;
  const isAbove = below + height > innerHeight && at.top > height + GAP;
  card.style.left = `${Math.max(GAP, Math.min(at.left, room)) + scrollX}px`;
  card.style.top = `${(isAbove ? at.top - height - GAP : below) + scrollY}px`;
}

/** The contents are open where they stand beside the text, and name the part that is read. */
export function showContents() {
  const contents = document.querySelector("[data-contents]");
  if (!contents) return;
  const isWide = matchMedia("(min-width: 80rem)");
  const follow = () => (contents.open = isWide.matches);
  isWide.addEventListener("change", follow);
  follow();
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && !isWide.matches) contents.open = false;
  });
  const links = new Map(
    [...contents.querySelectorAll("a")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  const headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const mark = () => {
    const line = innerHeight / 3;
    const passed = headings.filter((one) => one.getBoundingClientRect().top < line);
    const current = links.get(passed.at(-1)?.id);
    for (const link of links.values()) {
      if (link === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  // All that lies above counts, so that a jump over several headings is noticed.
  const observer = new IntersectionObserver(mark, { rootMargin: "99999px 0px -66% 0px" });
  headings.forEach((heading) => observer.observe(heading));
}

/** Say above a table that it goes on beyond the edge, as long as it does. */
export function markWideTables(boxes) {
  const words = document.querySelector("template:is([data-asides], [data-table-words])")?.content.querySelector("[data-table-hint]");
  if (!words) return;
  const look = (box) => {
    const isWide = box.scrollWidth > box.clientWidth + 1;
    const hint = box.previousElementSibling?.matches("[data-table-hint]") ? box.previousElementSibling : null;
    if (isWide && !hint) box.before(document.importNode(words, true));
    if (!isWide) hint?.remove();
  };
  const observer = new ResizeObserver((entries) => entries.forEach(({ target }) => look(target)));
  document.querySelectorAll(boxes).forEach((box) => observer.observe(box));
}
