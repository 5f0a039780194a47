// The card that takes a module along, and the page that says what is on this device.
import "./queue.js";
import { saveAsFile } from "./recovery.js";
import { pieces, sentence } from "./words.js";

const { imsaQueue } = globalThis;
const KEPT = "imsa-kept";
const KINDS = new Set(["place", "check", "activity", "poll", "later", "now", "studied", "note", "note_change", "reflection", "quiz", "text", "settled"]);
const LANGUAGE = document.documentElement.lang;
const day = (iso) => new Date(iso).toLocaleDateString(LANGUAGE, { day: "numeric", month: "long", year: "numeric", timeZone: "Europe/London" });
const moment = (iso) => `${day(iso)}, ${new Date(iso).toLocaleTimeString(LANGUAGE, { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" })}`;
const size = (bytes) => sentence("megabytes", { value: Math.max(bytes / 1e6, 0.1).toFixed(1) });
const shut = (left) => left?.length ? ` ${sentence("not_open_yet", { titles: left.join("; ") })}` : "";
const contents = (key, record) => sentence(key, { day: day(record.at), count: record.units.length, size: size(record.bytes) }) + shut(record.left);

function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function button(words, work, tone = "button button--quiet") {
  const made = el("button", { type: "button", class: tone }, words);
  made.addEventListener("click", async () => { made.disabled = true; try { await work(); } finally { made.disabled = false; } });
  return made;
}

// ---- taking a module along ----

async function json(url) {
  const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok || answer.redirected) throw new TypeError("not given");
  return answer.json();
}

async function copy(cache, from, to = from) {
  const answer = await fetch(from, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new TypeError("not given");
  await cache.put(to, answer);
}

// Keep every unit of a module. `step(done, total)` is told after each.
async function take(url, mark, step) {
  await imsaQueue.become(mark, Number(document.querySelector('meta[name="reader"]')?.dataset.until) || 0);
  await imsaQueue.keepReading(mark, { ...document.documentElement.dataset });
  await navigator.serviceWorker.register("/worker.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  const plan = await json(url), cache = await caches.open(KEPT);
  const before = (await imsaQueue.kept()).find((one) => one.module === plan.module);
  for (const file of plan.files) if (!await cache.match(file, { ignoreVary: true })) await copy(cache, file);
  let done = 0;
  for (const unit of plan.units) {
    step(done, plan.units.length);
    for (const file of [...unit.pictures, ...unit.documents]) await copy(cache, file.url).catch(() => {}); // its words in place of it are kept
    await copy(cache, unit.take, unit.address);
    done += 1;
  }
  step(done, plan.units.length);
  for (const page of plan.pages) await copy(cache, page.take, page.address);
  await imsaQueue.keepNotes(await json(plan.notes));
  const record = {
    module: plan.module, title: plan.title, bytes: plan.bytes, left: plan.left_out, at: new Date().toISOString(),
    units: plan.units.map(({ title, address, version, pictures, documents }) => ({ title, address, version, pictures: [...pictures, ...documents].map(({ url }) => url) })),
  };
  await imsaQueue.keep(record);
  await learn(plan.units);
  if (before) await release(before);
  return record;
}

// What the site has of these units now: what was done in them, here or elsewhere, and what comes first.
const learn = (units) => imsaQueue.confirm((all) => {
  for (const unit of units) all[unit.address] = { version: unit.version, ...unit.done };
});

// Delete what a record kept and no record keeps now.
async function release(record) {
  const cache = await caches.open(KEPT), wanted = new Set((await imsaQueue.kept()).flatMap(addresses));
  for (const url of addresses(record)) if (!wanted.has(url)) await cache.delete(url, { ignoreVary: true });
}

const addresses = (record) => record.units.flatMap(({ address, pictures }) => [address, ...pictures]);

async function remove(record) {
  await imsaQueue.unkeep(record.module);
  await release(record);
  if ((await imsaQueue.kept()).length) return;
  await imsaQueue.forget();
  for (const name of await caches.keys()) if (name.startsWith("imsa-")) await caches.delete(name);
  const worker = await navigator.serviceWorker.getRegistration("/");
  if (worker && !(await imsaQueue.all()).length) await worker.unregister();
}

export function fillCards(mark) {
  for (const card of document.querySelectorAll("[data-take]")) fillCard(card, mark);
}

async function fillCard(card, mark) {
  const part = (name) => card.querySelector(`[data-take-${name}]`);
  const said = part("said"), bar = part("progress"), keep = part("keep"), away = part("remove");
  if (!mark) {
    said.textContent = sentence("cannot_keep");
    return;
  }
  const find = async () => (await imsaQueue.kept()).find((one) => one.module === card.dataset.module);
  const tell = async () => {
    const record = await find();
    away.hidden = !record;
    keep.textContent = sentence(record ? "keep_anew" : "keep");
    said.textContent = record ? contents("kept_here_on", record) : "";
    return record;
  };
  keep.addEventListener("click", async () => {
    keep.disabled = bar.hidden = false;
    keep.disabled = true;
    let done = 0;
    try {
      await take(card.dataset.take, mark, (now, total) => {
        done = now;
        bar.max = total; bar.value = now;
        said.textContent = sentence("progress", { done: now, count: total });
      });
      await tell();
    } catch {
      said.textContent = sentence("cut_off", { count: done });
    }
    keep.disabled = false;
    bar.hidden = true;
  });
  away.addEventListener("click", async () => { const record = await find(); if (record) await remove(record); await tell(); keep.focus(); });
  keep.hidden = false; // not before a press does something
  const record = await tell();
  const plan = record && navigator.onLine ? await json(card.dataset.take).catch(() => null) : null;
  if (!plan) return;
  const had = new Map(record.units.map(({ address, version }) => [address, version]));
  await learn(plan.units.filter(({ address, version }) => had.get(address) === version));
  const newer = plan.units.filter(({ address, version }) => had.has(address) && had.get(address) !== version).length;
  const more = plan.units.filter(({ address }) => !had.has(address)).length;
  if (newer) said.append(` ${sentence("newer", { count: newer })}`);
  if (more) said.append(` ${sentence("more", { count: more })}`);
}

// ---- what is on this device ----

export async function fillShelf(flush) {
  const shelf = document.querySelector("[data-shelf]");
  if (!shelf) return;
  shelf.hidden = false;
  const kept = await imsaQueue.kept(), waiting = await imsaQueue.all(), done = await imsaQueue.done(), only = shelf.dataset.shelfModule;
  const records = only ? kept.filter(({ module }) => module === only) : kept;
  shelf.querySelector("[data-shelf-kept]").replaceChildren(...(records.length ? records.map((record) => keptCard(record, done, flush))
    : [el("p", {}, sentence("nothing_kept"))]));
  const here = new Set(waiting.flatMap(({ item }) => [item.token, item.instead_of])), held = document.querySelector("[data-held-list]");
  for (const one of held?.querySelectorAll("[data-held-token]") ?? []) one.hidden = here.has(one.dataset.heldToken); // it stands below, with its choice
  if (held) held.hidden = !held.querySelector("[data-held-token]:not([hidden])");
  const said = shelf.querySelector("[data-shelf-said]"), send = shelf.querySelector("[data-shelf-send]");
  const open = waiting.filter(({ item }) => !item.came).length, choices = waiting.length - open;
  said.textContent = [
    waiting.length ? "" : sentence("nothing_waits"),
    open ? sentence("things_wait", { count: open }) : "",
    choices ? sentence("choices_wait", { count: choices }) : "",
  ].filter(Boolean).join(" ");
  send.hidden = !open;
  send.onclick = async () => {
    const { state } = await flush();
    const key = { offline: "still_offline", "signed-out": "still_signed_out", later: "site_busy" }[state];
    if (key) said.textContent = sentence(key);
  };
  const answers = waiting.map(({ item }) => item).filter(({ kind }) => kind === "quiz"), file = shelf.querySelector("[data-shelf-file]");
  file.hidden = !answers.length;
  file.querySelector("p").replaceChildren(...pieces("file_offer", { link: el("a", { href: "/my-work/recovery/" }, sentence("file_page")) }));
  file.querySelector("button").onclick = () => saveAsFile(answers);
  shelf.querySelector("[data-shelf-waiting]").replaceChildren(...waiting.map((one) => waitingCard(one, flush)));
}

// How far a unit is: studied, or what comes first.
function progress({ studied, waits, opens_after }, done) {
  if (studied) return [" ", el("span", { class: `tag tag--${waits ? "wait" : "good"}` }, sentence(waits ? "studied_not_sent" : "studied"))];
  const first = (opens_after ?? []).find(({ address }) => !done[address]?.studied);
  return first ? [el("br"), el("span", { class: "quiet" }, sentence("opens_after", { title: first.title }))] : [];
}

export async function fillNotes() {
  const place = document.querySelector("[data-kept-notes]");
  if (!place) return;
  const notes = await imsaQueue.notes();
  place.replaceChildren(...notes.map(({ unit_title: title, unit, variant, prompt, quote, text }) => el("article", { class: "card" },
    el("h2", {}, el("a", { href: `/study/units/${unit}/${variant}/` }, title)),
    ...(prompt ? [el("p", { class: "quiet" }, prompt)] : []), ...(quote ? [el("blockquote", { class: "note__quote" }, quote)] : []),
    ...(text ? [el("p", { class: "kept-notes" }, text)] : []))));
  if (!notes.length) place.replaceChildren(el("p", {}, sentence("no_notes")));
}

function keptCard(record, done, flush) {
  return el("article", { class: "card" }, el("h3", {}, record.title),
    el("p", { class: "quiet" }, contents("kept_on", record)),
    el("ul", {}, ...record.units.map(({ title, address }) => el("li", {}, el("a", { href: address }, title), ...progress(done[address] ?? {}, done)))),
    el("p", { class: "actions" }, button(sentence("remove"), async () => { await remove(record); await fillShelf(flush); })));
}

function waitingCard(one, flush) {
  const { item } = one;
  const card = el("li", { class: "card", "data-outcome": item.came?.outcome || "waits" }, el("h3", {}, sentence(`kind_${KINDS.has(item.kind) ? item.kind : "other"}`)),
    el("p", { class: "quiet" }, el("a", { href: item.unit }, item.title), ` ${sentence("date_of_work", { moment: moment(item.at) })}`));
  const then = async (work) => { await work; await flush(); };
  const go = (words, changed, tone) => button(words, () => then(imsaQueue.again(one, changed())), tone);
  const away = (words, tone) => button(words, () => then(imsaQueue.giveUp(one)), tone);
  const quote = (text) => el("blockquote", {}, ...text.split("\n").flatMap((line) => [line, el("br")]));
  const came = item.came;
  if (!came) {
    if (item.text) card.append(quote(item.text));
  } else if (came.outcome === "conflict") {
    card.append(el("p", {}, came.sentence), el("h4", {}, sentence("from_device")), quote(item.text), el("h4", {}, sentence("from_site")), quote(came.theirs),
      el("p", { class: "actions" },
        go(sentence("keep_both"), () => ({ ...item, text: `${came.theirs}\n\n${item.text}`, edition: came.edition }), "button"), " ",
        go(sentence("put_mine"), () => ({ ...item, edition: came.edition })), " ", away(sentence("keep_theirs"))));
  } else if (came.outcome === "look") {
    const box = el("textarea", { rows: "8", maxlength: "20000", id: `change-${one.n}` });
    box.value = item.text;
    card.append(el("p", {}, came.sentence), el("ul", {}, ...came.findings.map(({ found, advice }) => el("li", {}, el("strong", {}, found), ` ${advice}`))),
      el("div", { class: "field" }, el("label", { for: box.id, class: "field__label" }, sentence("your_text")), box),
      el("p", { class: "actions" }, go(sentence("save_change"), () => ({ ...item, text: box.value }), "button"), " ",
        go(sentence("not_a_person"), () => ({ ...item, text: box.value, keep_anyway: true })), " ", away(sentence("remove"), "link-button")));
  } else {
    card.append(el("p", {}, came.sentence));
    if (item.text) card.append(quote(item.text));
    const again = came.outcome === "kept" ? [] : [go(sentence("send_again"), () => item), " "];
    card.append(el("p", { class: "actions" }, ...again, away(sentence("remove"), "link-button")));
  }
  return card;
}
