/* Going through a case step by step: a button for each step, and one either way. */

import { button, element } from "./parts.js";

/* `names` are words of the course, `notes` (for some of them) explain what is wrong there. `go(at)` is
   called at every move; `made.at` is where one is. */
export function stepper(stage, names, notes, go) {
  const list = element("ol", { className: "fig-steps" });
  list.setAttribute("aria-label", stage.text("steps"));
  const back = button(stage.text("back"), () => move(made.at - 1));
  const on = button(stage.text("on"), () => move(made.at + 1));
  const buttons = names.map((name, at) => {
    const one = button(notes[at] ? `${at + 1} !` : `${at + 1}`, () => move(at), "fig-step");
    const said = stage.text("step", { number: at + 1, count: names.length, name });
    one.setAttribute("aria-label", notes[at] ? `${said} – ${notes[at]}` : said);
    list.append(element("li", {}, one));
    return one;
  });
  const made = element("div", { className: "fig-stepper" }, list, back, on);
  made.move = move;
  move(0);
  return made;

  function move(to) {
    if (to < 0 || to >= names.length) return;
    made.at = to;
    buttons.forEach((one, at) => {
      if (at === to) one.setAttribute("aria-current", "step");
      else one.removeAttribute("aria-current");
    });
    back.setAttribute("aria-disabled", String(to === 0));
    on.setAttribute("aria-disabled", String(to === names.length - 1));
    go(to);
  }
}
