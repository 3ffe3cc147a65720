/* Empty what this browser keeps of lessons. A host whose own page signs people out loads this module
   there; ours call it when they send their form. */

const PAGES = "cx-courses-pages-";

export async function forget() {
  if (!("caches" in self)) return;
  for (const { active } of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    active?.postMessage({ forget: true });
  }
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PAGES)).map((name) => caches.delete(name)));
}
