// Work that is typed on the page is saved while it is typed, under the revision that the page knows: what another page saved is never overwritten. Without a
// connection the newest wording waits on this device, sealed as queue.js does, and is sent when there is one. The form works without this script.
import "./queue.js";
import { sentence } from "./words.js";

const { imsaQueue } = globalThis;
const EACH = 4000, AGAIN = 15000, PATIENCE = 15000; // milliseconds: from a change to its save, between two tries, for one
const reader = document.querySelector('meta[name="reader"]');
const wordsIn = (text) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;

for (const form of isSecureContext ? document.querySelectorAll("form[data-text]") : []) {
  const address = form.dataset.text, field = (name) => form.elements.namedItem(name), box = field("text");
  const line = form.querySelector("[data-text-state]"), count = form.querySelector("[data-text-words]");
  const page = field("page").value;
  let known = Number(field("seen").value), changes = 0, saved = 0, timer = 0, underWay = null, isKept = false;
  let isStopped = "stale" in form.dataset; // the page shows two texts: its author chooses
  const tell = (words) => { if (line.textContent !== words) line.textContent = words; };
  const say = () => { count.textContent = sentence("text_words", { count: wordsIn(box.value) }); };
  const waiting = async () => (await imsaQueue.all().catch(() => [])).filter(({ item }) => item.kind === "text" && item.address === address);
  const ownWaiting = async () => (await waiting()).filter(({ item }) => item.page === page); // what another page left is not in this one's text
  const isUnsaved = () => changes !== saved;

  function later(pause) { if (!timer && !isStopped) timer = setTimeout(save, pause); }

  // Of one page only the newest wording waits: it holds all that the earlier ones did.
  async function keep(item) {
    const earlier = await ownWaiting();
    if (!reader) return false;
    const row = { ...item, kind: "text", unit: location.pathname, address, title: document.title };
    const done = await imsaQueue.put(row) || await imsaQueue.become(reader.content, Number(reader.dataset.until) || 0) && await imsaQueue.put(row);
    if (done) for (const old of earlier) await imsaQueue.drop(old);
    return Boolean(done);
  }

  async function send() {
    const sent = changes, item = { text: box.value, seen: known, page, count: sent };
    const body = JSON.stringify(item);
    let answer = null, told = null;
    try {
      answer = await fetch(address, {
        method: "POST", credentials: "same-origin", keepalive: body.length < 15000, signal: AbortSignal.timeout(PATIENCE),
        headers: { "Content-Type": "application/json", "X-CSRFToken": field("csrfmiddlewaretoken").value }, body,
      });
      told = (answer.headers.get("Content-Type") || "").startsWith("application/json") ? await answer.json() : null;
    } catch { answer = null; }
    if (answer?.ok && told) {
      known = told.seen;
      field("seen").value = known;
      saved = Math.max(saved, sent);
      isKept = false;
      for (const row of await ownWaiting()) await imsaQueue.drop(row).catch(() => {});
      tell(sentence("text_saved", { time: told.time, words: told.words }));
      return isUnsaved() && later(EACH);
    }
    if (told?.is_stale) { isStopped = true; return tell(sentence("text_stale")); }
    if (answer && told && answer.status !== 401 && answer.status < 500) { isStopped = true; return tell(told.sentence); }
    const isHere = await keep(item).catch(() => false);
    isKept = isHere && changes === sent; // what was typed meanwhile is not here yet
    tell(sentence(isHere ? (answer?.status === 401 ? "text_signed_out" : "text_waits") : "text_not_saved"));
    later(AGAIN);
  }

  function save() {
    clearTimeout(timer);
    timer = 0;
    if (!underWay && !isStopped && isUnsaved()) underWay = send().finally(() => { underWay = null; });
    return underWay;
  }

  function change() {
    changes = Math.max(changes + 1, Date.now()); // in their order, also after this page was loaded again from the browser's memory
    if (isKept) { clearTimeout(timer); timer = 0; } // without a connection: kept here again soon, not at the next try
    isKept = false;
    say();
    later(EACH);
  }

  box.addEventListener("input", change);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  addEventListener("online", () => { if (isUnsaved()) save(); else look().catch(() => {}); });
  addEventListener("beforeunload", (event) => { if (isUnsaved() && !isKept) event.preventDefault(); });
  // A button carries the page's own count, so that it follows what the script saved.
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    changes = Math.max(changes + 1, Date.now());
    field("count").value = "stale" in form.dataset ? "" : changes;
    saved = changes;
    isStopped = true;
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // What waited on this device from before: it is sent first, and the page shows what came of it.
  async function look() {
    if (!(await waiting()).length) return;
    tell(sentence("text_waits"));
    if (!globalThis.imsaSend) await import("./send.js");
    await globalThis.imsaSend();
    const left = await waiting();
    const came = left.find(({ item }) => item.came);
    if (came) tell(came.item.came.sentence);
    if (came?.item.came.outcome === "aside") await imsaQueue.drop(came);
    if (came) return;
    if (!left.length && !isUnsaved()) location.reload();
  }

  if (!isStopped && ("unsaved" in form.dataset || box.value !== box.defaultValue)) change(); // typed before this script was there, or while signed out
  say();
  look().catch(() => {});
}
