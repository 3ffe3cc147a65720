// Notes at the paragraphs of a lesson: their forms open in place, and what is typed is kept in this
// tab until it is saved. Without this script the same links lead to pages.

import { announce } from "./shell.js";

const PLACE = "p-here";

/** Let the reader write notes in the page. `send` posts a form. */
export function keepNotes(lesson, send) {
  const toggle = document.querySelector("[data-note-switch]");
  if (!toggle) return;
  const words = toggle.dataset;
  const link = document.querySelector("template[data-note-template]").content.firstElementChild;
  const text = lesson.querySelector(".lesson-text");
  const kept = keptTexts(lesson.dataset.notes);
  let isOn = new URLSearchParams(location.search).has("notes");

  toggle.addEventListener("click", (event) => {
    if (!isPlain(event)) return;
    event.preventDefault();
    isOn = !isOn;
    if (isOn) for (const one of paragraphs(text)) addLink(one, link);
    else for (const one of text.querySelectorAll("[data-note-new]:not([hidden])")) one.remove();
    toggle.querySelector("[data-note-switch-text]").textContent = isOn ? words.textOn : words.textOff;
    if (isOn) announce(words.textShown);
  });

  lesson.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-note-link]");
    if (opener && isPlain(event)) {
      event.preventDefault();
      open(opener);
    }
    const cancel = event.target.closest?.("[data-note-cancel]");
    if (cancel && isPlain(event)) {
      event.preventDefault();
      close(cancel.closest("form"));
    }
  });

  lesson.addEventListener("input", (event) => {
    const form = event.target.closest?.("[data-note-form]");
    if (form) kept.set(form.dataset.noteForm, event.target.value);
  });

  lesson.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-note-form]")) return;
    event.preventDefault();
    const button = event.submitter;
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    try {
      await show(form, await send(form, button));
    } catch {
      refuse(form, words.textOffline);
    }
    form.removeAttribute("aria-busy");
  });

  for (const place of kept.places()) {
    const at = document.getElementById(`note-${place}`) ?? document.getElementById(place);
    const opener = at && (at.querySelector("[data-note-link]") ?? addLink(at, link)?.firstElementChild);
    if (opener) open(opener, { isFocused: false });
  }

  async function open(opener, { isFocused = true } = {}) {
    const holder = opener.closest("[data-note], [data-note-new]");
    if (holder.hidden) return;
    let response = null;
    try {
      response = await fetch(opener.href, { headers: { "X-Fragment": "note" } });
    } catch {
      // Without a connection there is no form to write into.
    }
    if (!response?.ok || !response.headers.get("X-Fragment")) {
      location.assign(opener.href);
      return;
    }
    const form = made(await response.text());
    const field = form.querySelector("textarea");
    const typed = field && kept.get(form.dataset.noteForm);
    if (typed) field.value = typed;
    holder.after(form);
    holder.hidden = true;
    if (isFocused) (field ?? form.querySelector("button")).focus();
  }

  function close(form) {
    kept.remove(form.dataset.noteForm);
    const holder = form.previousElementSibling;
    form.remove();
    holder.hidden = false;
    holder.querySelector("[data-note-link]").focus();
  }

  async function show(form, response) {
    const kind = response.headers.get("X-Fragment");
    const place = form.dataset.noteForm;
    if (response.status === 204 || kind === "note") kept.remove(place);
    if (kind === "note") {
      const note = made(await response.text());
      form.previousElementSibling.remove();
      form.replaceWith(note);
      note.focus();
      announce(words.textSaved);
    } else if (response.status === 204) {
      form.previousElementSibling.remove();
      const paragraph = document.getElementById(place);
      form.remove();
      if (isOn && paragraph) addLink(paragraph, link)?.querySelector("a").focus();
      else toggle.focus();
      announce(words.textDeleted);
    } else if (kind) {
      const fresh = made(await response.text());
      form.replaceWith(fresh);
      (fresh.querySelector("textarea") ?? fresh.querySelector("button")).focus();
    } else if (response.redirected || response.status === 401) {
      refuse(form, words.textSignedOut);
    } else {
      refuse(form, words.textFailed);
    }
  }
}

function isPlain(event) {
  return !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
}

function paragraphs(text) {
  return text.querySelectorAll('.prose :is(p, li)[id^="p-"]');
}

/* Put the link to write a note where the server would put it. Gives nothing where a note is. */
function addLink(paragraph, link) {
  const place = paragraph.id;
  if (document.getElementById(`note-${place}`) || document.querySelector(`[data-note-new="${place}"]`)) {
    return null;
  }
  const fresh = document.importNode(link, true);
  fresh.dataset.noteNew = place;
  const anchor = fresh.querySelector("a");
  anchor.setAttribute("href", anchor.getAttribute("href").replace(PLACE, place));
  anchor.setAttribute("aria-describedby", place);
  if (paragraph.matches("p")) paragraph.after(fresh);
  else paragraph.insertBefore(fresh, paragraph.querySelector(":scope > :is(ul, ol, p, pre, blockquote, div, aside)"));
  return fresh;
}

function refuse(form, words) {
  form.querySelector("[data-note-refusal]").textContent = words;
}

function made(html) {
  return new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
}

/* What was typed and is not saved, in this tab alone; a frame may have no storage. */
function keptTexts(lesson) {
  const prefix = `cx-note:${lesson}:`;
  let storage = null;
  try {
    storage = window.sessionStorage;
  } catch {
    // It is then kept by the form alone.
  }
  return {
    get: (place) => storage?.getItem(prefix + place) ?? "",
    set: (place, typed) => storage?.setItem(prefix + place, typed),
    remove: (place) => storage?.removeItem(prefix + place),
    places: () =>
      Object.keys(storage ?? {})
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length)),
  };
}
