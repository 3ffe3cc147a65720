/* The learner's input of one question as plain pairs [field, value], and back into the form. */

const OWN = new Set(["based_on"]);
const SILENT = new Set(["decimal"]);

export function collect(form, name) {
  return [...new FormData(form)]
    .filter(([field]) => field.startsWith(name))
    .map(([field, value]) => [field.slice(name.length), String(value).replace(/\r\n/g, "\n")])
    .filter(([field]) => !OWN.has(field))
    // Cards are moved about: the same input is the same pairs wherever they stand.
    .sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
}

export function isBlank(fields) {
  return fields.every(([field, value]) => SILENT.has(field) || value.trim() === "");
}

export function isSame(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function fill(article, name, fields) {
  const given = new Map();
  fields.forEach(([field, value]) => given.set(field, [...(given.get(field) ?? []), value]));
  for (const control of article.querySelectorAll("input, select, textarea")) {
    if (!control.name.startsWith(name) || control.type === "hidden") {
      continue;
    }
    const values = given.get(control.name.slice(name.length)) ?? [];
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = values.includes(control.value);
    } else {
      control.value = values[0] ?? "";
    }
  }
  article.dispatchEvent(new CustomEvent("cx:fill", { detail: given }));
}

/* Does a question hold something else than it came with? */
export function isTouched(article) {
  return [...article.querySelectorAll("input, select, textarea")].some(isChanged);
}

function isChanged(control) {
  if (control.type === "hidden" || control.disabled) {
    return false;
  }
  if (control.type === "radio" || control.type === "checkbox") {
    return control.checked !== control.defaultChecked;
  }
  if (control.options) {
    const given = [...control.options].findIndex((option) => option.defaultSelected);
    return control.selectedIndex !== Math.max(given, 0);
  }
  return control.value !== control.defaultValue;
}

/* The input as text that a person can copy. */
export function asText(article, name, fields) {
  return fields
    .filter(([field, value]) => value.trim() !== "" && !SILENT.has(field))
    .map(([field, value]) => {
      const control = [...article.querySelectorAll("input, select, textarea")].find(
        (one) => one.name === name + field && (one.value === value || one.type === "text"),
      );
      const isChoice = control?.type === "radio" || control?.type === "checkbox";
      const shown = isChoice ? control.closest("label")?.textContent : null;
      const chosen = control?.selectedOptions?.[0]?.textContent;
      return (shown ?? chosen ?? value).trim().replace(/[ \t]+/g, " ");
    })
    .join("\n");
}

/* Whether a part of a question is empty that a learner hardly means to leave: a card, a line, a gap. */
export function hasEmptyPart(article) {
  const parts = article.querySelectorAll(
    ":is(.question-categorise, .question-matching, .question-cloze) :is(select, input[type=text])",
  );
  return [...parts].some((part) => !part.value.trim());
}
