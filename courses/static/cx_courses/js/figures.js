// Live figures: each takes the place of its picture, and where none can be drawn the picture stays.

import { announce } from "./shell.js";
import { Stage } from "./figures/stage.js";

const PAUSE_MS = 600;

const kinds = new Map(
  [...document.querySelectorAll("template[data-figure-kind]")].map((kind) => [kind.dataset.figureKind, kind]),
);
const common = document.querySelector("template[data-figure-words]");
const shared = wordsOf(common);
const lang = common?.lang;

document.querySelectorAll("[data-figure]").forEach(bringToLife);

async function bringToLife(root) {
  const kind = kinds.get(root.dataset.figure);
  if (!kind) return;
  try {
    const { default: draw } = await import(kind.dataset.module);
    const stage = new Stage({ root, words: { ...shared, ...wordsOf(kind) }, say: patiently(announce), lang });
    await draw(stage);
    stage.show();
  } catch (error) {
    console.error(error);
  }
}

function wordsOf(template) {
  const found = template?.content.querySelectorAll("[data-word]") ?? [];
  return Object.fromEntries([...found].map((one) => [one.dataset.word, one.textContent]));
}

/* A slider passes many values: only the one it stops at is announced. */
function patiently(speak) {
  let waiting;
  return (text) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => speak(text), PAUSE_MS);
  };
}
