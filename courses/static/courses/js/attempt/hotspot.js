/* Regions of a picture that can be clicked. They are another handle on the list below, which stays
   the form: a click goes to its radio button or checkbox, and what is chosen there shows here. */

const NUMBER_PX = 18;

export function enhanceHotspot(picture) {
  const question = picture.closest("fieldset");
  const inputs = [...question.querySelectorAll(".hotspot-list input")];
  const regions = new Map(
    [...picture.querySelectorAll("[data-region]")].map((region) => [region.dataset.region, region]),
  );
  picture.classList.add("is-live");
  inputs.forEach((input) => {
    const region = regions.get(input.value);
    region?.addEventListener("click", () => input.click());
    input.addEventListener("change", show);
    input.addEventListener("focus", () => region?.classList.add("is-focused"));
    input.addEventListener("blur", () => region?.classList.remove("is-focused"));
  });
  picture.closest("[data-item], form").addEventListener("cx:fill", show);
  new ResizeObserver(scaleNumbers).observe(picture);
  show();

  /* The picture shrinks on a small screen, its numbers must not. */
  function scaleNumbers() {
    const drawing = picture.querySelector("svg");
    const scale = drawing.viewBox.baseVal.width / (picture.clientWidth || 1);
    drawing.querySelectorAll("text").forEach((text) => {
      text.setAttribute("font-size", NUMBER_PX * scale);
    });
  }

  function show() {
    inputs.forEach((input) => {
      regions.get(input.value)?.classList.toggle("is-chosen", input.checked);
    });
  }
}
