/* The line between a page in a platform's frame and the page around it. It speaks to one origin and
   hears only the page that frames it, from that origin. Elsewhere it is silent. */

const link = document.querySelector("#embed");
const origin = link?.dataset.origin;

export const isFramed = Boolean(link) && window.parent !== window;

export function tell(type, detail = {}) {
  if (isFramed) window.parent.postMessage({ cx: 1, type, detail }, origin);
}

/* For learning platforms, which know this message. */
export function tellHeight(height) {
  tell("resize", { height });
  if (isFramed) window.parent.postMessage({ subject: "lti.frameResize", height }, origin);
}

/* Call `deed` with what the page around says under this name. */
export function hear(type, deed) {
  window.addEventListener("message", ({ source, origin: from, data }) => {
    if (!isFramed || source !== window.parent || from !== origin) return;
    if (data?.cx === 1 && data.type === type) deed(data.detail ?? {});
  });
}
