/* <cx-course>: a course in a page of your own. One script, nothing else needed.

   <cx-course src="/my/launch"></cx-course>            your back end answers {"url": "…"}
   <cx-course launch-url="https://…/launch/…/"></cx-course>   the one-time address itself

   Attributes: theme (auto, light, dark), locale, title, height (a fixed one; else as the page needs).
   Property: launch, a function that gives the address instead of `src`.
   Events, all bubbling: ready, progress, completed, graded, expired, error. See docs/api/embed.md. */

(() => {
  if (customElements.get("cx-course")) return;

  const SANDBOX = [
    "allow-scripts",
    "allow-same-origin",
    "allow-forms",
    "allow-modals",
    "allow-popups",
    "allow-popups-to-escape-sandbox",
    "allow-downloads",
    "allow-top-navigation-by-user-activation",
  ].join(" ");
  const SILENCE_MS = 10_000;
  const PAUSES_MS = [0, 1000, 3000];
  const HIGHEST_PX = 100_000;
  const MOST_RENEWALS = 3;

  class CxCourse extends HTMLElement {
    static observedAttributes = ["launch-url", "src", "theme", "locale", "title", "height"];

    /** A function that gives a fresh one-time address, or a promise of one; instead of `src`. */
    launch = null;

    #frame = document.createElement("iframe");
    #site = "";
    #place = "";
    #standing = null;
    #renewals = 0;
    #isReady = false;
    #timer;
    #planned = false;
    #isDisplayUnsent = false;
    #onMessage = (event) => this.#receive(event);

    constructor() {
      super();
      const frame = this.#frame;
      frame.setAttribute("sandbox", SANDBOX);
      frame.allow = "fullscreen; clipboard-write";
      Object.assign(frame.style, { display: "block", width: "100%", border: "0", height: "480px" });
      frame.addEventListener("load", () => this.#wait());
      this.attachShadow({ mode: "open" }).append(frame);
    }

    connectedCallback() {
      this.style.display ||= "block";
      window.addEventListener("message", this.#onMessage);
      this.#place ||= this.#memory() ?? "";
      this.#plan();
    }

    disconnectedCallback() {
      window.removeEventListener("message", this.#onMessage);
      clearTimeout(this.#timer);
      this.#site = "";
    }

    attributeChangedCallback(name, before, now) {
      if (before === now) return;
      if (name === "title") this.#frame.title = now || "Course";
      else if (name === "height") this.#size();
      else if (!this.isConnected) return;
      else if (name === "theme" || name === "locale") this.#display();
      else this.#plan();
    }

    /* Attributes come one by one: open once for all of them. */
    #plan() {
      if (this.#planned) return;
      this.#planned = true;
      queueMicrotask(() => {
        this.#planned = false;
        if (this.isConnected) this.#open();
      });
    }

    async #open() {
      const isFresh = this.hasAttribute("src") || this.launch;
      if (!isFresh && !this.hasAttribute("launch-url")) return;
      this.#isReady = false;
      this.#frame.title ||= this.title || "Course";
      this.#size();
      try {
        const url = new URL(isFresh ? await this.#ask() : this.getAttribute("launch-url"), document.baseURI);
        if (!/^https?:$/.test(url.protocol)) throw new Error(url.protocol);
        if (!this.isConnected) return;
        this.#site = url.origin;
        this.#fill(url.searchParams);
        this.#isDisplayUnsent = false;
        this.#frame.src = url.href;
      } catch (reason) {
        this.#raise("error", { code: "no_launch", message: String(reason) });
      }
    }

    async #ask() {
      if (this.launch) return this.launch({ place: this.#place });
      const address = this.getAttribute("src");
      const headers = { Accept: "application/json" };
      const how = { headers, credentials: "include", cache: "no-store" };
      for (const pause of PAUSES_MS) {
        await new Promise((resolve) => setTimeout(resolve, pause));
        // A lost line and a busy server may be better in a moment; a refusal stays one.
        const answer = await fetch(address, how).catch(() => null);
        if (answer?.ok) return (await answer.json()).url;
        if (answer && answer.status < 500) throw new Error(`${address}: ${answer.status}`);
      }
      throw new Error(`${address}: no answer`);
    }

    #fill(query) {
      for (const name of ["theme", "locale"]) {
        if (this.hasAttribute(name)) query.set(name, this.getAttribute(name));
      }
      if (this.#place) query.set("at", this.#place);
    }

    /* A frame that sends nothing was refused by the browser, or the site is away. */
    #wait() {
      clearTimeout(this.#timer);
      if (!this.#site) return;
      this.#timer = setTimeout(() => this.#raise("error", { code: "no_answer" }), SILENCE_MS);
    }

    #receive({ source, origin, data }) {
      if (!this.#site || source !== this.#frame.contentWindow || origin !== this.#site) return;
      if (data?.cx !== 1) return;
      clearTimeout(this.#timer);
      const detail = data.detail ?? {};
      const handlers = {
        ready: () => this.#arrived(detail),
        resize: () => this.#size(detail.height),
        shown: () => (this.#isDisplayUnsent = false),
        jump: () => this.#scroll(detail.top),
        standing: () => this.#compare(detail),
        expired: () => this.#expired(detail),
        keep: () => this.#keep(detail),
        recall: () => this.#send("recalled", this.#kept()),
        error: () => this.#raise("error", { code: detail.code }),
      };
      if (Object.hasOwn(handlers, data.type)) handlers[data.type]();
    }

    #arrived({ place, title, top }) {
      this.#renewals = 0;
      this.#place = String(place);
      this.#memory(this.#place);
      if (this.#isReady) this.#scroll(top);
      this.#isReady = true;
      if (this.#isDisplayUnsent) this.#display();
      this.#raise("ready", { place, title });
    }

    #size(height) {
      const fixed = this.getAttribute("height");
      if (fixed) this.#frame.style.height = /^\d+$/.test(fixed) ? `${fixed}px` : fixed;
      else if (height > 0 && height < HIGHEST_PX) this.#frame.style.height = `${Math.ceil(height)}px`;
    }

    /* A new page in the frame begins at its top, or at the place that its address names. */
    #scroll(top) {
      if (this.hasAttribute("height")) return;
      const here = this.getBoundingClientRect().top;
      if (here < 0 || top) window.scrollBy({ top: here + (Number(top) || 0), behavior: "instant" });
    }

    #compare(now) {
      const before = this.#standing;
      this.#standing = now;
      const { completed = [], grades = [], ...progress } = now;
      const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
      if (!before || !isSame({ ...before, grades }, now)) this.#raise("progress", { ...progress, completed });
      if (!before) return;
      const course = now.course;
      const known = (list, row) => list.some((other) => isSame(other, row));
      for (const step of completed) {
        if (!known(before.completed, step)) this.#raise("completed", { course, ...step });
      }
      if (now.is_complete && !before.is_complete) {
        this.#raise("completed", { course, kind: "course", key: course });
      }
      for (const grade of grades) {
        if (!known(before.grades, grade)) this.#raise("graded", { course, ...grade });
      }
    }

    /* The session is over: report it, and open a new one where that is possible. */
    #expired({ code, place }) {
      if (place) this.#place = String(place);
      const goesOn = this.#raise("expired", { code, place: this.#place });
      const canRenew = this.hasAttribute("src") || this.launch;
      if (goesOn && canRenew && this.#renewals++ < MOST_RENEWALS) this.#open();
    }

    /* A page that is still loading receives nothing: it gets the display again when it has arrived. */
    #display() {
      this.#isDisplayUnsent = true;
      this.#send("display", { theme: this.getAttribute("theme"), locale: this.getAttribute("locale") });
    }

    #send(type, detail) {
      if (this.#site) this.#frame.contentWindow?.postMessage({ cx: 1, type, detail }, this.#site);
    }

    /* Where a browser keeps nothing for a frame of another site, this page keeps what the learner
       wrote and the server has not confirmed. */
    #kept() {
      try {
        return JSON.parse(sessionStorage.getItem(`cx-course-kept:${this.#site}`)) ?? {};
      } catch {
        return {};
      }
    }

    #keep({ name, text }) {
      const kept = this.#kept();
      if (text === null) delete kept[name];
      else kept[String(name)] = String(text);
      try {
        sessionStorage.setItem(`cx-course-kept:${this.#site}`, JSON.stringify(kept));
      } catch {
        // Full or forbidden: the frame still has it in memory.
      }
    }

    /* Where the learner was, for a reload of the page around; per address of the back end. */
    #memory(place) {
      const name = `cx-course:${this.getAttribute("src") ?? ""}`;
      try {
        if (place === undefined) return sessionStorage.getItem(name);
        if (this.hasAttribute("src")) sessionStorage.setItem(name, place);
      } catch {
        // Without storage the course opens at its target.
      }
    }

    #raise(type, detail) {
      const options = { detail, bubbles: true, composed: true, cancelable: type === "expired" };
      return this.dispatchEvent(new CustomEvent(type, options));
    }
  }

  customElements.define("cx-course", CxCourse);
})();
