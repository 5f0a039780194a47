// Each answer of a quiz is sent as it is given. Without a connection it waits on this device, sealed as queue.js does, and is sent once when
// there is one. The form works without this script.
import "./queue.js";
import { saveAsFile } from "./recovery.js";
import { pieces, sentence } from "./words.js";

const { imsaQueue } = globalThis;
const AGAIN = 30000, PATIENCE = 10000, PAUSE = 1500, LONG_PAUSE = 5000; // milliseconds: between two tries, for one, and without a key before what is typed is saved, in a line and in a long text
const reader = document.querySelector('meta[name="reader"]');

// The answer in a question's box, as its form sends it: the boxes that are ticked, the line chosen of each pair, or what is typed.
const fields = (box) => [...box.querySelectorAll("input:not([type=hidden]), select, textarea")];
const isChoice = (one) => ["radio", "checkbox"].includes(one.type);
const valuesOf = (box) => fields(box).filter((one) => !isChoice(one) || one.checked).map((one) => one.value);
// As the page came. What is chosen before this script is there (a slow line, an old telephone) is an answer too.
const cameWith = (one) => (one.type === "select-one" ? ([...one.options].find((option) => option.defaultSelected) ?? one.options[0])?.value ?? "" : one.defaultValue);
const valuesAtFirst = (box) => fields(box).filter((one) => !isChoice(one) || one.defaultChecked).map(cameWith);
// Of an order each value is an item and its place: two items with one place are kept, and are no whole answer yet.
const isTwice = (box) => {
  const places = box.querySelector("[data-places]") ? valuesOf(box).filter(Boolean).map((value) => value.split(":")[1]) : [];
  return new Set(places).size < places.length;
};
const isAnswered = (box) => { const values = valuesOf(box); return values.length > 0 && values.every((value) => value.trim()) && !isTwice(box); };
// A value stands in the field that has it: items to put in order can stand in another order than when they were answered.
const valueFor = (one, values, n) => {
  const has = (value) => one.type !== "select-one" || [...one.options].some((option) => option.value === value);
  return has(values[n]) ? values[n] ?? "" : values.find((value) => value && has(value)) ?? "";
};

for (const form of isSecureContext ? document.querySelectorAll("form[data-answers]") : []) {
  const address = form.dataset.answers, field = (name) => form.elements.namedItem(name);
  const boxes = [...form.querySelectorAll("[data-item]")], lines = new WeakMap();
  const unsent = new Map(); // by box: an answer that this browser cannot keep, and that is tried again while the page is open
  let known = Number(field("seen").value); // the newest response this page was told of; the form's own `seen` is what it was loaded with
  const counted = new Set(boxes.filter(isAnswered)), saved = new WeakMap(boxes.map((box) => [box, JSON.stringify(valuesAtFirst(box))]));

  function tell(box, key, words) {
    if (!lines.has(box)) {
      lines.set(box, Object.assign(document.createElement("p"), { className: "quiz-line" }));
      lines.get(box).setAttribute("role", "status");
      box.append(lines.get(box));
    }
    lines.get(box).dataset.quizLine = key;
    lines.get(box).textContent = words ?? sentence(key);
    if (key === "saved") counted[isAnswered(box) && !words ? "add" : "delete"](box);
    const count = document.querySelector("[data-quiz-count]");
    if (count) count.textContent = sentence("answered", { answered: counted.size, count: boxes.length });
  }

  // A second page or device: said once, with a way to see what it answered.
  function tellOther() {
    if (form.querySelector("[data-quiz-other]")) return;
    const link = Object.assign(document.createElement("a"), { href: location.pathname, textContent: sentence("load_answers") });
    const line = Object.assign(document.createElement("p"), { className: "notice notice--care" });
    line.setAttribute("role", "status");
    line.dataset.quizOther = "";
    line.append(...pieces("other", { link }));
    form.prepend(line);
  }

  // ---- before it is begun ----

  // A quiz that was not begun has no places for answers yet: the press that begins it is made here, and the page that comes tells them.
  async function begin() {
    const asked = new FormData();
    asked.append("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
    asked.append("attempt", field("attempt").value);
    asked.append("action", "begin");
    const answer = await fetch(location.pathname, { method: "POST", body: asked, signal: AbortSignal.timeout(PATIENCE) });
    const there = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const box of boxes) box.dataset.item = there.getElementById(box.id)?.dataset.item || "";
    return answer.ok && boxes.every((box) => box.dataset.item);
  }

  // ---- one answer ----

  // What the site said, or nothing where it was not reached.
  async function post(item) {
    const body = JSON.stringify({ ...item, late: false }); // a browser sends little of what is to outlive its page
    try {
      const answer = await fetch(address, {
        method: "POST", credentials: "same-origin", keepalive: body.length < 15000, signal: AbortSignal.timeout(PATIENCE),
        headers: { "Content-Type": "application/json", "X-CSRFToken": field("csrfmiddlewaretoken").value },
        body,
      });
      if (answer.status >= 500 || !(answer.headers.get("Content-Type") || "").startsWith("application/json")) return null;
      return { isSaved: answer.ok, isSignedOut: answer.status === 401, ...await answer.json() };
    } catch { return null; }
  }

  async function waiting() {
    return (await imsaQueue.all().catch(() => [])).filter(({ item }) => item.kind === "quiz" && item.unit === location.pathname);
  }

  // What still waits; what came and was refused stays to be read, and holds nothing up.
  const unanswered = async () => (await waiting()).filter(({ item }) => !item.came);

  // A refusal of an earlier answer is over once a newer one is saved.
  async function dropRefused(item) {
    for (const row of await waiting()) if (row.item.came && row.item.paper_item === item.paper_item) await imsaQueue.drop(row);
  }

  async function keep(item, isText) {
    if (!item.paper_item || !reader) return false;
    const row = { ...item, kind: "quiz", unit: location.pathname, title: document.querySelector("h1").textContent };
    const earlier = isText ? (await unanswered()).filter(({ item: old }) => !old.tried && old.page === item.page && old.paper_item === item.paper_item) : [];
    const isKept = await imsaQueue.put(row) || await imsaQueue.become(reader.content, Number(reader.dataset.until) || 0) && await imsaQueue.put(row);
    if (isKept) for (const old of earlier) await imsaQueue.drop(old); // of a long text only the newest wording waits
    return isKept;
  }

  async function save(box, values) {
    unsent.delete(box);
    tell(box, "saving");
    const isFirst = !(await unanswered()).length; // what waits goes first
    const isBegun = box.dataset.item || isFirst && await begin().catch(() => false);
    const item = { paper_item: Number(box.dataset.item), answer: values, key: crypto.randomUUID(), page: field("page").value, seen: Number(field("seen").value) };
    const answer = isFirst && isBegun ? await post({ ...item, seen: known }) : null;
    if (answer?.isSaved) {
      known = answer.seen;
      await dropRefused(item).catch(() => {});
      if (!isTwice(box) && !answer.fault) {
        box.classList.remove("field--mend");
        box.querySelector(".field__mend")?.remove(); // what had to be put right when the page came
        for (const one of box.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
      }
      tell(box, "saved", answer.fault || (isTwice(box) ? sentence("place_twice") : undefined));
      if (answer.other) tellOther();
    } else if (answer && !answer.isSignedOut) {
      saved.delete(box);
      tell(box, "refused", answer.sentence);
    } else if (await keep(item, Boolean(box.querySelector("textarea"))).catch(() => false)) {
      tell(box, answer ? "signed_out" : "answer_waits");
    } else {
      unsent.set(box, values);
      tell(box, "not_saved");
    }
  }

  // ---- a file of what waits ----

  // What this browser could not keep is in the file too, while the page is open.
  async function offer() {
    const items = (await waiting().catch(() => [])).map(({ item }) => item);
    for (const [box, values] of unsent) {
      if (box.dataset.item) items.push({ paper_item: Number(box.dataset.item), answer: values, key: crypto.randomUUID(), page: field("page").value, seen: Number(field("seen").value), at: new Date().toISOString() });
    }
    const there = form.querySelector("[data-quiz-recovery]");
    if (!items.length) { there?.remove(); return; }
    const line = there ?? Object.assign(document.createElement("div"), { className: "notice notice--info" });
    const words = document.createElement("p"), act = document.createElement("p");
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--quiet", textContent: sentence("save_file") });
    button.addEventListener("click", () => saveAsFile(items));
    words.append(...pieces("recovery", { link: Object.assign(document.createElement("a"), { href: "/my-work/recovery/", textContent: sentence("recovery_page") }) }));
    act.className = "actions";
    act.append(button);
    line.dataset.quizRecovery = "";
    line.replaceChildren(words, act);
    if (!there) form.append(line);
  }

  // One after the other, so that the newest answer comes last.
  let tail = Promise.resolve();
  const then = (work) => { tail = tail.then(work).then(offer).catch(() => {}); };
  // Words are saved when their box is left, and after a pause before that; what is saved already is not sent again.
  const pauses = new Map();
  const give = (box) => {
    clearTimeout(pauses.get(box));
    pauses.delete(box);
    const values = valuesOf(box);
    const words = JSON.stringify(values);
    if (words === saved.get(box)) return;
    saved.set(box, words); // at once: while an earlier answer is on its way, going back to it is an answer too
    then(() => save(box, values));
  };
  document.addEventListener("visibilitychange", () => { if (document.hidden) for (const box of [...pauses.keys()]) give(box); });
  form.addEventListener("change", ({ target }) => {
    const box = target.closest("[data-item]");
    if (box) give(box);
  });
  form.addEventListener("input", ({ target }) => {
    const box = target.closest("[data-item]");
    if (!box || !["text", "textarea"].includes(target.type)) return;
    clearTimeout(pauses.get(box));
    pauses.set(box, setTimeout(() => give(box), target.type === "textarea" ? LONG_PAUSE : PAUSE));
  });

  // ---- when the connection is back ----

  async function look() {
    const rows = await waiting();
    for (const box of boxes) {
      const last = rows.filter(({ item }) => String(item.paper_item) === box.dataset.item).at(-1)?.item;
      const line = lines.get(box)?.dataset.quizLine;
      if (last?.came) tell(box, "refused", last.came.sentence);
      else if (last) tell(box, "answer_waits");
      else if (line === "answer_waits") tell(box, "saved");
    }
    return rows.filter(({ item }) => !item.came);
  }

  async function again() {
    for (const [box, values] of [...unsent]) await save(box, values);
    if (!(await look()).length || !navigator.onLine) return;
    if (!globalThis.imsaSend) await import("./send.js");
    await globalThis.imsaSend();
    await look();
  }

  // An answer that waits is the one that counts: it stands in the page as it was given.
  async function fill() {
    for (const { item } of await unanswered()) {
      const box = boxes.find((one) => one.dataset.item === String(item.paper_item));
      if (!box || early.has(box)) continue;
      const values = item.answer ?? [String(item.choice)]; // one choice alone, from before there were other kinds
      fields(box).forEach((one, n) => {
        if (isChoice(one)) one.checked = values.includes(one.value);
        else one.value = valueFor(one, values, n);
      });
      saved.set(box, JSON.stringify(values));
    }
    await look();
  }

  // ---- the time that is left ----

  // By the site's clock, as it was when the page came: this device's own may be wrong, and stands still for nobody who sleeps.
  const timed = document.querySelector("[data-seconds-left]");
  if (timed) {
    const asked = performance.getEntriesByType("navigation")[0]?.responseStart || 0;
    const ends = performance.timeOrigin + asked + 1000 * Number(timed.dataset.secondsLeft);
    const left = timed.querySelector("[data-quiz-left]");
    const count = () => {
      const minutes = Math.max(0, Math.ceil((ends - Date.now()) / 60000));
      const words = sentence("time_left", { count: minutes });
      if (left.textContent !== words) left.textContent = words;
      if (Date.now() >= ends) { clearInterval(ticks); [...pauses.keys()].forEach(give); then(again); then(() => location.reload()); }
    };
    const ticks = setInterval(count, 1000);
    document.addEventListener("visibilitychange", count);
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
    count();
  }

  imsaQueue.told.addEventListener("message", () => then(look));
  addEventListener("online", () => then(again));
  setInterval(() => then(again), AGAIN);
  const early = new Set(boxes.filter((box) => JSON.stringify(valuesOf(box)) !== saved.get(box)));
  then(fill);
  early.forEach(give);
}
