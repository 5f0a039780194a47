// What a marker's marks come to, while they are typed. The server's figure, on the next page, is the one that counts.
import { sentence } from "./words.js";

for (const form of document.querySelectorAll("form[data-marks]")) {
  const fields = [...form.querySelectorAll("[data-weight]")];
  const sum = form.querySelector("[data-marks-sum]"), shares = form.querySelector("[data-marks-shares]");
  const step = Number(form.dataset.step);
  const isMark = (text) => /^\d{1,3}(\.\d{1,2})?$/.test(text.trim()) && Number(text) <= 100 && Number(text) % step === 0;
  // A level that is chosen proposes its middle mark; the mark that is typed shows its level.
  const levels = [...form.querySelectorAll("[data-levels]")];
  const show = (group) => {
    const value = form.elements[group.dataset.levels].value;
    for (const radio of group.querySelectorAll("input")) {
      const row = radio.closest("tr");
      radio.checked = isMark(value) && Number(value) >= Number(radio.dataset.from) && Number(value) <= Number(radio.dataset.to);
      row.classList.toggle("is-current", radio.checked);
      row.querySelector(".levels__here").hidden = !radio.checked;
    }
  };
  const propose = (group, radio) => {
    form.elements[group.dataset.levels].value = radio.dataset.middle;
    show(group);
    say();
  };
  for (const group of levels) {
    group.addEventListener("change", (event) => propose(group, event.target));
    form.elements[group.dataset.levels].addEventListener("input", () => show(group));
  }
  const say = () => {
    const given = fields.filter((f) => isMark(f.value));
    const whole = given.length === fields.length;
    const weights = fields.map((f) => Number(f.dataset.weight)), marks = fields.map((f) => Number(f.value));
    const all = weights.reduce((a, b) => a + b, 0), weighed = marks.reduce((a, mark, n) => a + mark * weights[n], 0);
    const total = Math.round((100 * weighed) / all) / 100, added = marks.reduce((a, b) => a + b, 0);
    const words = whole ? sentence("total", { total }) : sentence("marks_so_far", { number: given.length, count: fields.length });
    if (sum.textContent !== words) sum.textContent = words;
    shares.hidden = !whole || added === total || marks.some((mark, n) => mark > weights[n]);
  };
  // Leaving by a link or by closing the tab would lose what is not saved: the browser asks, in its own words.
  const draft = keepDraft(form);
  form.addEventListener("input", () => { draft.change(); say(); });
  addEventListener("beforeunload", (event) => { if (draft.isUnsaved()) event.preventDefault(); });
  form.querySelector("[data-marks-total]").hidden = false;
  // What was chosen or typed before this script was there (a slow line) counts as if it came now.
  const isTouched = [...form.elements].some((one) => (one.type === "radio" ? one.checked !== one.defaultChecked : /^(text|textarea)/.test(one.type) && one.value !== one.defaultValue));
  for (const group of levels) {
    const early = [...group.querySelectorAll("input")].find((radio) => radio.checked && !radio.defaultChecked);
    if (early && form.elements[group.dataset.levels].value === form.elements[group.dataset.levels].defaultValue) propose(group, early);
    else show(group);
  }
  offerPhrases(form);
  if (isTouched) draft.change();
  say();
}

// The draft is saved while it is typed, under the version of the page: what was saved elsewhere is never overwritten.
function keepDraft(form) {
  const PAUSE = 2500, AGAIN = 15000, LONGEST = 4000;
  const pending = form.querySelector("[data-pending]");
  let isSent = false;
  const state = form.querySelector("[data-saved]"), address = form.dataset.saves;
  let changes = "unsaved" in form.dataset ? 1 : 0, saved = 0, timer = 0, underWay = null, isStopped = !address;
  const tell = (words) => { if (state) state.textContent = words; };
  const later = (pause) => { clearTimeout(timer); if (!isStopped) timer = setTimeout(save, pause); };

  async function send() {
    const sent = changes;
    let answer;
    try {
      answer = await fetch(address, { method: "POST", body: new FormData(form), redirect: "manual" });
    } catch {
      tell(sentence("draft_offline"));
      return later(AGAIN);
    }
    if (answer.type === "opaqueredirect") return tell(sentence("draft_signed_out"));
    if (answer.status >= 500 || answer.status === 429) {
      tell(sentence("draft_busy"));
      return later(AGAIN);
    }
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) {
      isStopped = true;
      return tell(sentence("draft_not_saved", { words: told.words ?? sentence("draft_stale") }));
    }
    form.elements.seen.value = told.seen;
    if (told.faults.length) {
      tell(sentence("saved_but", { time: told.time, faults: told.faults.join(", ") }));
    } else {
      saved = Math.max(saved, sent);
      tell(sentence("draft_saved", { time: told.time }));
    }
    if (changes !== sent) later(PAUSE);
  }
  function save() {
    clearTimeout(timer);
    if (!underWay && !isStopped && changes !== saved) underWay = send().finally(() => { underWay = null; });
    return underWay;
  }
  // A button that is pressed meanwhile waits for the answer: its page must carry the version that was saved last.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!underWay) { saved = changes; isSent = isStopped = true; return; }
    event.preventDefault();
    const button = event.submitter, wait = new Promise((done) => { setTimeout(done, LONGEST); });
    Promise.race([underWay, wait]).then(() => { underWay = null; form.requestSubmit(button); });
  });
  addEventListener("pageshow", (event) => { if (event.persisted) { isSent = false; isStopped = !address; } });
  addEventListener("online", () => { if (changes !== saved) save(); });
  return {
    change() {
      changes += 1;
      later(PAUSE);
    },
    isUnsaved: () => changes !== saved || (pending && pending.value !== pending.defaultValue && !isSent),
  };
}

// Phrases of one's own: put where the comment is being written, and kept from words that are chosen there.
function offerPhrases(form) {
  const comment = form.elements.comment, list = form.querySelector("[data-phrases]"), kept = form.querySelector("[data-kept]");
  const keep = form.querySelector("[data-keep]");
  if (!list || !comment) return;
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    event.preventDefault();
    const words = button.parentElement.querySelector("[data-phrase]").innerText, at = comment.selectionStart;
    const before = comment.value.slice(0, at), gap = before && !/\s$/.test(before) ? " " : "";
    comment.setRangeText(gap + words, at, comment.selectionEnd, "end");
    comment.focus();
    comment.dispatchEvent(new Event("input", { bubbles: true }));
  });
  keep.addEventListener("click", async () => {
    const text = comment.value.slice(comment.selectionStart, comment.selectionEnd).trim();
    if (!text) { kept.textContent = sentence("choose_words"); return; }
    const body = new FormData();
    body.append("text", text);
    body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    let told = null, isKept = false;
    try {
      const answer = await fetch(keep.dataset.keep, { method: "POST", body, redirect: "manual", headers: { Accept: "application/json" } });
      isKept = answer.ok;
      told = await answer.json();
    } catch { /* no connection, or signed out */ }
    kept.textContent = isKept && told ? sentence("phrase_kept") : told?.words || sentence("phrase_not_kept");
    if (!isKept || !told || list.querySelector(`[value="insert-${told.key}"]`)) return;
    const line = form.querySelector("[data-phrase-line]").content.cloneNode(true);
    line.querySelector("[data-phrase]").textContent = told.text;
    line.querySelector("[data-insert]").value = `insert-${told.key}`;
    list.append(line);
    form.querySelector("[data-no-phrases]").hidden = true;
  });
}
