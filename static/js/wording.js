// The usual forms of a short answer, as courses/knowledge_checks/wording.py has them: what is changed there is changed here.
// `bare` is given by judging.js, which imports this; tests/cases/short_answers.json asks both.
const ARTICLES = new Set(["the", "a", "an"]);
const ABBREVIATIONS = { govt: "government", dept: "department", hrs: "hours", yrs: "years", uk: "united kingdom", ni: "northern ireland" };
const BEFORE_NUMBERS = {
  s: "section", ss: "section", sec: "section", sect: "section", sections: "section", art: "article", arts: "article", articles: "article",
  sch: "schedule", sched: "schedule", para: "paragraph", paras: "paragraph", reg: "regulation", regs: "regulation", pt: "part", ch: "chapter", cl: "clause",
};
const numbered = (words, of) => new Map(words.split(" ").map((word, n) => [word, of(n)]));
const ONES = numbered("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", (n) => n);
const TENS = numbered("twenty thirty forty fifty sixty seventy eighty ninety", (n) => 10 * (n + 2));
const own = (table, word) => (Object.hasOwn(table, word) ? table[word] : undefined);
const beginsWithDigit = (token) => /^\p{Nd}/u.test(token);

export function usualForm(bare, words, forms = {}) {
  let tokens = inDigits(speltOut(withoutArticles(tokensOf(bare, words))));
  const terms = new Map();
  for (const [form, term] of Object.entries(forms)) {
    if (form && term) terms.set(tokensOf(bare, form).join(" "), tokensOf(bare, term));
  }
  if (terms.size) tokens = inDigits(speltOut(withTerms(tokens, terms)));
  return joined(tokens);
}

// Is the answer one of these wordings, in a usual form of it?
export function saysTheSame(bare, answer, wordings, forms) {
  const said = usualForm(bare, answer, forms);
  return said !== "" && wordings.some((words) => said === usualForm(bare, words, forms));
}

function tokensOf(bare, words) {
  const inNumbers = words.replace(/(?<=\p{Nd})[-‐‑‒–—/](?=\p{Nd})/gu, "."); // 2021/22 is one
  let apart = inNumbers.replace(/[-‐‑‒–—/]/g, " ").replaceAll("&", " and ");
  apart = apart.replace(/(?<=[\p{L}\p{Nl}\p{No}])\.?(?=\p{Nd})/gu, " ");
  const found = [];
  for (const word of apart.split(/\s+/).filter(Boolean)) {
    const plain = word === "A" && found.length ? "A\0" : bare(word); // a label: “Schedule A”
    if (plain) found.push(plain);
  }
  return found;
}

const withoutArticles = (tokens) => tokens.filter((token, n) =>
  !ARTICLES.has(token) || n === tokens.length - 1 || (token === "a" && !/^\p{L}+$/u.test(tokens[n + 1])));

function speltOut(tokens) {
  return tokens.flatMap((token, n) => {
    const before = own(BEFORE_NUMBERS, token), following = tokens[n + 1] ?? "";
    if (before && (beginsWithDigit(following) || ONES.has(following) || TENS.has(following))) return [before];
    return (own(ABBREVIATIONS, token) ?? token).split(" ");
  });
}

// Whole numbers in words as digits, up to 999.
function inDigits(tokens) {
  const found = [];
  for (let n = 0; n < tokens.length;) {
    let [number, after] = belowHundred(tokens, n);
    if (number !== null && number > 0 && number < 10 && tokens[after] === "hundred") [number, after] = andRest(100 * number, tokens, after + 1);
    else if (tokens[n] === "hundred") [number, after] = andRest(100, tokens, n + 1);
    found.push(number === null ? tokens[n] : String(number));
    n = number === null ? n + 1 : after;
  }
  return found;
}

function andRest(hundreds, tokens, n) {
  const [rest, after] = belowHundred(tokens, tokens[n] === "and" ? n + 1 : n);
  return rest === null ? [hundreds, n] : [hundreds + rest, after];
}

function belowHundred(tokens, n) {
  const token = tokens[n] ?? "";
  if (TENS.has(token)) {
    const more = ONES.get(tokens[n + 1]) ?? 0;
    return more > 0 && more < 10 ? [TENS.get(token) + more, n + 2] : [TENS.get(token), n + 1];
  }
  return ONES.has(token) ? [ONES.get(token), n + 1] : [null, n];
}

function withTerms(tokens, terms) {
  const longest = Math.max(...[...terms.keys()].map((form) => form.split(" ").length)), found = [];
  for (let n = 0; n < tokens.length;) {
    let size = Math.min(longest, tokens.length - n);
    while (size && !terms.has(tokens.slice(n, n + size).join(" "))) size -= 1;
    found.push(...(size ? terms.get(tokens.slice(n, n + size).join(" ")) : [tokens[n]]));
    n += size || 1;
  }
  return found;
}

// Gaps do not count (“co-operating”), but between two numbers one does.
const joined = (tokens) => tokens.reduce((said, token) => said + (/\p{Nd}$/u.test(said) && beginsWithDigit(token) ? "\x01" : "") + token, "");
