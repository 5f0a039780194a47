// Sends what waits on this device. A plain script that sets one name, as queue.js is: a page asks for it when
// something waits, and the service worker loads it.
{
  const SYNC = "/study/arrivals/", ANSWERS = "/my-work/answers/", MOST = 20, LARGEST = 200000; // things and bytes in one sending

  // Send what waits, in order; one sender at a time on this device. Answers {state, kept}:
  // state is done, nothing, offline, signed-out, another or later. Leaves everything where it is unless the
  // site says that it has it.
  globalThis.imsaSend = () => {
    const go = () => sendAll().catch((fault) => {
      if (fault instanceof TypeError) return { state: "offline", kept: 0 };
      throw fault;
    });
    return navigator.locks ? navigator.locks.request("imsa-send", go) : go();
  };

  async function sendAll() {
    const holder = await imsaQueue.owner();
    const open = async () => (await imsaQueue.all()).filter(({ item }) => !item.came && !["quiz", "text"].includes(item.kind));
    if (!holder || !(await imsaQueue.all()).some(({ item }) => !item.came)) return { state: "nothing", kept: 0 };
    const asked = await fetch(SYNC, { credentials: "same-origin", cache: "no-store" });
    if (asked.status === 403) return { state: "signed-out", kept: 0 };
    if (!isJson(asked)) return { state: "later", kept: 0 };
    const who = await asked.json();
    if (who.person !== holder.mark) return { state: "another", kept: 0 };
    const quiz = await sendAnswers(who.token);
    if (quiz.state !== "done") return quiz;
    const texts = await sendTexts(who.token);
    if (texts.state !== "done") return texts;
    let kept = quiz.kept + texts.kept, most = MOST;
    for (let waiting = await open(); waiting.length; waiting = await open()) {
      const batch = [];
      for (const one of batchOf(waiting, most)) {
        const item = { ...one.item, tried: true }, tag = await imsaQueue.replace(one, item);
        if (tag) batch.push({ n: one.n, tag, item }); // otherwise it was written anew just now, and comes next
      }
      if (!batch.length) continue;
      const answer = await fetch(SYNC, {
        method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", "X-CSRFToken": who.token },
        body: JSON.stringify({ person: holder.mark, items: batch.map(({ item }) => ({ ...item, title: undefined, tried: undefined, came: undefined })) }),
      });
      if (answer.status === 413 && batch.length > 1) { most = Math.ceil(batch.length / 2); continue; }
      if (answer.status === 403) return { state: "signed-out", kept };
      if (!isJson(answer)) return { state: "later", kept };
      const said = await answer.json();
      const lines = answer.ok ? said.outcomes : [{ token: batch[0].item.token, outcome: "refused", sentence: said.sentence }];
      let settled = 0;
      for (const one of batch) {
        const { item } = one, line = lines.find((said) => said.token === item.token);
        if (!line) continue;
        settled += 1;
        if (line.outcome === "kept") { kept += 1; await imsaQueue.taken(item, line); await follow(item, line); }
        if (line.outcome === "kept" && !line.sentence) await imsaQueue.drop(one); // otherwise the site has something to say of it
        else await imsaQueue.replace(one, { ...item, came: line });
      }
      if (!settled) return { state: "later", kept };
    }
    return { state: "done", kept };
  }

  // Answers to a quiz go one by one, of each question the newest first: once the site has that, from here or from a file, no earlier one may follow and undo
  // it. Those are dropped before it, so that a device that stops in between sends the newest again. Where it was refused, the one before it is sent.
  async function sendAnswers(token) {
    const groups = new Map();
    for (const one of (await imsaQueue.all()).filter(({ item }) => !item.came && item.kind === "quiz")) {
      const earlier = groups.get(one.item.paper_item) ?? [];
      groups.delete(one.item.paper_item); // so that questions stand in the order of their newest answers
      groups.set(one.item.paper_item, [one, ...earlier]);
    }
    let kept = 0;
    for (const group of groups.values()) for (const [n, one] of group.entries()) {
      const { paper_item, answer: values, choice, key, page, seen } = one.item;
      const answer = await fetch(ANSWERS, {
        method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ paper_item, answer: values, choice, key, page, seen, late: true }),
      });
      if (!isJson(answer)) return { state: "later", kept };
      const said = await answer.json();
      if (answer.status === 401) return { state: "signed-out", kept };
      if (answer.ok) { kept += 1; for (const old of group.slice(n + 1).reverse()) await imsaQueue.drop(old); }
      const words = answer.ok ? said.fault : said.sentence; // a gap that could not be read stays to be read here
      if (answer.ok && !words) await imsaQueue.drop(one);
      else await imsaQueue.replace(one, { ...one.item, came: { outcome: "refused", sentence: words } });
      if (answer.ok) break;
    }
    return { state: "done", kept };
  }

  // Typed work: where another page saved since, the site keeps what comes beside it.
  async function sendTexts(token) {
    let kept = 0;
    for (const one of (await imsaQueue.all()).filter(({ item }) => !item.came && item.kind === "text")) {
      const { address, text, seen, page, count } = one.item;
      const answer = await fetch(address, {
        method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify({ text, seen, page, count, late: true }),
      });
      if (!isJson(answer)) return { state: "later", kept };
      const said = await answer.json();
      if (answer.status === 401) return { state: "signed-out", kept };
      if (answer.ok) kept += 1;
      if (answer.ok && !said.sentence) await imsaQueue.drop(one);
      else await imsaQueue.replace(one, { ...one.item, came: { outcome: answer.ok ? "aside" : "refused", sentence: said.sentence } }); // to be read here
    }
    return { state: "done", kept };
  }

  const isJson = (answer) => (answer.headers.get("Content-Type") || "").startsWith("application/json");

  // As many as go together: not too large, and never two writings of one place, for the second builds on the first.
  function batchOf(waiting, most) {
    const batch = [], places = new Set();
    let size = 0;
    for (const one of waiting) {
      const place = one.item.kind === "reflection" && `${one.item.version} ${one.item.part}`;
      size += 3 * JSON.stringify(one.item).length;
      if (batch.length && (batch.length >= most || size > LARGEST || (place && places.has(place)))) break;
      batch.push(one);
      if (place) places.add(place);
    }
    return batch;
  }

  // A later writing of the same place was made on this device with this one before it: it follows, and no conflict is.
  async function follow(item, line) {
    if (item.kind !== "reflection" || !line.edition) return;
    for (const one of await imsaQueue.all()) {
      const next = one.item;
      const same = next.kind === "reflection" && next.version === item.version && next.part === item.part;
      if (same && !next.came && next.token !== item.token) await imsaQueue.replace(one, { ...next, edition: line.edition });
    }
  }
}
