// A lesson read aloud by the browser's own speech, sentence by sentence, each marked while it is said.

const PARTS = ":is(h2, h3, h4, h5, h6, p, li, figcaption, td, th, img[alt])";
const NOT_READ = "pre, .formula, .live-figure .fig, button, input, select, textarea, .table-hint, .note, .note-link, .note-form, [hidden]";
const NOT_SAID = ".citation, .footnote-ref, .footnote-back, .formula, .note, .note-link, .note-form, button, select, input, textarea, [hidden], template";
const MARK = "cx-read-aloud";

/** Put the controls beside the button that starts them; `begin` reads from what is in sight. */
export function readerFor(words, { start, voiceFor }) {
  const bar = document.importNode(words.content.querySelector("[data-reader]"), true);
  start.after(bar);
  return new Reader({ bar, start, voiceFor, picture: words.dataset.picture });
}

class Reader {
  constructor({ bar, start, voiceFor, picture }) {
    Object.assign(this, { bar, start, voiceFor, picture, parts: [], part: 0, sentence: 0, turn: 0 });
    this.toggle = bar.querySelector("[data-toggle]");
    this.toggle.addEventListener("click", () => (this.isSpeaking ? this.pause() : this.speak()));
    bar.querySelector("[data-back]").addEventListener("click", () => this.go(-1));
    bar.querySelector("[data-on]").addEventListener("click", () => this.go(1));
    bar.querySelector("[data-stop]").addEventListener("click", () => this.stop());
    bar.addEventListener("keydown", (event) => event.key === "Escape" && this.stop());
    addEventListener("pagehide", () => speechSynthesis.cancel());
  }

  begin() {
    if (!this.bar.hidden) return;
    this.parts = readableParts(document.querySelector(".lesson-text"));
    const isInSight = ({ node }) => node.getBoundingClientRect().bottom > 0;
    const isAtTop = scrollY < innerHeight / 2;
    this.part = isAtTop ? 0 : Math.max(this.parts.findIndex(isInSight), 0);
    this.sentence = 0;
    this.bar.hidden = false;
    this.start.hidden = true;
    document.documentElement.classList.add("is-read-aloud");
    this.toggle.focus({ preventScroll: true });
    this.speak();
  }

  stop() {
    this.pause();
    mark(null);
    this.bar.hidden = true;
    this.start.hidden = false;
    document.documentElement.classList.remove("is-read-aloud");
    this.start.querySelector("button").focus({ preventScroll: true });
  }

  /* Silence; what was being said is said again from its beginning. */
  pause() {
    this.turn += 1;
    speechSynthesis.cancel();
    this.show(false);
  }

  go(step) {
    const wasSpeaking = this.isSpeaking;
    this.pause();
    this.part = Math.min(Math.max(this.part + step, 0), this.parts.length - 1);
    this.sentence = 0;
    if (wasSpeaking) this.speak();
    else this.point();
  }

  show(isSpeaking) {
    this.isSpeaking = isSpeaking;
    this.toggle.querySelector("[data-when=speaking]").hidden = !isSpeaking;
    this.toggle.querySelector("[data-when=silent]").hidden = isSpeaking;
  }

  /* Mark the sentence that is next, and bring its part into sight. Gives the sentence. */
  point() {
    const part = this.parts[this.part];
    part.sentences ??= sentencesOf(part, this.picture);
    const sentence = part.sentences[this.sentence];
    mark(part.node, sentence);
    const { top, bottom } = part.node.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight * 0.8) {
      part.node.scrollIntoView({ block: bottom - top > innerHeight / 2 ? "start" : "center" });
    }
    return sentence;
  }

  speak() {
    if (!this.parts.length) return this.stop();
    const turn = (this.turn += 1);
    const { node } = this.parts[this.part];
    const sentence = this.point();
    const speech = new SpeechSynthesisUtterance(sentence.text);
    speech.lang = languageOf(node);
    speech.voice = this.voiceFor(speech.lang) ?? null;
    speech.onend = () => turn === this.turn && this.next();
    speech.onerror = () => turn === this.turn && this.pause();
    this.show(true);
    speechSynthesis.speak(speech);
  }

  next() {
    this.sentence += 1;
    if (this.sentence >= this.parts[this.part].sentences.length) {
      this.part += 1;
      this.sentence = 0;
    }
    if (this.part < this.parts.length) this.speak();
    else this.stop();
  }
}

function languageOf(node) {
  return node.closest("[lang]").lang;
}

/* What is read, in the order of the page: text and the texts of pictures, without the checks, code
   and controls. A part in which another part stands gives only what is its own. */
function readableParts(root) {
  return [...root.querySelectorAll(`:scope > .prose ${PARTS}`)]
    .filter((node) => !node.closest(NOT_READ))
    .map((node) => (node.alt ? { node: shownFor(node), alt: node.alt } : { node, pieces: piecesOf(node) }))
    .filter(({ node, alt, pieces }) => node.checkVisibility() && (alt || pieces.some((one) => one.data.trim())));
}

/* A live figure stands in the place of its picture, whose text says what there is to see. */
function shownFor(image) {
  return image.checkVisibility() ? image : (image.closest("figure") ?? image);
}

function piecesOf(part) {
  const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT, (text) => {
    const isOwn = text.parentElement.closest(PARTS) === part;
    return isOwn && !text.parentElement.closest(NOT_SAID) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT;
  });
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
}

/* The sentences of a part as [{text, from, to}], where `from` and `to` are [text node, offset]. */
function sentencesOf({ node, alt, pieces }, picture) {
  if (alt) return [{ text: picture.replace("{text}", alt) }];
  const whole = pieces.map((piece) => piece.data).join("");
  const cut = Intl.Segmenter
    ? [...new Intl.Segmenter(languageOf(node), { granularity: "sentence" }).segment(whole.replaceAll("\n", " "))]
    : [{ segment: whole, index: 0 }];
  return cut
    .filter(({ segment }) => segment.trim())
    .map(({ segment, index }) => ({
      // A source that is not said leaves a space before the comma, which some voices then name.
      text: segment.trim().replaceAll(/\s+(?=[,.;:!?])/g, ""),
      from: placeOf(pieces, index),
      to: placeOf(pieces, index + segment.trimEnd().length),
    }));
}

function placeOf(pieces, index) {
  let left = index;
  for (const piece of pieces) {
    if (left <= piece.length) return [piece, left];
    left -= piece.length;
  }
  const last = pieces.at(-1);
  return [last, last.length];
}

/* Mark what is read: the sentence, or the whole part where the browser cannot or it is a picture. */
function mark(node, sentence) {
  for (const old of document.querySelectorAll(`.${MARK}`)) old.classList.remove(MARK);
  globalThis.CSS?.highlights?.delete(MARK);
  if (!node) return;
  if (!sentence.from || !globalThis.CSS?.highlights) {
    node.classList.add(MARK);
    return;
  }
  const range = document.createRange();
  range.setStart(...sentence.from);
  range.setEnd(...sentence.to);
  CSS.highlights.set(MARK, new Highlight(range));
}
