// The page's side of studying without a connection. Loaded on every page of somebody who is signed in, and on
// kept copies. Pages work without it, as long as there is a connection.
import "./queue.js";
import { pieces, sentence } from "./words.js";

const { imsaQueue } = globalThis;
const mark = document.querySelector('meta[name="reader"]')?.content || ""; // nobody's on a kept copy
const until = Number(document.querySelector('meta[name="reader"]')?.dataset.until) || 0;
const isKept = document.body.hasAttribute("data-kept");
const isAble = isSecureContext && "indexedDB" in globalThis && "serviceWorker" in navigator;
const judging = isKept && document.body.hasAttribute("data-judged") && import("./verdict.js"); // only a kept unit can judge
const shelf = document.querySelector("[data-take], [data-shelf], [data-kept-notes]") && import("./shelf.js"); // few pages need it

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// ---- whose device ----

async function claim() {
  if (mark) await imsaQueue.stay(mark, until); // before anything looks whether the time is over: they have just signed in again
  const owner = await imsaQueue.owner();
  if (mark && owner && owner.mark !== mark || await imsaQueue.isWiping()) await imsaQueue.wipe();
}

// ---- signing out ----

const signsOut = (form) => new URL(form.getAttribute("action") || "", location.href).pathname === "/accounts/logout/";

async function signOut(form) {
  await Promise.race([imsaQueue.wipe().catch(() => {}), new Promise((done) => setTimeout(done, 4000))]);
  HTMLFormElement.prototype.submit.call(form);
}

async function leaving(form) {
  const waits = (await imsaQueue.all().catch(() => [])).filter(({ item }) => !["place", "settled"].includes(item.kind)).length;
  if (!waits) return signOut(form);
  document.querySelector("[data-leaving]")?.remove();
  const said = el("p", {}, sentence("unsent", { count: waits })), title = sentence("before_signing_out");
  const box = el("div", { class: "notice notice--care", role: "alertdialog", "aria-label": title, tabindex: "-1", "data-leaving": "" },
    el("p", { class: "notice__word" }, title), said,
    el("p", { class: "actions" },
      el("button", { type: "button", class: "button", click: async () => {
        const { state } = await flush();
        if (!(await imsaQueue.all()).length) return signOut(form);
        said.textContent = sentence(state === "offline" ? "unsent_offline" : "unsent_choices");
      } }, sentence("send_then_sign_out")),
      " ", el("a", { href: "/study/offline/" }, sentence("see_what_waits")),
      " ", el("button", { type: "button", class: "button button--quiet", click: () => box.remove() }, sentence("stay_signed_in")),
      " ", el("button", { type: "button", class: "button button--grave", click: () => signOut(form) }, sentence("sign_out_and_lose"))));
  document.getElementById("main").prepend(box);
  box.focus();
}

// ---- forms that can wait ----

const addressOf = (form) => {
  const path = new URL(form.getAttribute("action") || "", location.href).pathname;
  return (path.match(/^\/study\/units\/[^/]+\/[^/]+\//) || [document.body.dataset.unit || location.pathname])[0];
};

const partOf = (form) => form.dataset.part || form.elements.part?.value || "";

function itemOf(form, button) {
  const data = new FormData(form), said = (name) => String(data.get(name) ?? "");
  if (button?.name) data.append(button.name, button.value);
  const kind = form.dataset.queue === "later" && (said("action") || said("deed")) === "now" ? "now" : form.dataset.queue;
  const item = {
    kind, version: Number(said("version") || document.querySelector("input[name=version]")?.value), part: partOf(form), unit: addressOf(form),
    title: document.body.dataset.title || document.querySelector("h1")?.textContent || "",
  };
  if (kind === "check") {
    const names = [...new Set(data.keys())].filter((name) => name.startsWith("given"));
    item.fields = Object.fromEntries(names.map((name) => [name, data.getAll(name).map(String)]));
  }
  if (kind === "poll") item.choice = Number(said("choice"));
  if (["note", "note_change", "reflection"].includes(kind)) item.text = said("text");
  if (kind === "note") Object.assign(item, { quote: said("quote"), note_token: said("token") || undefined });
  if (kind === "note_change") item.writing = Number(said("writing"));
  if (kind !== "note" && "text" in item) item.edition = Number(said("edition"));
  if (kind === "reflection") item.keep_anyway = said("keep_anyway") !== "";
  return item;
}

// Is the site there at this moment? A small question that no cache may answer.
async function isReachable() {
  if (!navigator.onLine) return false;
  try {
    await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5000) });
    return true;
  } catch { return false; }
}

function goThrough(form, button) {
  if (button?.name) form.append(el("input", { type: "hidden", name: button.name, value: button.value }));
  if (button?.hasAttribute("formaction")) form.setAttribute("action", button.getAttribute("formaction"));
  HTMLFormElement.prototype.submit.call(form);
}

async function hold(form, button) {
  const item = itemOf(form, button);
  if (form.hasAttribute("data-story")) {
    item.fields = walk(form);
    if (!item.fields) return;
  } else if (form.dataset.style === "scenario") {
    return tell(form, sentence("story_needs_connection"));
  }
  if (await judging && await (await judging).isHeldUp(form, item)) return;
  let done = await imsaQueue.put(item);
  if (!done && mark && await imsaQueue.become(mark, until)) done = await imsaQueue.put(item);
  if (!done) return tell(form, sentence("signed_out_here"));
  if (item.kind === "note") {
    form.reset();
    if (form.elements.token) form.elements.token.value = ""; // the next note is another one
  }
  navigator.serviceWorker.getRegistration("/").then((worker) => worker?.sync?.register("imsa-queue")).catch(() => {});
  await show();
  if (navigator.onLine) await flush();
}

const walked = new WeakMap();

// One step of a story; answers the whole way as fields when it has ended.
function walk(form) {
  const steps = [...form.querySelectorAll("fieldset[data-step]")], step = steps.find((one) => !one.hidden);
  if (!step) return null;
  const chosen = step.querySelector("input:checked");
  if (!chosen) { tell(form, sentence("choose_answer")); return null; }
  const way = [...(walked.get(form) || []), chosen.value];
  walked.set(form, way);
  form.querySelector("[data-story-told]").append(el("div", { class: "story" }, el("p", {}, step.querySelector("legend").textContent),
    el("p", {}, el("strong", {}, chosen.labels[0].textContent)), el("p", { class: "quiet" }, chosen.dataset.why)));
  const next = chosen.dataset.goes && steps.find((one) => one.dataset.step === chosen.dataset.goes);
  chosen.checked = false;
  step.hidden = step.disabled = true;
  if (next) { next.hidden = next.disabled = false; next.querySelector("input").focus(); tell(form, ""); return null; }
  form.querySelector("button[type=submit]").hidden = true;
  return Object.fromEntries(way.map((value, n) => [`given-${n}`, [value]]));
}

document.addEventListener("reset", ({ target }) => { walked.delete(target); });
document.addEventListener("submit", async (event) => {
  const form = event.target, button = event.submitter;
  if (!isAble || event.defaultPrevented) return;
  if (signsOut(form)) { event.preventDefault(); return leaving(form); }
  if (!form.dataset.queue) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  try {
    if (!isKept && await isReachable()) return goThrough(form, button);
    await hold(form, button);
  } catch {
    tell(form, sentence("not_kept"));
  } finally { delete form.dataset.busy; delete form.dataset.sent; }
});

// ---- what is kept, shown where it was done ----

const lines = new WeakMap(), lists = new WeakMap(); // what stands below a form: how it is with what was sent, and notes

function tell(form, ...words) {
  if (!lines.has(form)) {
    lines.set(form, el("p", { class: "kept-here", "data-kept-here": "", role: "status" }));
    form.after(lines.get(form));
  }
  lines.get(form).replaceChildren(...words);
}

function wordsFor(item) {
  if (!item.came) return pieces("waits");
  const link = el("a", { href: "/study/offline/" }, sentence("see_what_waits"));
  return ["refused", "kept"].includes(item.came.outcome) ? [`${item.came.sentence} `, link] : pieces("needs_choice", { link });
}

function fill(form, item) {
  for (const [name, values] of Object.entries(item.fields || (item.kind === "poll" ? { choice: [String(item.choice)] } : {}))) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (["radio", "checkbox"].includes(field.type)) field.checked = values.includes(field.value);
      else if (field.type !== "hidden") field.value = values[0];
    }
  }
  if (item.kind === "reflection" && form.elements.text) form.elements.text.value = item.text;
}

let filled = false;

// In the head of every page, and on the study home: what the site held back, of any device, and what came back to this one.
function showHeld(waiting) {
  const link = document.querySelector("[data-held]"), settled = waiting.map((item) => item.instead_of);
  if (!link) return;
  const tokens = new Set([...link.dataset.held.split(" "), ...waiting.filter(({ came }) => came && came.outcome !== "kept").map(({ token }) => token)]);
  const count = [...tokens].filter((token) => token && !settled.includes(token)).length;
  link.textContent = sentence("held", { count });
  for (const one of [link, document.querySelector("[data-held-notice]")]) if (one) one.hidden = !count;
}

async function show() {
  const waiting = (await imsaQueue.all()).map(({ item }) => item), done = await judging && await imsaQueue.done();
  for (const form of document.querySelectorAll("form[data-queue]")) {
    const kinds = form.dataset.queue === "later" ? ["later", "now"] : [form.dataset.queue];
    const mine = waiting.filter((item) => kinds.includes(item.kind) && item.unit === addressOf(form) && item.part === partOf(form));
    const last = mine.at(-1);
    if (last) tell(form, ...wordsFor(last));
    else lines.get(form)?.replaceChildren();
    if (last && isKept && !filled) fill(form, last);
    if (form.dataset.queue === "note") showNotes(form, mine);
    if (done) (await judging).show(form, last, done[addressOf(form)] ?? {}, (key) => tell(form, sentence(key)));
  }
  if (done) (await judging).showOpening(document.body.dataset.unit, done);
  filled = true;
  showHeld(waiting);
  await (await shelf)?.fillShelf(flush);
}

function showNotes(form, notes) {
  lists.get(form)?.remove();
  if (!notes.length) return;
  lists.set(form, el("ul", { class: "kept-notes" }, ...notes.map((item) => el("li", {}, item.text))));
  (lines.get(form) || form).after(lists.get(form));
  if (form.parentNode.tagName === "DETAILS" && isKept) form.parentNode.open = true;
}

// ---- sending, and saying so ----

let asked = 0;

// The script that sends is fetched when there is something to send; one that did not come is asked for anew.
async function send() {
  if (!(await imsaQueue.all()).some(({ item }) => !item.came)) return { state: "nothing", kept: 0 };
  if (!navigator.onLine) return { state: "offline", kept: 0 };
  if (!globalThis.imsaSend) {
    try { await import(asked++ ? `./send.js?${asked}` : "./send.js"); } catch { return { state: "offline", kept: 0 }; }
  }
  return globalThis.imsaSend();
}

async function flush(isBack = false) {
  const answer = await send();
  if (answer.state === "another") await imsaQueue.wipe();
  say(answer, isBack);
  await show();
  return answer;
}

function notice() {
  let said = document.querySelector("[data-line-said]");
  if (!said && document.querySelector("form[data-queue]")) {
    said = el("p", { "data-line-said": "" });
    document.getElementById("main").prepend(el("div", { class: "notice notice--info", role: "status", "data-line": "" }, el("p", { class: "notice__word" }, sentence("please_note")), said));
  }
  return said;
}

function say({ state, kept = 0 } = {}, isBack = false) {
  const here = location.pathname + location.search, link = el("a", { href: here }, sentence(isKept ? "open_on_site" : "load_again"));
  if (state === "offline" || (!navigator.onLine && (isKept || document.querySelector("form[data-queue]")))) {
    notice()?.replaceChildren(...pieces("no_connection"));
  } else if (state === "signed-out") {
    const entry = el("a", { href: `/accounts/login/?next=${encodeURIComponent(here)}` }, sentence("sign_in"));
    notice()?.replaceChildren(...pieces("back_signed_out", { link: entry }));
  } else if (kept) {
    notice()?.replaceChildren(...pieces("sent", { link }));
  } else if (isBack && isKept) {
    notice()?.replaceChildren(...pieces("back", { link }));
  } else if (isBack) {
    document.querySelector("[data-line]")?.remove();
  }
}

// Where the reader is, kept once they have rested there; the newest takes the place of the last.
function watchPlace() {
  const version = Number(document.body.dataset.version), parts = [...document.querySelectorAll("[data-reading] [id^='p-']")];
  if (!version || !parts.length || !document.querySelector("form[data-queue]")) return;
  let waiting, last = "";
  addEventListener("scroll", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const part = parts.filter((one) => one.getBoundingClientRect().top < innerHeight / 2).at(-1)?.id.slice(2) || "";
      if (!part || part === last || document.querySelector("[data-text]")?.hidden) return;
      last = part;
      imsaQueue.put({ kind: "place", version, part, unit: document.body.dataset.unit, title: document.body.dataset.title });
    }, 1500);
  }, { passive: true });
}

// ---- begin ----

async function begin() {
  if (isKept) Object.assign(document.documentElement.dataset, await imsaQueue.reading());
  await claim();
  if (mark) await imsaQueue.keepReading(mark, { ...document.documentElement.dataset });
  const studied = mark && document.querySelector("[data-studied]")?.dataset.studied; // with a connection: what it opens is open on the device too
  if (studied) await imsaQueue.confirm((all) => { if (all[studied]) all[studied].studied = true; });
  await show();
  (await shelf)?.fillCards(mark);
  (await shelf)?.fillNotes();
  if (!navigator.onLine) say();
  else await flush();
  if (isKept && document.documentElement.dataset.place !== "off") watchPlace();
}

if (isAble) {
  imsaQueue.told.addEventListener("message", ({ data }) => {
    if (data === "wiped") {
      for (const form of document.querySelectorAll("form[data-queue]")) { form.reset(); tell(form); }
    }
    show();
  });
  addEventListener("online", () => flush(true));
  addEventListener("offline", () => say());
  begin().catch(() => {}); // a browser that keeps nothing: the page is as it would be without this script
} else {
  (await shelf)?.fillCards("");
}

for (const due of document.querySelectorAll("[data-review-due]")) due.hidden = due.dataset.reviewDue >= new Date().toISOString().slice(0, 10);
for (const link of document.querySelectorAll("[data-again]")) link.href = location.href;
