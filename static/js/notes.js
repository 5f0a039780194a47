// Highlights drawn in the text, notes on chosen words, and where somebody stopped. Every page works without it.

import { sentence } from "./words.js";

// ---- where a note belongs ----
const reading = document.querySelector("[data-reading]");
const places = reading ? [...reading.querySelectorAll("[data-notes]")] : [];
const placeOf = (node) => places.find((place) => node.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING);
const outside = (node) => (node.nodeType === 1 ? node : node.parentElement).closest("[data-notes], form, textarea, select, button, .quick-exit");
const tidy = (words) => words.replace(/\s+/g, " ").trim();

// ---- highlights ----
// The text of one part, with a way back from its letters to its nodes.
function lettersOf(place) {
  const before = places[places.indexOf(place) - 1], found = [];
  let text = "";
  const walker = document.createTreeWalker(reading, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!(node.compareDocumentPosition(place) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
    if (before && !(before.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
    if (outside(node)) continue;
    for (let n = 0; n < node.data.length; n += 1) {
      const sign = /\s/.test(node.data[n]) ? " " : node.data[n];
      if (sign === " " && (text === "" || text.endsWith(" "))) continue;
      text += sign;
      found.push([node, n]);
    }
    if (text && !text.endsWith(" ")) { text += " "; found.push([node, node.data.length - 1]); }
  }
  return [text, found];
}

const plainText = (words) => words.replace(/\s+/g, "");
function rangeOf(quote, [text, found]) {
  // Gaps between blocks are not the same in a selection and in the tree, so they do not count.
  const at = [], bare = [...text].reduce((said, sign, n) => (sign === " " ? said : (at.push(n), said + sign)), "");
  const sought = plainText(quote), start = sought ? bare.indexOf(sought) : -1;
  if (start < 0) return null;
  const [first, last] = [found[at[start]], found[at[start + sought.length - 1]]];
  const range = document.createRange();
  range.setStart(first[0], first[1]);
  range.setEnd(last[0], last[1] + 1);
  return range;
}

if (globalThis.CSS?.highlights && globalThis.Highlight) {
  const ranges = [];
  for (const place of places) {
    const quotes = [...place.querySelectorAll("[data-quote] .note__quote")];
    if (!quotes.length) continue;
    const letters = lettersOf(place);
    for (const quote of quotes) { const range = rangeOf(quote.textContent, letters); if (range) ranges.push(range); }
  }
  CSS.highlights.set("own", new Highlight(...ranges));
}

// ---- choosing words ----
const dialog = document.querySelector("dialog[data-note]");
if (dialog && places.length) {
  const form = dialog.querySelector("form"), said = dialog.querySelector("[data-said]");
  const pick = document.createElement("div");
  pick.className = "pick";
  pick.hidden = true;
  pick.setAttribute("role", "group");
  pick.setAttribute("aria-label", sentence("chosen_words"));
  const button = (words, action) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "button button--quiet", textContent: words });
    made.addEventListener("click", action);
    pick.append(made);
  };
  let chosen = null;
  const fill = (text) => {
    form.elements.part.value = chosen.part;
    form.elements.at.value = chosen.at;
    form.elements.quote.value = chosen.quote;
    form.elements.token.value = crypto.randomUUID?.() || "";
    form.elements.text.value = text;
  };
  button(sentence("note"), () => { fill(""); said.textContent = chosen.quote; said.hidden = !chosen.quote; pick.hidden = true; dialog.showModal(); form.elements.text.focus(); });
  button(sentence("highlight"), () => { fill(""); pick.hidden = true; form.requestSubmit(); });
  document.body.append(pick);

  const offer = () => {
    const selection = getSelection(), range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
    const place = range && reading.contains(range.commonAncestorContainer) && !outside(range.startContainer) && placeOf(range.startContainer);
    const quote = range ? tidy(selection.toString()) : "";
    const end = range && range.endOffset === 0 ? range.startContainer : range?.endContainer; // a triple click ends where the next block begins
    if (!place || !quote || quote.length > 1000 || placeOf(end) !== place || outside(end)) { if (!pick.contains(document.activeElement)) pick.hidden = true; return; }
    chosen = { part: place.dataset.notes, at: place.dataset.at, quote };
    const box = range.getBoundingClientRect();
    pick.hidden = false;
    pick.style.setProperty("top", `${scrollY + box.bottom + 8}px`);
    pick.style.setProperty("left", `${Math.max(8, Math.min(scrollX + box.left, innerWidth - pick.offsetWidth - 8))}px`);
  };
  let waiting;
  document.addEventListener("selectionchange", () => { clearTimeout(waiting); waiting = setTimeout(offer, 250); });
  for (const link of reading.querySelectorAll(".notes__add")) {
    link.addEventListener("click", (e) => {
      if (e.metaKey || e.ctrlKey || e.shiftKey) return;
      e.preventDefault();
      const { notes: part, at } = link.closest("[data-notes]").dataset;
      chosen = { part, at, quote: "" };
      fill("");
      said.hidden = true;
      dialog.showModal();
      form.elements.text.focus();
    });
  }
  dialog.querySelector("[data-shut]").addEventListener("click", () => dialog.close());
}

// ---- where they stopped ----
const keeper = document.querySelector("form[data-place]");
let isKept = false; // “Next part” keeps the place of the next part: this page must not say its own after it
addEventListener("pageshow", () => { isKept = false; });
if (keeper && reading && navigator.sendBeacon && document.documentElement.dataset.place !== "off") {
  document.addEventListener("visibilitychange", () => {
    if (isKept || document.visibilityState !== "hidden" || document.documentElement.hidden || !navigator.onLine) return;
    const passed = [...reading.querySelectorAll("[id^=p-]")].filter((part) => part.getBoundingClientRect().top < innerHeight / 2);
    if (passed.length < (reading.dataset.step > 1 ? 1 : 2)) return; // still at the beginning
    keeper.elements.part.value = passed.at(-1).id.slice(2);
    navigator.sendBeacon(keeper.getAttribute("action"), new FormData(keeper));
  });
}

// Without a connection the next part cannot be asked for: the kept copy has it.
for (const form of document.querySelectorAll("form[data-next]")) {
  form.addEventListener("submit", (event) => {
    isKept = navigator.onLine;
    if (isKept) return;
    event.preventDefault();
    location.href = form.dataset.next;
  });
}
