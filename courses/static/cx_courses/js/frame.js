/* The line between a page in a platform's frame and the page around it. It sends to one origin and
   receives only from the page that frames it, from that origin. Elsewhere it is silent. */

const link = document.querySelector("#embed");
const origin = link?.dataset.origin;

export const isFramed = Boolean(link) && window.parent !== window;

export function send(type, detail = {}) {
  if (isFramed) window.parent.postMessage({ cx: 1, type, detail }, origin);
}

/* For learning platforms, which know this message. */
export function sendHeight(height) {
  send("resize", { height });
  if (isFramed) window.parent.postMessage({ subject: "lti.frameResize", height }, origin);
}

/* Call `handler` with the detail of each message of this type from the page around. */
export function onMessage(type, handler) {
  window.addEventListener("message", ({ source, origin: from, data }) => {
    if (!isFramed || source !== window.parent || from !== origin) return;
    if (data?.cx === 1 && data.type === type) handler(data.detail ?? {});
  });
}
