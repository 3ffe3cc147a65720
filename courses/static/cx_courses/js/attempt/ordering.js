/* Ordering with buttons and by dragging, in place of one select per line. What is sent is `order`;
   a list that nobody touched or confirmed sends nothing. */

export function enhanceOrder(list) {
  const { dataset } = list;
  const field = dataset.field;
  const rows = () => [...list.children].filter((row) => row.dataset.key);
  const text = (row) => row.querySelector(".order-text").textContent.trim();
  const place = (row) => rows().indexOf(row) + 1;

  const status = element("p", { className: "visually-hidden" });
  status.setAttribute("role", "status");
  list.after(status);

  const confirm = button("button button-small order-confirm", dataset.textConfirm);
  list.after(confirm);
  confirm.addEventListener("click", () => {
    store();
    status.textContent = dataset.textConfirmed;
    rows()[0].querySelector("button").focus();
  });

  const plain = list.parentElement.querySelector("[data-order-plain]");
  if (plain) {
    plain.textContent = dataset.textInstruction;
  }
  list.classList.add("is-live");
  rows().forEach(equip);
  if ("answered" in dataset) {
    write();
  }
  refresh();
  list.closest("[data-item], form").addEventListener("cx:fill", (event) => {
    arrange(event.detail.get("order") ?? []);
  });

  function equip(row) {
    const select = row.querySelector("select");
    select.disabled = true;
    select.hidden = true;
    const label = row.querySelector("label");
    label?.removeAttribute("for");
    const up = button("order-button", "", dataset.textUp.replace("{text}", text(row)));
    const down = button("order-button", "", dataset.textDown.replace("{text}", text(row)));
    up.append(arrow("M12 19V5M6 11l6-6 6 6"));
    down.append(arrow("M12 5v14M6 13l6 6 6-6"));
    up.addEventListener("click", () => move(row, -1));
    down.addEventListener("click", () => move(row, 1));
    const tools = element("span", { className: "order-tools" });
    tools.append(up, down);
    row.querySelector(".order-row").prepend(element("span", { className: "order-place" }));
    row.querySelector(".order-row").append(tools);
    drag(row);
  }

  function move(row, step) {
    const all = rows();
    const other = all[all.indexOf(row) + step];
    if (!other) {
      return;
    }
    // The neighbour moves and not the row, so that the focus stays on the button pressed.
    list.insertBefore(other, step < 0 ? row.nextElementSibling : row);
    moved(row);
  }

  function moved(row) {
    store();
    status.textContent = dataset.textMoved
      .replace("{text}", text(row))
      .replace("{place}", place(row))
      .replace("{count}", rows().length);
  }

  function store() {
    list.dataset.answered = "";
    write();
    refresh();
    list.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function write() {
    rows().forEach((row) => {
      let input = row.querySelector("input[type=hidden]");
      if (!input) {
        input = element("input", { type: "hidden", name: field, value: row.dataset.key });
        row.append(input);
      }
    });
  }

  function refresh() {
    const all = rows();
    const isAnswered = "answered" in list.dataset;
    confirm.hidden = isAnswered;
    all.forEach((row, index) => {
      const [up, down] = row.querySelectorAll(".order-button");
      row.querySelector(".order-place").textContent = isAnswered ? index + 1 : "–";
      up.setAttribute("aria-disabled", String(index === 0));
      down.setAttribute("aria-disabled", String(index === all.length - 1));
    });
  }

  function arrange(keys) {
    const byKey = new Map(rows().map((row) => [row.dataset.key, row]));
    keys.filter((key) => byKey.has(key)).forEach((key) => list.append(byKey.get(key)));
    rows().forEach((row) => row.querySelector("input[type=hidden]")?.remove());
    delete list.dataset.answered;
    if (keys.length) {
      list.dataset.answered = "";
      write();
    }
    refresh();
  }

  function drag(row) {
    row.draggable = true;
    row.addEventListener("dragstart", (event) => {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", text(row));
      row.classList.add("is-dragged");
    });
    row.addEventListener("dragend", () => {
      row.classList.remove("is-dragged");
      moved(row);
    });
    row.addEventListener("dragover", (event) => {
      const dragged = list.querySelector(".is-dragged");
      if (!dragged || dragged === row) {
        return;
      }
      event.preventDefault();
      const box = row.getBoundingClientRect();
      const isAfter = event.clientY > box.top + box.height / 2;
      list.insertBefore(dragged, isAfter ? row.nextElementSibling : row);
    });
  }
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}

function button(className, text, label) {
  const made = element("button", { type: "button", className, textContent: text });
  if (label) {
    made.setAttribute("aria-label", label);
  }
  return made;
}

function arrow(path) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(ns, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
