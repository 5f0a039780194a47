// What a marker's marks come to, while they are typed. The server's figure, on the next page, is the one that counts.
import { sentence } from "./words.js";

for (const form of document.querySelectorAll("form[data-marks]")) {
  const fields = [...form.querySelectorAll("[data-weight]")];
  const sum = form.querySelector("[data-marks-sum]"), shares = form.querySelector("[data-marks-shares]");
  const say = () => {
    const given = fields.filter((f) => /^\d{1,3}$/.test(f.value.trim()) && Number(f.value) <= 100);
    const whole = given.length === fields.length;
    const weights = fields.map((f) => Number(f.dataset.weight)), marks = fields.map((f) => Number(f.value));
    const all = weights.reduce((a, b) => a + b, 0), weighed = marks.reduce((a, mark, n) => a + mark * weights[n], 0);
    const total = Math.round((100 * weighed) / all) / 100, added = marks.reduce((a, b) => a + b, 0);
    const words = whole ? sentence("total", { total }) : sentence("marks_so_far", { number: given.length, count: fields.length });
    if (sum.textContent !== words) sum.textContent = words;
    shares.hidden = !whole || added === total || marks.some((mark, n) => mark > weights[n]);
  };
  // Leaving by a link or by closing the tab would lose what is typed: the browser asks, in its own words.
  let unsaved = "unsaved" in form.dataset;
  const ask = (event) => { if (unsaved) event.preventDefault(); };
  form.addEventListener("input", () => { unsaved = true; say(); });
  form.addEventListener("submit", () => { unsaved = false; });
  addEventListener("beforeunload", ask);
  form.querySelector("[data-marks-total]").hidden = false;
  say();
}
