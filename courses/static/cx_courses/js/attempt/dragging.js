/* Dragging one card with mouse, pen or finger. A finger drags by the grip alone, so that the page
   still scrolls under a finger that is put on a card. */

const LEAST_PX = 6;
const EDGE_PX = 64;
const STEP_PX = 12;
const NOT_FROM = "a, button, input, select, textarea, summary, .why";

export function followDrag(card, { targetAt, over, drop }) {
  let drag = null;
  let wasDragged = false;
  const handlers = [
    ["pointermove", onMove],
    ["pointerup", onUp],
    ["pointercancel", stop],
    ["keydown", onKey],
  ];

  card.addEventListener("pointerdown", (event) => {
    const isGrip = event.target.closest(".card-grip");
    if (event.button || !event.isPrimary || (!isGrip && event.target.closest(NOT_FROM))) return;
    if (event.pointerType === "touch" && !isGrip) return;
    drag = { id: event.pointerId, x: event.clientX, y: event.clientY, scroll: scrollY, isMoving: false };
    for (const [type, handle] of handlers) addEventListener(type, handle, true);
  });
  // The click that ends a drag is no click on the card's label.
  card.addEventListener("click", (event) => wasDragged && event.preventDefault(), true);
  // A picture or a link in a card would be dragged by the browser instead.
  card.addEventListener("dragstart", (event) => event.preventDefault());

  function onMove(event) {
    if (event.pointerId !== drag?.id) return;
    Object.assign(drag, { toX: event.clientX, toY: event.clientY });
    if (!drag.isMoving) {
      if (Math.hypot(drag.toX - drag.x, drag.toY - drag.y) < LEAST_PX) return;
      begin();
    }
    follow();
  }

  function begin() {
    drag.isMoving = true;
    card.setPointerCapture(drag.id);
    card.classList.add("is-dragged");
    getSelection()?.removeAllRanges();
    scrollAlong();
  }

  function follow() {
    card.style.translate = `${drag.toX - drag.x}px ${drag.toY - drag.y + scrollY - drag.scroll}px`;
    over(targetAt(drag.toX, drag.toY));
  }

  /* Near the upper and lower edge the page scrolls, as long as the card is held there. */
  function scrollAlong() {
    if (!drag?.isMoving) return;
    const step = drag.toY < EDGE_PX ? -STEP_PX : drag.toY > innerHeight - EDGE_PX ? STEP_PX : 0;
    if (step) {
      scrollBy({ top: step, behavior: "instant" });
      follow();
    }
    requestAnimationFrame(scrollAlong);
  }

  function onUp(event) {
    if (event.pointerId !== drag?.id) return;
    const target = drag.isMoving ? targetAt(event.clientX, event.clientY) : null;
    wasDragged = drag.isMoving;
    setTimeout(() => (wasDragged = false));
    stop();
    if (target) drop(target);
  }

  function onKey(event) {
    if (event.key !== "Escape" || !drag?.isMoving) return;
    event.preventDefault();
    event.stopPropagation();
    stop();
  }

  function stop() {
    drag = null;
    card.classList.remove("is-dragged");
    card.style.removeProperty("translate");
    over(null);
    for (const [type, handle] of handlers) removeEventListener(type, handle, true);
  }
}
