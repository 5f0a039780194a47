// Answers on stdout what static/js/judging.js makes of each case on stdin, in the words of the page. Started by test_judging.py.
import { readFileSync } from "node:fs";

const source = (name) => readFileSync(new URL(`../../static/js/${name}`, import.meta.url), "utf-8");
const module = (text) => `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`; // node takes a plain .js for no module
const judging = source("judging.js").replace("./wording.js", module(source("wording.js")));
const { Unanswered, bare, judge, readGiven, unmet } = await import(module(judging));
const { words, answers, spelling, units } = JSON.parse(readFileSync(0, "utf-8"));

function say(one) {
  if (typeof one === "string") return one;
  const forms = words[`judged_${one.key}`];
  const sentence = typeof forms === "string" ? forms : forms[new Intl.PluralRules("en").select(one.values.count)];
  return sentence.replace(/%\((\w+)\)s/g, (_, name) => one.values[name]);
}

function outcome({ question, fields }) {
  try {
    const given = readGiven(question, fields), { right, lines, why } = judge(question, given);
    return { given, right, lines: lines.map((line) => [line.about, line.text, line.right, line.why]), why: why.map(say).join(" ") };
  } catch (fault) {
    if (!(fault instanceof Unanswered)) throw fault;
    return { fault: say(fault) };
  }
}

process.stdout.write(JSON.stringify({
  answers: answers.map(outcome),
  spelling: spelling.map(bare),
  units: units.map(({ unit, done }) => unmet(unit, done).map((one) => [say(one), one.parts])),
}));
