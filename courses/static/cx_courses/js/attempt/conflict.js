/* Two versions of one response: both are shown, the learner chooses. */

export function showConflict({ saver, data, take }) {
  saver.article.querySelector("[data-conflict]")?.remove();
  const template = document.querySelector("#attempt-conflict");
  const panel = template.content.firstElementChild.cloneNode(true);
  const stored = new DOMParser().parseFromString(data.html ?? "", "text/html");
  panel.querySelector("[data-stored]").append(...stored.body.childNodes);
  panel.querySelector("[data-keep]").addEventListener("click", async () => {
    panel.remove();
    await saver.keepOwn(data.revision);
    focusOn(saver);
  });
  panel.querySelector("[data-take]").addEventListener("click", async () => {
    if (await take()) {
      panel.remove();
      focusOn(saver);
    }
  });
  saver.article.querySelector("[data-actions]").before(panel);
  panel.focus();
}

function focusOn(saver) {
  saver.article.querySelector("legend")?.setAttribute("tabindex", "-1");
  saver.article.querySelector("legend")?.focus();
}
