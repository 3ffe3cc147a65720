/* Names for the boxes in which one types to find a row.

   The widget that Django brings names such a box by what is chosen in it; an empty one has no name
   at all. Here each gets the name of its field's label as well. */

function labelOf(field) {
  const label = document.querySelector(`label[for="${CSS.escape(field.id)}"]`);
  if (label && !label.id) label.id = `${field.id}-label`;
  return label;
}

function nameBoxes() {
  for (const field of document.querySelectorAll("select.admin-autocomplete.select2-hidden-accessible")) {
    const box = field.nextElementSibling?.querySelector(".select2-selection");
    const label = labelOf(field);
    if (!box || !label || box.dataset.isNamed) continue;
    box.dataset.isNamed = "true";
    const chosen = box.querySelector(".select2-selection__rendered");
    box.setAttribute("aria-labelledby", [label.id, chosen?.id].filter(Boolean).join(" "));
    if (chosen?.getAttribute("role") === "textbox") chosen.setAttribute("aria-labelledby", label.id);
    const search = box.querySelector(".select2-search__field");
    if (search) search.setAttribute("aria-labelledby", label.id);
  }
}

new MutationObserver(nameBoxes).observe(document.documentElement, { childList: true, subtree: true });
