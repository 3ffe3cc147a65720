// What a number means ("30 min; 45 for learners with time × 1.5") follows while it is typed. The
// server says it: the form is posted as for a look at it, and of the page that comes back the
// elements that the input names in data-echo are put in place. Without this file any button does.

const PAUSE_MS = 400;
const ADDRESS = location.href;

let waiting = 0;
let latest = 0;

async function echo(input) {
  const turn = ++latest;
  const data = new FormData(input.form);
  data.set("do", "show");
  const response = await fetch(ADDRESS, { method: "POST", body: data, redirect: "error" });
  if (!response.ok || turn !== latest) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (turn !== latest) return;
  for (const id of input.dataset.echo.split(" ")) {
    const fresh = page.getElementById(id);
    document.getElementById(id)?.replaceChildren(...(fresh?.childNodes ?? []));
  }
}

document.addEventListener("input", (event) => {
  if (!event.target.dataset.echo) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => echo(event.target).catch(() => {}), PAUSE_MS);
});
