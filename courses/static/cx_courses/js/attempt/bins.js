/* Cards that can be dragged into bins. The bins are another handle on the selects, which stay the
   form: a card stands in the bin that its select names, and dropping it sets the select. */

import { followDrag } from "./dragging.js";

export function enhanceBins(tray) {
  const { dataset } = tray;
  const cards = [...tray.children];
  const selects = cards.map((card) => card.querySelector("select"));
  const bins = makeBins(tray, selects[0]);
  const status = element("p", "visually-hidden");
  status.setAttribute("role", "status");
  const allPlaced = element("p", "bin-empty", dataset.textAllPlaced);
  const instruction = tray.closest("fieldset").querySelector("[data-bins-plain]");
  if (instruction) instruction.textContent = dataset.textInstruction;
  tray.after(allPlaced, bins.root, status);
  tray.classList.add("is-live");

  const listOf = (select) => bins.lists.get(select.value) ?? tray;
  cards.forEach((card, at) => equip(card, selects[at]));
  cards.forEach((card, at) => place(card, selects[at]));
  refresh();
  tray.closest("[data-item], form").addEventListener("cx:fill", () => {
    cards.forEach((card, at) => place(card, selects[at]));
    refresh();
  });

  function equip(card, select) {
    let isByKey = false;
    card.prepend(grip());
    card.addEventListener("keydown", () => (isByKey = true));
    card.addEventListener("pointerdown", () => (isByKey = false));
    select.addEventListener("change", () => {
      // Who goes through the cards by keyboard changes a select with every press of an arrow, and
      // finds the next card where it was: this one moves when it is left.
      if (isByKey && select === document.activeElement) return;
      move(card, select);
    });
    card.addEventListener("focusout", (event) => {
      if (isByKey && !card.contains(event.relatedTarget)) move(card, select);
    });
    followDrag(card, {
      targetAt: (x, y) => bins.at(x, y, tray),
      over: (target) => bins.light(target),
      drop: (target) => {
        const key = target === tray ? "" : target.dataset.bin;
        if (select.value === key) return;
        select.value = key;
        for (const type of ["input", "change"]) select.dispatchEvent(new Event(type, { bubbles: true }));
        const bin = key ? select.selectedOptions[0].textContent : dataset.textTray;
        const text = card.querySelector(".placement-text").textContent.trim();
        status.textContent = dataset.textPlaced.replace("{text}", text).replace("{bin}", bin);
      },
    });
  }

  function move(card, select) {
    if (card.parentElement === listOf(select)) return;
    const hadFocus = select === document.activeElement;
    place(card, select);
    if (hadFocus) select.focus({ preventScroll: true });
    refresh();
  }

  /* Cards keep the order in which they were shown, wherever they stand. */
  function place(card, select) {
    const list = listOf(select);
    if (card.parentElement === list) return;
    const rest = cards.slice(cards.indexOf(card) + 1);
    list.insertBefore(card, rest.find((other) => other.parentElement === list) ?? null);
  }

  function refresh() {
    allPlaced.hidden = tray.children.length > 0;
    bins.count();
  }
}

/* One bin for each option of the selects but the first, which stands for no place. */
function makeBins(tray, select) {
  const { dataset } = tray;
  const root = element("div", "bins");
  const lists = new Map();
  const boxes = [...select.options].slice(1).map((option) => {
    const box = element("div", "bin");
    const title = element("p", "bin-title", option.textContent.trim());
    if (option.lang) Object.assign(title, { lang: option.lang, dir: option.dir });
    const list = element("ul", "placements is-live");
    list.setAttribute("role", "list");
    list.setAttribute("aria-label", option.textContent.trim());
    if (option.lang) list.lang = option.lang;
    box.dataset.bin = option.value;
    box.append(title, list, element("p", "bin-empty", dataset.textEmpty));
    lists.set(option.value, list);
    return box;
  });
  root.append(...boxes);
  return {
    root,
    lists,
    at: (x, y) => {
      const hit = document.elementFromPoint(x, y);
      const box = hit?.closest(".bin");
      if (box) return root.contains(box) ? box : null;
      // Anywhere else in the question takes a card back.
      return tray.closest("fieldset").contains(hit) ? tray : null;
    },
    light: (target) => {
      for (const box of boxes) box.classList.toggle("is-over", box === target);
    },
    count: () => {
      for (const box of boxes) box.classList.toggle("is-filled", box.querySelector("li") !== null);
    },
  };
}

function grip() {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(ns, "path");
  path.setAttribute("d", "M9 6v.1M15 6v.1M9 12v.1M15 12v.1M9 18v.1M15 18v.1");
  svg.append(path);
  const made = element("span", "card-grip");
  made.setAttribute("aria-hidden", "true");
  made.append(svg);
  return made;
}

function element(tag, className, textContent = "") {
  return Object.assign(document.createElement(tag), { className, textContent });
}
