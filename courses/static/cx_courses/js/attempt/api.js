/* Requests of the attempt page, and what their answers mean. */

const PATIENCE_MS = 20_000;

export class Api {
  constructor(form) {
    this.form = form;
    this.tokenField = form.elements.namedItem("csrfmiddlewaretoken");
  }

  /* Send one entry of the queue. Gives { kind, data }, never throws:
     saved | stale | closed | refused | signed-out | forbidden | gone | later. */
  save(url, name, entry, { isLeaving = false } = {}) {
    const body = new FormData();
    entry.fields.forEach(([field, value]) => body.append(name + field, value));
    body.append(`${name}based_on`, entry.basedOn);
    body.append("key", entry.key);
    if (entry.isClear) {
      body.append("clear", "1");
    }
    return this.post(url, body, { isLeaving });
  }

  async post(url, body, { isLeaving = false } = {}) {
    body.set("csrfmiddlewaretoken", this.tokenField.value);
    try {
      const response = await fetch(url, {
        method: "POST",
        body,
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        redirect: "manual",
        keepalive: isLeaving,
        signal: isLeaving ? undefined : AbortSignal.timeout(PATIENCE_MS),
      });
      return await this.#read(response);
    } catch {
      return { kind: "later", data: {} };
    }
  }

  async #read(response) {
    const isJson = response.headers.get("Content-Type")?.includes("json");
    const data = isJson ? await response.json() : {};
    data.retry_after = Number(response.headers.get("Retry-After")) || undefined;
    return { kind: this.#kind(response, data), data };
  }

  #kind(response, data) {
    const { status } = response;
    if (response.type === "opaqueredirect" || status === 401) {
      return "signed-out";
    }
    if (response.ok) {
      // Something between us and the server answered: nothing is confirmed.
      return "revision" in data || "is_flagged" in data ? "saved" : "later";
    }
    if (status === 409) {
      if (data.is_only_item) {
        return "refused";
      }
      return "revision" in data ? "stale" : "closed";
    }
    return { 400: "refused", 403: "forbidden", 404: "gone", 413: "refused" }[status] ?? "later";
  }

  /* The page as the server would show it now, or null when the session is over or no answer came.
     Takes over its CSRF token: signing in again makes a new one. */
  async page(url) {
    try {
      const response = await fetch(url, { credentials: "same-origin", redirect: "manual" });
      if (!response.ok) {
        return null;
      }
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const token = page.querySelector("#attempt [name=csrfmiddlewaretoken]");
      if (!token) {
        return null;
      }
      this.tokenField.value = token.value;
      return page;
    } catch {
      return null;
    }
  }
}
