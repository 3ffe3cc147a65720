/* Counts the words of a text. The figure follows every key; it is announced only when it crosses a limit. */

const NEAR = 0.9;

export function enhanceWords(area) {
  const { dataset } = area;
  const least = Number(dataset.minWords);
  const most = Number(dataset.maxWords);
  const shown = document.getElementById(dataset.wordCount);
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  shown.after(spoken);
  let last = band(count(area.value));

  area.addEventListener("input", show);
  area.closest("[data-item], form").addEventListener("cx:fill", show);

  function show() {
    const words = count(area.value);
    const text = sentence(words);
    shown.textContent = text;
    if (band(words) !== last) {
      last = band(words);
      spoken.textContent = text;
    }
  }

  function band(words) {
    if (most && words > most) {
      return "many";
    }
    if (most && words >= most * NEAR) {
      return "near";
    }
    return words < least ? "few" : "fine";
  }

  function sentence(words) {
    const text = {
      few: dataset.textFew,
      fine: dataset.textWords,
      near: dataset.textNear,
      many: dataset.textMany,
    }[band(words)];
    return text
      .replace("{count}", words)
      .replace("{limit}", least)
      .replace("{left}", most - words)
      .replace("{over}", words - most);
  }
}

// As courses/questions/texts.py counts: each character of Chinese and Japanese, which have no blanks
// between words, and elsewhere what stands between blanks and holds a letter or a digit.
const UNSPACED =
  "\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}";
const WORD = new RegExp(`[${UNSPACED}]|[^\\s${UNSPACED}]+`, "gu");

function count(text) {
  return (text.match(WORD) ?? []).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
