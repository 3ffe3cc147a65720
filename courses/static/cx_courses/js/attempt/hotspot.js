/* Regions of a picture that can be clicked. They are another handle on the list below, which stays
   the form: a click goes to its radio button or checkbox, and what is chosen there shows here. */

const NUMBER_PX = 14;
const LEAST_PX = 24;
const SHAPE = ":is(rect, circle, polygon):not(.hotspot-target)";

export function enhanceHotspot(picture) {
  const question = picture.closest("fieldset");
  const inputs = [...question.querySelectorAll(".hotspot-list input")];
  const regions = new Map(
    [...picture.querySelectorAll("[data-region]")].map((region) => [region.dataset.region, region]),
  );
  picture.classList.add("is-live");
  inputs.forEach((input) => {
    const region = regions.get(input.value);
    region?.prepend(target());
    input.addEventListener("change", show);
    input.addEventListener("focus", () => region?.classList.add("is-focused"));
    input.addEventListener("blur", () => region?.classList.remove("is-focused"));
  });
  const drawing = picture.querySelector("svg");
  drawing.addEventListener("click", choose);
  picture.closest("[data-item], form").addEventListener("cx:fill", show);
  new ResizeObserver(scaleUp).observe(picture);
  show();

  /* Where targets of small regions overlap, the region that is drawn there comes first. */
  function choose(event) {
    const hit = document
      .elementsFromPoint(event.clientX, event.clientY)
      .filter((element) => element.parentElement?.dataset.region && drawing.contains(element));
    const chosen = hit.find((element) => element.matches(SHAPE)) ?? hit[0];
    const key = chosen?.parentElement.dataset.region;
    inputs.find((input) => input.value === key)?.click();
  }

  /* The picture shrinks on a small screen; its numbers must not, nor what a finger has to hit. */
  function scaleUp() {
    const scale = drawing.viewBox.baseVal.width / (picture.clientWidth || 1);
    drawing.querySelectorAll("text").forEach((text) => {
      text.setAttribute("font-size", NUMBER_PX * scale);
    });
    regions.forEach((region) => {
      const box = region.querySelector(SHAPE).getBBox();
      const width = Math.max(box.width, LEAST_PX * scale);
      const height = Math.max(box.height, LEAST_PX * scale);
      const place = region.querySelector(".hotspot-target");
      place?.setAttribute("x", box.x - (width - box.width) / 2);
      place?.setAttribute("y", box.y - (height - box.height) / 2);
      place?.setAttribute("width", width);
      place?.setAttribute("height", height);
    });
  }

  function show() {
    inputs.forEach((input) => {
      regions.get(input.value)?.classList.toggle("is-chosen", input.checked);
    });
  }
}

/* What takes the click of a region; at least as large as a fingertip needs. */
function target() {
  const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  rect.setAttribute("class", "hotspot-target");
  return rect;
}
