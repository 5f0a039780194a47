// Answers to quizzes leave this device in a file, which any device takes in at /my-work/recovery/. It holds no name, and keys of questions that nobody but the
// person who was asked can answer. It is not signed: the site goes by its own clock, whatever the file says. Of each question it has the newest answer alone,
// which is the one that counts: a long quiz without a connection stays within what that page takes.
export function saveAsFile(items) {
  const newest = new Map(items.map((item) => [item.paper_item, item]));
  const answers = [...newest.values()].map(({ paper_item, answer, choice, page, key, seen, at }) => ({
    item: paper_item, values: answer ?? [String(choice)], page, key, seen, at,
  }));
  const file = new Blob([JSON.stringify({ format: "imsa-quiz-answers", version: 1, answers }, null, 1)], { type: "application/json" });
  const day = new Date().toISOString().slice(0, 16).replaceAll(":", "-");
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: `quiz-answers-${day}.json` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
