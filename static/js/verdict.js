// What a kept unit says of an answer without a connection, in the words of the site (courses/templates/courses/parts/verdict.html).
import { Unanswered, judge, readGiven, unmet } from "./judging.js";
import "./queue.js";
import { pieces, sentence } from "./words.js";

const { imsaQueue } = globalThis;
const unit = JSON.parse(document.getElementById("unit-rules").textContent);

const KEYS = {
  one: "judged_one", some: "judged_some", each: "judged_each", places: "judged_places", words: "judged_words", long: "judged_long", next: "judged_next",
  circle: "judged_circle", broken: "judged_broken", more: "judged_more", checks: "judged_checks", activities: "judged_activities", attended: "judged_attended",
};
const say = (words) => (typeof words === "string" ? words : sentence(KEYS[words.key], words.values));

// {verdict} or {fault}: what is to be said of what the fields of a check hold; nothing where the page does not know the question.
function judged(part, fields) {
  const question = unit.checks[part];
  if (!question) return {};
  try {
    return { verdict: judge(question, readGiven(question, fields)) };
  } catch (fault) {
    if (!(fault instanceof Unanswered)) throw fault;
    return { fault: sentence(KEYS[fault.key], fault.values) };
  }
}

const missing = (done) => unmet(unit, done).map((one) => ({ words: say(one), parts: one.parts }));

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function told({ text, right, why, about }, isStory) {
  const made = el("li", {});
  if (about) made.append(el("span", { class: "quiet" }, `${about}:`), " ");
  made.append(el("strong", {}, text));
  if (right) made.append(" ", el("span", { class: "tag tag--good" }, sentence("judged_right")));
  if (right === false) made.append(" ", el("span", { class: "tag tag--care" }, sentence(isStory ? "judged_better" : "judged_not_this")));
  if (why) made.append(el("br", {}), why);
  return made;
}

// What stands above the form of a check: whether it is right, what there is to say of each thing that was given, and why.
function draw(part, verdict) {
  const isStory = unit.checks[part].style === "scenario";
  const box = el("div", { class: `notice notice--${verdict.right ? "good" : "care"}` },
    el("p", { class: "notice__word" }, sentence(isStory ? "judged_ended" : verdict.right ? "judged_good" : "judged_not_yet")),
    el("ul", { class: "verdict" }, ...verdict.lines.map((line) => told(line, isStory))));
  if (verdict.why.length) box.append(el("p", {}, verdict.why.map(say).join(" ")));
  return box;
}

function drawFault(words) {
  return el("div", { class: "notice notice--care", role: "alert", tabindex: "-1" }, el("p", { class: "notice__word" }, sentence("judged_fault")), el("p", {}, words));
}

// ---- before it is kept ----

// Is there nothing to keep yet? A check is judged by the rules of the site, which judges it again when it comes; a unit is studied when nothing more is asked.
export async function isHeldUp(form, item) {
  if (item.kind === "studied") {
    const left = missing((await imsaQueue.done())[item.unit] ?? {});
    if (left.length) form.querySelector("[data-missing]").focus();
    return left.length > 0;
  }
  if (item.kind !== "check") return false;
  const { verdict, fault } = judged(item.part, item.fields);
  if (verdict) item.right = verdict.right;
  if (!fault) return false;
  const said = drawFault(fault);
  boxOf(form).replaceChildren(said);
  said.focus();
  return true;
}

// ---- where it was answered ----

const boxes = new WeakMap(); // what stands above a check's form

function boxOf(form) {
  if (!boxes.has(form)) {
    boxes.set(form, el("div", { role: "status", "data-verdict": "" }));
    form.before(boxes.get(form));
  }
  return boxes.get(form);
}

// What was answered last and is not on the site yet, judged; or that it was right before. What is right needs no form.
function showVerdict(form, item, wasPassed) {
  const box = boxOf(form), { verdict } = item && !item.came ? judged(item.part, item.fields) : {};
  if (verdict && box.dataset.token !== item.token) box.replaceChildren(draw(item.part, verdict));
  else if (!verdict && wasPassed && !box.dataset.token) box.replaceChildren(el("p", {}, sentence("judged_before")));
  else return;
  box.dataset.token = item?.token || "before";
  const isOver = verdict ? verdict.right : wasPassed;
  form.hidden = isOver;
  form.parentNode.classList.toggle("check--passed", isOver || wasPassed);
  if (!isOver) return;
  const again = el("button", { type: "button", class: "link-button" }, sentence("judged_again"));
  again.addEventListener("click", () => tryAgain(form));
  box.append(el("p", { class: "actions" }, again));
}

function tryAgain(form) {
  boxOf(form).replaceChildren();
  form.hidden = false;
  form.reset();
  form.querySelector("[data-story-told]")?.replaceChildren();
  for (const [n, step] of [...form.querySelectorAll("fieldset[data-step]")].entries()) step.hidden = step.disabled = n > 0;
  form.querySelector("button[type=submit]").hidden = false;
  form.querySelector("input:not([type=hidden]), select").focus();
}

// What the unit still asks, and whether it is studied: at once, and again when the site has it.
function showStudied(form, item, done, tell) {
  const left = missing(done), list = form.querySelector("[data-missing]");
  list.hidden = !left.length;
  list.querySelector("ul").replaceChildren(...left.map(({ words, parts }) => el("li", {}, words,
    ...(parts.length ? [" ", el("a", { href: `#p-${parts[0]}` }, sentence(parts.length > 1 ? "judged_go_first" : "judged_go"))] : []))));
  if (item && !item.came) tell("judged_studied_here");
  else if (!item && done.studied) tell("judged_studied");
  form.querySelector("button").hidden = Boolean(done.studied);
}

// A unit that another one opens: until that is studied, here or on the site, it says so and nothing else.
export function showOpening(address, done) {
  const left = (done[address]?.opens_after ?? []).filter((first) => !done[first.address]?.studied), said = document.querySelector("[data-opens-after]");
  said.hidden = !left.length;
  document.querySelector("[data-text]").hidden = left.length > 0;
  said.querySelector("ul").replaceChildren(...left.map((first) => el("li", {},
    ...pieces("judged_opens_after", { link: el("a", { href: first.address }, first.title) }))));
}

// `item`: what was done last and waits or came back; `done`: what is done of the unit; `tell`: says a sentence below the form.
export function show(form, item, done, tell) {
  const kind = form.dataset.queue, { part } = form.dataset;
  if (kind === "check") showVerdict(form, item, Boolean(done.checks?.includes(part)));
  if (kind === "studied") showStudied(form, item, done, tell);
  if (kind === "activity" && done.activities?.includes(part)) {
    if (!item) tell("judged_done");
    form.querySelector("button").hidden = true;
  }
}
