/* The list of questions beside the attempt: what the server has, what is not saved yet, what is
   flagged, and where one is. */

export class Navigator {
  constructor({ root, texts }) {
    this.root = root;
    this.texts = texts;
    this.count = root.querySelector("[data-nav-count]");
  }

  entry(position) {
    return this.root.querySelector(`[data-nav="${position}"]`);
  }

  mark(position, { isAnswered, isFlagged }) {
    const entry = this.entry(position);
    if (!entry) {
      return;
    }
    if (isAnswered !== undefined) {
      entry.toggleAttribute("data-answered", isAnswered);
    }
    if (isFlagged !== undefined) {
      entry.toggleAttribute("data-flagged", isFlagged);
    }
    this.#label(entry);
    entry.querySelector("[data-nav-flag]").hidden = !entry.hasAttribute("data-flagged");
    this.#recount();
  }

  /* Mark the questions whose input has not arrived, and no others. */
  showUnsaved(positions) {
    for (const entry of this.root.querySelectorAll("[data-nav]")) {
      entry.toggleAttribute("data-unsaved", positions.includes(Number(entry.dataset.nav)));
      this.#label(entry);
    }
  }

  #label(entry) {
    const { unsaved, answered, unanswered } = this.texts;
    const stored = entry.hasAttribute("data-answered") ? answered : unanswered;
    const state = entry.hasAttribute("data-unsaved") ? unsaved : stored;
    entry.querySelector("[data-nav-state]").textContent = state;
  }

  #recount() {
    const all = this.root.querySelectorAll("[data-nav]");
    const answered = this.root.querySelectorAll("[data-nav][data-answered]");
    this.count.textContent = this.texts.count
      .replace("{answered}", answered.length)
      .replace("{total}", all.length);
  }

  /* Follow the question that is being read, where all stand on one page. */
  follow(articles) {
    if (articles.length < 2) {
      return;
    }
    const seen = new Map();
    const observer = new IntersectionObserver(
      (changes) => {
        changes.forEach((change) => seen.set(change.target, change.isIntersecting));
        const current = articles.find((article) => seen.get(article));
        if (current) {
          this.#point(current.dataset.item);
        }
      },
      { rootMargin: "-20% 0px -60% 0px" },
    );
    articles.forEach((article) => observer.observe(article));
  }

  #point(position) {
    for (const entry of this.root.querySelectorAll("[data-nav]")) {
      const link = entry.querySelector("a, button");
      if (entry.dataset.nav === position) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
  }
}
