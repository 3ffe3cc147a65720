/* What the server has not confirmed yet, kept in localStorage so that it outlives a lost connection
   and a reload. One list per question: the head may already be under way, what follows waits.

   An entry is { key, basedOn, fields: [[name, value], …], isClear, isTried, isDraft, isRefused, at }.
   It is removed only when the server has confirmed it. Nothing but the learner's own input is kept. */

const PREFIX = "cx-attempt";
const PATIENCE_MS = 1000;

export class Queue {
  constructor({ user, attempt, tab, storage, prefix = PREFIX }) {
    this.scope = `${prefix}:${user}:${attempt}:`;
    this.tab = tab;
    this.storage = storage;
    this.memory = new Map();
    this.isDurable = true;
  }

  entries(position) {
    const stored = this.memory.get(position) ?? this.#read(this.#name(position));
    this.memory.set(position, stored);
    return stored;
  }

  head(position) {
    return this.entries(position)[0];
  }

  latest(position) {
    return this.entries(position).at(-1);
  }

  /* Put an entry last; one that was never sent is replaced, one that may have arrived never is. */
  put(position, entry) {
    const kept = this.entries(position).filter((other) => other.isTried && !other.isRefused);
    this.#write(position, [...kept, entry]);
  }

  /* The entry was confirmed as `revision`: what waits behind it builds on that. */
  confirm(position, key, revision) {
    const rest = this.entries(position).filter((entry) => entry.key !== key);
    rest.forEach((entry) => (entry.basedOn = revision));
    this.#write(position, rest);
  }

  discard(position) {
    this.#write(position, []);
  }

  keep(position) {
    this.#write(position, this.entries(position));
  }

  positions() {
    return [...this.memory].filter(([, entries]) => entries.length).map(([position]) => position);
  }

  /* Load what this tab left, and take over what tabs that are gone left. */
  async restore(isAlive) {
    const names = this.#names();
    for (const name of names) {
      const [tab, place] = name.slice(this.scope.length).split(":");
      // Items of an attempt have numbers, checks of a lesson have keys.
      const position = this.scope.startsWith(`${PREFIX}:`) ? Number(place) : place;
      if (tab === this.tab) {
        this.entries(position);
      } else if (!(await isAlive(tab))) {
        const found = this.#read(name);
        const merged = [...this.entries(position), ...found];
        this.#write(position, merged.sort((one, other) => one.at - other.at));
        this.storage.removeItem(name);
      }
    }
  }

  #name(position) {
    return `${this.scope}${this.tab}:${position}`;
  }

  #names() {
    try {
      return Object.keys(this.storage).filter((name) => name.startsWith(this.scope));
    } catch {
      return [];
    }
  }

  #read(name) {
    try {
      return JSON.parse(this.storage.getItem(name)) ?? [];
    } catch {
      return [];
    }
  }

  #write(position, entries) {
    this.memory.set(position, entries);
    try {
      if (entries.length) {
        this.storage.setItem(this.#name(position), JSON.stringify(entries));
      } else {
        this.storage.removeItem(this.#name(position));
      }
      this.isDurable = true;
    } catch {
      // Storage is full or forbidden: memory has it; the page then asks before it is left.
      this.isDurable = false;
    }
  }
}

/* A name for this tab that survives a reload but not a duplicate of the tab. A tab holds a lock of
   its name as long as it lives, so that others see whether its entries still have an owner. */
export async function nameTab(attempt) {
  const slot = `${PREFIX}-tab:${attempt}`;
  let name = read(slot);
  if (!name || !(await hold(`${PREFIX}-tab:${name}`))) {
    name = newName();
    await hold(`${PREFIX}-tab:${name}`);
  }
  write(slot, name);
  return name;
}

/* `randomUUID` is there only on secure origins; a course on a plain local network works, too. */
export function newName() {
  const random = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
  return crypto.randomUUID?.() ?? random();
}

export async function isTabAlive(name) {
  try {
    const { held } = await navigator.locks.query();
    return held.some((lock) => lock.name === `${PREFIX}-tab:${name}`);
  } catch {
    return false; // not in this browser, or not in a frame of it
  }
}

/* Hold a lock as long as this page lives. Gives whether it could be had: after a reload the page
   before may take a moment to let go of it. */
function hold(name) {
  if (!navigator.locks) {
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    const request = navigator.locks.request(name, { signal: AbortSignal.timeout(PATIENCE_MS) }, () => {
      resolve(true);
      return new Promise(() => {});
    });
    request.catch(() => resolve(false));
  });
}

function read(slot) {
  try {
    return sessionStorage.getItem(slot);
  } catch {
    return null;
  }
}

function write(slot, name) {
  try {
    sessionStorage.setItem(slot, name);
  } catch {
    // Without storage every load is a new tab, which is all that is needed.
  }
}
