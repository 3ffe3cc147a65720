// Keeps what an author types: in this browser at once, on the server within a few seconds.
// The form says with data-draft whose it is. Every page with an editor uses this one file; the
// button "Save for myself" posts the same without it.

const SERVER_MS = 2000;
const BROWSER_MS = 300;
const LATER_MS = 5000;
const MOST_KEPT_ALIVE = 60000; // Browsers send no more with a request that outlives its page.
const OURS = new Set(["csrfmiddlewaretoken", "do", "based_on", "revision", "tab", "turn", "draft", "pick", "seed", "state", "confirmed"]);
const STAYS = new Set(["keep", "discard", "bring_back", "cancel_schedule"]);

const form = () => document.querySelector("form[data-draft]");
const field = (name) => form().elements.namedItem(name);
const state = () => document.querySelector("[data-draft-state]");
const button = document.querySelector("[name=do][value=keep]");
const notice = document.querySelector("[data-kept]");
const MINE = `cx-draft ${form().dataset.draft} `;
const asked = new URLSearchParams(location.search);
const place = () => `${MINE}${location.pathname} ${field("draft").value || ["course", "type"].map((one) => asked.get(one) ?? "")}`;

const tab = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`.slice(0, 36);
let turn = 0;
let revision = Number(field("revision").value);
let acknowledged = form().hasAttribute("data-sent") ? "" : text();
let busy = null;
let timer = 0;
let leaving = false;
let stopped = false;

function entries() {
  return [...new FormData(form())].filter(([name, value]) => !OURS.has(name) && !/^(find|insert)[-_]/.test(name) && typeof value === "string");
}

function text() {
  return JSON.stringify(entries());
}

// What this browser keeps until the server has it

function storage(act) {
  try {
    return act(window.localStorage);
  } catch {
    return null; // A private window may have none.
  }
}

function keepHere() {
  if (text() === acknowledged) return;
  const kept = { entries: entries(), revision, tab, turn, draft: field("draft").value, based_on: field("based_on").value };
  storage((own) => own.setItem(place(), JSON.stringify(kept)));
}

const forget = () => storage((own) => own.removeItem(place()));
const kept = () => storage((own) => JSON.parse(own.getItem(place())));

// The page whose text was published is named by the address, or, where the server has answered what
// was posted with a page of its own, by the form: what is kept of that text is done with.
function forgetPosted() {
  const address = new URL(location.href);
  const posted = form().matches("[data-sent], [data-taken]") ? field("tab").value : "";
  const saved = address.searchParams.get("saved") ?? posted;
  if (!saved) return;
  storage((own) => {
    for (const name of Object.keys(own).filter((one) => one.startsWith(MINE))) {
      if (JSON.parse(own.getItem(name)).tab === saved) own.removeItem(name);
    }
  });
  address.searchParams.delete("saved");
  history.replaceState(history.state, "", address);
}

// The server

function posted(pairs, more) {
  const data = new FormData();
  for (const [name, value] of pairs) data.append(name, value);
  for (const [name, value] of Object.entries(more)) data.set(name, value);
  data.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
  return data;
}

async function send(pairs, more, keepalive = false) {
  const body = posted(pairs, { ...more, do: "keep" });
  const headers = { Accept: "application/json" };
  const response = await fetch(location.href, { method: "POST", body, headers, redirect: "manual", keepalive });
  if (response.ok || response.status === 409) return { ok: response.ok, ...(await response.json()) };
  throw Object.assign(new Error(`${response.status}`), { isSignedOut: response.type === "opaqueredirect" || response.status === 403 });
}

async function save(keepalive = false) {
  clearTimeout(timer);
  timer = 0;
  const sent = text();
  if (stopped || leaving || sent === acknowledged) return;
  turn += 1;
  const more = { revision, tab, turn, draft: field("draft").value, based_on: field("based_on").value };
  keepHere();
  try {
    const answer = await send(JSON.parse(sent), more, keepalive && sent.length < MOST_KEPT_ALIVE);
    if (!answer.ok) {
      stopped = ["faster", "ended"].includes(answer.code);
      button.hidden = !stopped;
      say(answer.text);
      return;
    }
    revision = answer.revision;
    acknowledged = sent;
    name(answer.draft);
    remember();
    if (text() === acknowledged) forget();
    say(answer.text);
  } catch (error) {
    say(error.isSignedOut ? state().dataset.signedOut : state().dataset.unsaved);
    if (error.isSignedOut) await signInAgain().catch(() => {});
    soon(LATER_MS);
  }
}

// After signing in again, perhaps in another tab, the token is another; another person has none.
async function signInAgain() {
  const response = await fetch(location.href, { redirect: "error" });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("form[data-draft]");
  if (fresh?.dataset.draft !== form().dataset.draft) return;
  for (const token of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
    token.value = fresh.elements.namedItem("csrfmiddlewaretoken").value;
  }
}

// A draft of something new has got its name: the page is found under it from now on.
function name(draft) {
  if (!draft || field("draft").value === draft) return;
  forget();
  field("draft").value = draft;
  const address = new URL(location.href);
  address.searchParams.set("draft", draft);
  history.replaceState(history.state, "", address);
}

function say(words) {
  if (state().textContent !== words) state().textContent = words;
}

function remember() {
  field("revision").value = revision;
  field("tab").value = tab;
}

function once() {
  busy ??= save().finally(() => (busy = null));
  return busy;
}

function soon(pause = SERVER_MS) {
  timer ||= setTimeout(() => {
    timer = 0;
    once().then(() => text() === acknowledged || stopped || soon());
  }, pause);
}

let hereTimer = 0;
function changed() {
  if (stopped) state().textContent = state().dataset.unsaved;
  hereTimer ||= setTimeout(() => {
    hereTimer = 0;
    keepHere();
  }, BROWSER_MS);
  soon();
}

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => event.target.form?.hasAttribute("data-draft") && changed());
}
document.addEventListener("form-replaced", () => {
  remember();
  changed();
});

function hide() {
  if (leaving || text() === acknowledged) return;
  keepHere();
  save(true);
}
addEventListener("pagehide", hide);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && hide());

// Publishing waits for a save that is under way, so that none arrives after it.
document.addEventListener("submit", (event) => {
  if (event.target !== form() || event.defaultPrevented) return;
  if (busy) {
    event.preventDefault();
    busy.then(() => form().requestSubmit(event.submitter));
    return;
  }
  keepHere();
  remember();
  if (!STAYS.has(event.submitter?.value)) field("tab").value = tab;
  leaving = true;
});

// What was kept when the page was left before

async function recover() {
  const left = kept();
  if (!left) return;
  if (form().hasAttribute("data-sent") || JSON.stringify(left.entries) === text()) {
    forget();
    return;
  }
  const { revision: seen, tab: page, turn: last, draft, based_on } = left;
  const answer = await send(left.entries, { revision: seen, tab: page, turn: last + 1, draft, based_on });
  if (answer.ok) {
    forget();
    leaving = true;
    location.reload();
    return;
  }
  notice.hidden = false;
  notice.querySelector("[data-forget-kept]").addEventListener("click", () => {
    forget();
    notice.hidden = true;
  });
  notice.querySelector("[data-show-kept]").addEventListener("click", () => showKept(left));
}

function showKept(left) {
  const own = document.createElement("form");
  Object.assign(own, { method: "post", hidden: true });
  const more = { based_on: field("based_on").value, revision, draft: field("draft").value, do: "show:open", tab };
  const token = field("csrfmiddlewaretoken").value;
  for (const [name, value] of [...left.entries, ...Object.entries({ ...more, csrfmiddlewaretoken: token })]) {
    const input = document.createElement("textarea");
    Object.assign(input, { name, value });
    own.append(input);
  }
  document.body.append(own);
  leaving = true;
  own.submit();
}

button.hidden = true; // What is typed is kept by itself, until another page was faster.
forgetPosted();
remember();
if (form().hasAttribute("data-sent")) soon();
recover().catch(() => say(state().dataset.unsaved));
