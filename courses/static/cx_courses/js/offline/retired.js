/* Takes the place of the service worker where it is switched off: empties its caches and goes. */

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => event.waitUntil(retire()));

async function retire() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("cx-courses-")).map((name) => caches.delete(name)));
  await self.registration.unregister();
}
