// Every page: switching colours without a reload, and a voice for other modules.

const announcer = document.createElement("div");
announcer.className = "visually-hidden";
announcer.setAttribute("role", "status");
document.body.append(announcer);

/** Say something to screen readers when they have a pause. */
export function announce(text) {
  announcer.textContent = "";
  // A live region is read out when it changes: the same words again need a change, too.
  setTimeout(() => (announcer.textContent = text), 50);
}

/** The token for POST requests, from any form of the page. */
export function csrfToken(root = document) {
  return root.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

function paint(form, theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of form.elements) {
    if (button.name === "theme") button.setAttribute("aria-pressed", button.value === theme);
  }
}

for (const form of document.querySelectorAll("[data-theme-switch]")) {
  form.addEventListener("submit", (event) => {
    const theme = event.submitter?.value;
    if (!theme) return;
    event.preventDefault();
    paint(form, theme);
    const body = new FormData(form, event.submitter);
    // The cookie comes with the redirect, which nobody needs to follow.
    fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => {});
  });
}

// What the browser keeps of lessons goes before its person does, also where a host signs people out.
for (const form of document.querySelectorAll("[data-sign-out]")) {
  form.addEventListener("submit", (event) => {
    if (!navigator.serviceWorker?.controller) return;
    event.preventDefault();
    const leave = () => form.submit();
    import("./offline/forget.js").then(({ forget }) => forget()).then(leave, leave);
  });
}

// Responses to lessons' checks that were given without a network are sent from whatever page comes next.
function sendWaiting(how = {}) {
  try {
    const isWaiting = Object.keys(localStorage).some((name) => name.startsWith("cx-lesson:"));
    if (!isWaiting) return;
    const sent = import("./offline/sender.js").then((sender) => sender.sendWaiting({ csrfToken, ...how }));
    sent.catch(() => {});
  } catch {
    // No storage in this browser, so nothing waits in it.
  }
}

sendWaiting();
window.addEventListener("online", () => sendWaiting({ force: true }));

// Looking at what one types; as a password again when the form is sent, so that no browser keeps it.
for (const button of document.querySelectorAll("[data-show-password]")) {
  const field = document.getElementById(button.getAttribute("aria-controls"));
  const show = (isShown) => {
    field.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", isShown);
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
}

// Times are written on the reader's clock: once the server knows it, it renders them again.
async function sendTimeZone({ timeZone, timeZoneUrl }) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!timeZoneUrl || !own || own === timeZone) return;
  const body = new URLSearchParams({ time_zone: own, csrfmiddlewaretoken: csrfToken() });
  const response = await fetch(timeZoneUrl, { method: "POST", body, redirect: "manual" });
  if (response.status !== 200) return;
  document.body.dataset.timeZone = own;
  const page = await (await fetch(location.href)).text();
  const fresh = new DOMParser().parseFromString(page, "text/html").querySelectorAll("time");
  const stale = document.querySelectorAll("time");
  if (fresh.length === stale.length) stale.forEach((time, at) => time.replaceWith(fresh[at]));
}

sendTimeZone(document.body.dataset).catch(() => {});

// After a form came back with mistakes, reading starts at their summary.
document.querySelector("[data-focus-first]")?.focus();
