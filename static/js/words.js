// The words that scripts say. They stand in the page, in blocks of JSON that lms/kit/script_words.py writes, so that gettext has them.
const blocks = [...document.querySelectorAll("script[type='application/json'][id^='words-']")];
const words = Object.assign({}, ...blocks.map((block) => JSON.parse(block.textContent)));
const plural = new Intl.PluralRules(document.documentElement.lang);

// A sentence in pieces, its places filled in: a value may be an element. `count` chooses among the forms of a number.
export function pieces(key, values = {}) {
  const forms = words[key], sentence = typeof forms === "string" ? forms : forms[plural.select(values.count)] ?? forms.other;
  return sentence.split(/%\((\w+)\)s/).map((piece, n) => (n % 2 ? values[piece] : piece)).filter((piece) => piece !== "");
}

export const sentence = (key, values) => pieces(key, values).join("");
