// Judges a knowledge check on the device by the rules of courses/knowledge_checks/ (feedback.py, questions.py, wording.py, completion.py): what is changed there is changed
// here, and tests/cases/knowledge-checks.json asks both. It knows no page and no words: a sentence is {key, values}, and verdict.js says it.
import { saysTheSame } from "./wording.js";

const LONGEST_WORDS = 500, LONGEST_PATH = 60;
const PARTS = { choice: "options", several: "options", order: "items", match: "pairs", short: "accept", scenario: "steps" };
const PLAIN = { ł: "l", ø: "o", đ: "d", ı: "i", æ: "ae", œ: "oe", ð: "d", þ: "th", "&": " and " };

// Nothing that can be judged was given; `key` says what to do.
export class Unanswered extends Error {
  constructor(key, values = {}) { super(key); Object.assign(this, { key, values }); }
}

const refuse = (key, values) => { throw new Unanswered(key, values); };
const partsOf = (question) => question[PARTS[question.style] ?? "steps"] ?? [];
const isIndex = (value, count) => Number.isInteger(value) && value >= 0 && value < count;
const folded = (words) => [...words].map((sign) => sign.toUpperCase().toLowerCase()).join(""); // sign by sign: no letter looks at its neighbours

// The letters and numbers alone, as `bare` in questions.py has them.
export function bare(words) {
  let before = "", apart = "";
  for (const sign of words.replace(/[\0\x01]/g, "")) { // eslint-disable-line no-control-regex
    if (/\p{N}/u.test(sign) && !/\p{Nd}/u.test(sign) && /\p{Nd}/u.test(before)) apart += "\x01";
    apart += sign;
    if (!/\s/u.test(sign)) before = sign;
  }
  let letters = folded(apart).normalize("NFKD").replace(/(?<=\p{Nd})\^(?=\p{Nd})/gu, "\x01");
  letters = folded(letters.replace(/\p{M}/gu, "")).replace(/[łøđıæœðþ&]/g, (sign) => PLAIN[sign]);
  letters = letters.replace(/(?<=\p{Nd}),(?=\p{Nd}{3}(?!\p{Nd}))/gu, "").replace(/(?<=\p{Nd})[.,/:⁄](?=\p{Nd})/gu, "\0");
  return letters.replace(/[^\p{L}\p{N}\0\x01]/gu, "");
}

// ---- reading ----

function index(values, key) {
  if (values.length !== 1 || !/^[0-9]{1,4}$/.test(values[0])) refuse(key);
  return Number(values[0]);
}

// What the fields of a form answer: a name and its values. Throws Unanswered.
export function readGiven(question, fields) {
  const parts = partsOf(question), list = (name) => fields[name] ?? [];
  let given;
  if (question.style === "choice") given = index(list("given"), "one");
  else if (question.style === "several") given = list("given").map((one) => index([one], "some"));
  else if (question.style === "order") {
    const places = parts.map((_, n) => index(list(`given-${n}`), "places"));
    if ([...places].sort((one, other) => one - other).some((place, n) => place !== n + 1)) refuse("places");
    given = parts.map((_, n) => n).sort((one, other) => places[one] - places[other]);
  } else if (question.style === "match") given = parts.map((_, n) => index(list(`given-${n}`), "each"));
  else if (question.style === "short") given = list("given").length === 1 ? list("given")[0] : "";
  else given = readPath(question, list);
  return sound(question, given);
}

function readPath(question, list) {
  const given = [];
  for (let n = 0; n <= LONGEST_PATH && list(`given-${n}`).length; n += 1) given.push(index(list(`given-${n}`), "one"));
  for (let n = given.length + 1; n <= LONGEST_PATH; n += 1) if (list(`given-${n}`).length) refuse("next");
  walk(question, given);
  return given;
}

// ---- judging ----

// {right, lines: [{text, right, why, about}], why: [words or {key, values}]}; `right` of a line is null where the author calls it neither. Throws Unanswered.
export function judge(question, answer) {
  return JUDGES[question.style](question, sound(question, answer), question.why || "");
}

const line = (text, right, why, about = "") => ({ text, right, why: why ?? "", about });
const verdict = (right, lines, ...why) => ({ right, lines, why: why.filter(Boolean) });
const isRight = (lines) => lines.every(({ right }) => right);

const JUDGES = {
  choice({ options }, answer, why) {
    const option = options[answer];
    return verdict(Boolean(option.right), [line(option.text, Boolean(option.right), option.why)], why);
  },
  several({ options }, answer, why) { // what was left out is counted and not named, so that a second try is still a try
    const lines = answer.map((n) => line(options[n].text, Boolean(options[n].right), options[n].why));
    const count = options.filter((option, n) => option.right && !answer.includes(n)).length;
    return verdict(!count && isRight(lines), lines, count && { key: "more", values: { count } }, why);
  },
  order({ items }, answer, why) {
    const lines = answer.map((n, place) => line(items[n], items[n] === items[place], "", String(place + 1)));
    return verdict(isRight(lines), lines, why);
  },
  match({ pairs }, answer, why) {
    const lines = pairs.map((pair, n) => line(pairs[answer[n]].right, pairs[answer[n]].right === pair.right, pair.why, pair.left));
    return verdict(isRight(lines), lines, why);
  },
  short({ accept, also = [], forms, hint }, answer, why) {
    const wordings = [...accept, ...also];
    const right = wordings.some((words) => bare(words) === bare(answer)) || saysTheSame(bare, answer, wordings, forms);
    return verdict(right, [line(answer, right, "")], right ? why : hint);
  },
  scenario(question, answer, why) { // right when the story has ended: a wrong turn is learnt from
    const lines = walk(question, answer)[0].map(([step, choice]) => line(choice.text, choice.right == null ? null : Boolean(choice.right), choice.why, step.text));
    return verdict(true, lines, why);
  },
};

// The answer, when it can be judged.
function sound(question, answer) {
  const { style } = question, count = partsOf(question).length;
  if (!Object.hasOwn(JUDGES, style) || !count) refuse("broken");
  if (style === "short") {
    if (typeof answer !== "string" || !bare(answer)) refuse("words");
    if ([...answer].length > LONGEST_WORDS) refuse("long", { longest_words: LONGEST_WORDS });
    return answer.trim();
  }
  if (style === "choice") return isIndex(answer, count) ? answer : refuse("one");
  if (style === "scenario") return walk(question, answer)[1] ? refuse("next") : answer;
  const key = { several: "some", order: "places", match: "each" }[style];
  if (!Array.isArray(answer) || !answer.every((one) => isIndex(one, count))) refuse(key);
  const isTwice = new Set(answer).size !== answer.length;
  if (style === "several") return !answer.length || isTwice ? refuse(key) : [...answer].sort((one, other) => one - other);
  return answer.length !== count || (style === "order" && isTwice) ? refuse(key) : answer;
}

// [[step, choice] of each choice that was made, the step that follows or null]. Throws Unanswered.
function walk(question, answer) {
  const steps = new Map([...partsOf(question)].reverse().map((step) => [step.key ?? "", step])), walked = [];
  let step = partsOf(question)[0] ?? refuse("broken");
  if (!Array.isArray(answer)) refuse("next");
  if (answer.length > LONGEST_PATH) refuse("circle");
  for (const n of answer) {
    const choices = step?.choices ?? [];
    if (!isIndex(n, choices.length)) refuse("one");
    walked.push([step, choices[n]]);
    const goes = choices[n].goes || "";
    if (goes && !steps.has(goes)) refuse("broken");
    step = goes ? steps.get(goes) : null;
  }
  return [walked, step];
}

// ---- what a unit still asks ----

// [{key, values, parts}]: what is asked besides reading. `unit`: {needs, checks: {part: question}, activities: [part]}; `done`: {checks, activities, attended}.
export function unmet(unit, done) {
  const checks = Object.keys(unit.checks).filter((part) => !done.checks?.includes(part));
  const activities = unit.activities.filter((part) => !done.activities?.includes(part)), found = [];
  if (unit.needs.includes("check") && checks.length) found.push({ key: "checks", values: { count: checks.length }, parts: checks });
  if (unit.needs.includes("activity") && activities.length) found.push({ key: "activities", values: { count: activities.length }, parts: activities });
  if (unit.needs.includes("attended") && !done.attended) found.push({ key: "attended", values: {}, parts: [] });
  return found;
}
