// The card that takes a module along, and the page that says what is on this device.
import "./queue.js";

const { imsaQueue } = globalThis;
const KEPT = "imsa-kept";
const KINDS = {
  place: "Where you stopped reading", check: "An answer to a knowledge check", activity: "An activity you did", poll: "An answer to a poll",
  later: "A unit set aside for later", now: "A unit taken up again", studied: "A unit you have studied", note: "A note",
  note_change: "A change to a note", reflection: "A reflection",
};
const day = (iso) => new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "Europe/London" });
const moment = (iso) => `${day(iso)}, ${new Date(iso).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" })}`;
const size = (bytes) => `${Math.max(bytes / 1e6, 0.1).toFixed(1)} MB`;
const units = (count) => `${count} ${count === 1 ? "unit" : "units"}`;
const shut = (left) => left?.length ? ` Not taken, because not open yet: ${left.join("; ")}.` : "";

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
    for (const picture of unit.pictures) await copy(cache, picture.url).catch(() => {}); // its words in place of it are kept
    await copy(cache, unit.take, unit.address);
    done += 1;
  }
  step(done, plan.units.length);
  const record = {
    module: plan.module, title: plan.title, bytes: plan.bytes, left: plan.left_out, at: new Date().toISOString(),
    units: plan.units.map(({ title, address, version, pictures }) => ({ title, address, version, pictures: pictures.map(({ url }) => url) })),
  };
  await imsaQueue.keep(record);
  if (before) await release(before);
  return record;
}

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
    said.textContent = "This browser cannot keep units. You can read every unit here as long as there is a connection.";
    return;
  }
  const find = async () => (await imsaQueue.kept()).find((one) => one.module === card.dataset.module);
  const tell = async () => {
    const record = await find();
    away.hidden = !record;
    keep.textContent = record ? "Keep it anew" : "Keep on this device";
    said.textContent = record ? `Kept on this device on ${day(record.at)}: ${units(record.units.length)}, ${size(record.bytes)}.${shut(record.left)}` : "";
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
        said.textContent = `${now} of ${units(total)}`;
      });
      await tell();
    } catch {
      said.textContent = `The connection was lost, or this device has no room. ${units(done)} of this module arrived. Press again to go on.`;
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
  const newer = plan.units.filter(({ address, version }) => had.has(address) && had.get(address) !== version).length;
  const more = plan.units.filter(({ address }) => !had.has(address)).length;
  if (newer) said.append(` Newer text is on the site for ${units(newer)}.`);
  if (more) said.append(` ${units(more)} can be added.`);
}

// ---- what is on this device ----

export async function fillShelf(flush) {
  const shelf = document.querySelector("[data-shelf]");
  if (!shelf) return;
  shelf.hidden = false;
  const records = await imsaQueue.kept(), waiting = await imsaQueue.all();
  shelf.querySelector("[data-shelf-kept]").replaceChildren(...(records.length ? records.map((record) => keptCard(record, flush))
    : [el("p", {}, "Nothing is kept on this device. Open a module and choose “Take this module with you”.")]));
  const said = shelf.querySelector("[data-shelf-said]"), send = shelf.querySelector("[data-shelf-send]");
  const open = waiting.filter(({ item }) => !item.came).length, choices = waiting.length - open;
  said.textContent = [
    waiting.length ? "" : "Nothing waits. Everything you did is on the site.",
    open ? `${open === 1 ? "One thing waits" : `${open} things wait`} to be sent.` : "",
    choices ? `${choices === 1 ? "One thing needs" : `${choices} things need`} a choice of yours.` : "",
  ].filter(Boolean).join(" ");
  send.hidden = !open;
  send.onclick = async () => {
    const { state } = await flush();
    const words = { offline: "There is no connection yet. It is sent when the connection returns.", "signed-out": "Sign in first, then it is sent.",
      later: "The site could not take it now. It stays here and is sent later." }[state];
    if (words) said.textContent = words;
  };
  shelf.querySelector("[data-shelf-waiting]").replaceChildren(...waiting.map((one) => waitingCard(one, flush)));
}

function keptCard(record, flush) {
  return el("article", { class: "card" }, el("h3", {}, record.title),
    el("p", { class: "quiet" }, `Kept on ${day(record.at)}: ${units(record.units.length)}, ${size(record.bytes)}.${shut(record.left)}`),
    el("ul", {}, ...record.units.map(({ title, address }) => el("li", {}, el("a", { href: address }, title)))),
    el("p", { class: "actions" }, button("Remove from this device", async () => { await remove(record); await fillShelf(flush); })));
}

function waitingCard(one, flush) {
  const { item } = one;
  const card = el("li", { class: "card", "data-outcome": item.came?.outcome || "waits" }, el("h3", {}, KINDS[item.kind] || "Something you did"),
    el("p", { class: "quiet" }, el("a", { href: item.unit }, item.title), ` Done on ${moment(item.at)}.`));
  const then = async (work) => { await work; await flush(); };
  const go = (words, changed, tone) => button(words, () => then(imsaQueue.again(one, changed())), tone);
  const away = (words, tone) => button(words, () => then(imsaQueue.drop(one)), tone);
  const quote = (text) => el("blockquote", {}, ...text.split("\n").flatMap((line) => [line, el("br")]));
  const came = item.came;
  if (!came) {
    if (item.text) card.append(quote(item.text));
  } else if (came.outcome === "conflict") {
    card.append(el("p", {}, came.sentence), el("h4", {}, "Written on this device"), quote(item.text), el("h4", {}, "On the site"), quote(came.theirs),
      el("p", { class: "actions" },
        go("Keep both, one below the other", () => ({ ...item, text: `${came.theirs}\n\n${item.text}`, edition: came.edition }), "button"), " ",
        go("Put mine in its place", () => ({ ...item, edition: came.edition })), " ", away("Keep what is on the site")));
  } else if (came.outcome === "look") {
    const box = el("textarea", { rows: "8", maxlength: "20000", id: `change-${one.n}` });
    box.value = item.text;
    card.append(el("p", {}, came.sentence), el("ul", {}, ...came.findings.map(({ found, advice }) => el("li", {}, el("strong", {}, found), ` ${advice}`))),
      el("div", { class: "field" }, el("label", { for: box.id, class: "field__label" }, "Your text"), box),
      el("p", { class: "actions" }, go("Save it as I changed it", () => ({ ...item, text: box.value }), "button"), " ",
        go("It is not about a real person: keep it", () => ({ ...item, text: box.value, keep_anyway: true })), " ", away("Remove from this device", "link-button")));
  } else {
    card.append(el("p", {}, came.sentence));
    if (item.text) card.append(quote(item.text));
    card.append(el("p", { class: "actions" }, go("Send it again", () => item), " ", away("Remove from this device", "link-button")));
  }
  return card;
}
