// Items to put in order can be dragged by a handle, or moved up and down by buttons (WCAG 2.2, 2.5.7), besides the place that is chosen for each. What is
// moved is written into the same fields, so it is saved as a chosen place is. Without this script the fields are there alone.
import { sentence } from "./words.js";

for (const list of document.querySelectorAll("fieldset[data-places]:not(:disabled)")) {
  const rows = () => [...list.querySelectorAll(".question__row")];
  if (rows().length < 2 || rows().some((row) => row.querySelector("select").disabled)) continue;
  const field = (row) => row.querySelector("select"), place = (row) => Number(field(row).value.split(":")[1]) || Infinity;
  const name = (row) => row.querySelector("label").textContent, end = document.createElement("p");
  let saved = []; // the order in which a drag begins

  const stand = (order) => { for (const row of order) end.before(row); };
  const sorted = () => rows().sort((one, other) => place(one) - place(other) || 0);

  // Every item has the place in which it stands; one change is told, for all fields of a question are saved together.
  function write(moved) {
    rows().forEach((row, n) => { field(row).selectedIndex = n + 1; });
    field(moved).dispatchEvent(new Event("change", { bubbles: true }));
    end.textContent = sentence("in_place", { item: name(moved), place: rows().indexOf(moved) + 1, last: rows().length });
    mark();
  }

  function mark() {
    rows().forEach((row, n, { length }) => {
      row.querySelector("[data-up]").setAttribute("aria-disabled", String(n === 0));
      row.querySelector("[data-down]").setAttribute("aria-disabled", String(n === length - 1));
    });
  }

  function step(row, by) {
    const order = sorted(), at = order.indexOf(row);
    if (!order[at + by]) return;
    [order[at], order[at + by]] = [order[at + by], row];
    stand(order);
    write(row);
  }

  function button(row, kind, sign, by) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "button button--quiet question__step", textContent: sign });
    made.dataset[kind] = "";
    made.setAttribute("aria-label", sentence(kind === "up" ? "move_up" : "move_down", { item: name(row) }));
    made.addEventListener("click", () => { step(row, by); made.focus(); });
    return made;
  }

  function drag(row, handle) {
    handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      saved = rows();
      stand(sorted());
      handle.setPointerCapture(event.pointerId);
      row.classList.add("is-dragged");
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const middle = (one) => { const box = one.getBoundingClientRect(); return box.top + box.height / 2; };
      const at = rows().indexOf(row), above = rows()[at - 1], below = rows()[at + 1];
      if (above && event.clientY < middle(above)) above.before(row);
      else if (below && event.clientY > middle(below)) below.after(row);
      if (!handle.hasPointerCapture(event.pointerId)) handle.setPointerCapture(event.pointerId); // a moved element lets go of it
    });
    const finish = (isKept) => {
      if (!row.classList.contains("is-dragged")) return;
      row.classList.remove("is-dragged");
      if (isKept && rows().some((one, n) => one !== saved[n])) write(row);
      else stand(saved);
    };
    handle.addEventListener("pointerup", () => finish(true));
    handle.addEventListener("pointercancel", () => finish(false));
    addEventListener("keydown", (event) => { if (event.key === "Escape") finish(false); });
  }

  end.className = "quiet";
  end.setAttribute("role", "status");
  list.append(end);
  for (const row of rows()) {
    const handle = Object.assign(document.createElement("span"), { className: "question__handle", textContent: "⠿", title: sentence("drag") });
    handle.setAttribute("aria-hidden", "true");
    const act = Object.assign(document.createElement("span"), { className: "question__steps" });
    act.append(handle, button(row, "up", "↑", -1), button(row, "down", "↓", 1));
    row.classList.add("question__row--moves");
    row.append(act);
    drag(row, handle);
  }
  // What is answered whole is shown in its order.
  if (new Set(rows().map(place)).size === rows().length && rows().every((row) => place(row) < Infinity)) stand(sorted());
  mark();
}
