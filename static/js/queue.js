// What a device holds for one person: a key, what waits to be sent, and which modules are kept.
// A plain script that sets one name, so that a page imports it and the service worker loads it.
// Nothing that was typed is ever stored in the clear: each item is sealed with AES-GCM under a key
// that no script can read out, and the key goes when the person signs out.
globalThis.imsaQueue = (() => {
  const NAME = "imsa-offline";
  const told = new BroadcastChannel("imsa-offline");

  const opened = () => new Promise((done, fail) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("self");
      asked.result.createObjectStore("queue", { keyPath: "n", autoIncrement: true });
      asked.result.createObjectStore("kept", { keyPath: "module" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  // One transaction: `work` gets the stores and returns a request, or nothing; answers with its result.
  async function within(names, mode, work) {
    const db = await opened();
    try {
      return await new Promise((done, fail) => {
        const going = db.transaction(names, mode);
        const request = work(...names.map((name) => going.objectStore(name)));
        going.oncomplete = () => done(request ? request.result : undefined);
        going.onabort = going.onerror = () => fail(going.error);
      });
    } finally { db.close(); }
  }

  // ---- whose device this is ----

  // Nobody any more once the time after the last sign-in is over: then the key goes, and with it all that it sealed.
  async function owner() {
    const found = await within(["self"], "readonly", (self) => self.get("owner"));
    if (!found || !found.until || Date.now() < found.until) return found;
    await wipe();
    return undefined;
  }

  // The person signed in, and may read what is kept here until that moment (milliseconds since 1970).
  const stay = (mark, until) => within(["self"], "readwrite", (self) => {
    self.get("owner").onsuccess = (e) => { if (until && e.target.result?.mark === mark) self.put({ ...e.target.result, until }, "owner"); };
  });

  // Make this the device of `mark`; whoever it belonged to before leaves nothing behind.
  async function become(mark, until) {
    const before = await owner();
    if (before && before.mark === mark) { await stay(mark, until); return before; }
    if (before || await isWiping()) await wipe();
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await within(["self"], "readwrite", (self) => {
      const mine = { mark, key, id: crypto.randomUUID(), until };
      self.get("owner").onsuccess = (e) => { if (!e.target.result) self.put(mine, "owner"); }; // two tabs at once: the first
    });
    return owner();
  }

  // A key that is gone opens nothing, so it goes first, with what it sealed; then the copies, and the worker that
  // shows them. A mark stands until all is done: a page that was left in the middle leaves the rest to the next.
  async function wipe() {
    await within(["self", "queue", "kept"], "readwrite", (...stores) => {
      for (const one of stores) one.clear();
      stores[0].put(true, "wiping");
    });
    for (const name of await caches.keys()) if (name.startsWith("imsa-")) await caches.delete(name);
    const worker = "ServiceWorkerGlobalScope" in globalThis ? globalThis.registration : await navigator.serviceWorker.getRegistration("/");
    if (worker) await worker.unregister();
    await within(["self"], "readwrite", (self) => { self.delete("wiping"); });
    told.postMessage("wiped");
  }

  const isWiping = () => within(["self"], "readonly", (self) => self.get("wiping"));

  // ---- sealing ----

  async function sealed(key, item) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const said = new TextEncoder().encode(JSON.stringify(item));
    return { iv, tag: crypto.randomUUID(), data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, said) };
  }

  async function unsealed(key, row) {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv: row.iv }, key, row.data)));
  }

  // ---- how its reader likes to read ----

  // Kept pages show it too; it may tell of a disability, so it is sealed like everything else.
  async function keepReading(mark, chosen) {
    const holder = await owner();
    if (!holder || holder.mark !== mark) return;
    const row = await sealed(holder.key, chosen);
    await within(["self"], "readwrite", (self) => { self.put(row, "reading"); });
  }

  async function reading() {
    const holder = await owner(), row = holder && await within(["self"], "readonly", (self) => self.get("reading"));
    return row ? unsealed(holder.key, row) : {};
  }

  // ---- what they wrote ----

  // The reader's own notes from the site, as they were when a module was taken along.
  async function keepNotes(notes) {
    const holder = await owner(), row = holder && await sealed(holder.key, notes);
    if (row) await within(["self"], "readwrite", (self) => {
      self.get("owner").onsuccess = (e) => { if (e.target.result?.id === holder.id) self.put(row, "notes"); };
    });
  }

  async function notes() {
    const holder = await owner(), row = holder && await within(["self"], "readonly", (self) => self.get("notes"));
    return row ? unsealed(holder.key, row) : [];
  }

  // ---- what was done ----

  // What the site has of the units that were taken along: address to {version, checks, activities, attended, studied}. It is personal, so it is sealed.
  async function confirmed() {
    const holder = await owner(), row = holder && await within(["self"], "readonly", (self) => self.get("done"));
    return row ? unsealed(holder.key, row) : {};
  }

  // Change it, one at a time: `work` gets it all and changes it in place.
  async function confirm(work) {
    const change = async () => {
      const holder = await owner();
      if (!holder) return;
      const done = await confirmed();
      work(done);
      const row = await sealed(holder.key, done);
      await within(["self"], "readwrite", (self) => {
        self.get("owner").onsuccess = (e) => { if (e.target.result?.id === holder.id) self.put(row, "done"); };
      });
    };
    await (navigator.locks ? navigator.locks.request("imsa-done", change) : change());
  }

  // One thing that was done, added to what is held of its unit.
  function add(done, item, right) {
    const there = done[item.unit];
    if (!there || there.version !== item.version) return;
    if (item.kind === "check" && right && !there.checks.includes(item.part)) there.checks.push(item.part);
    if (item.kind === "activity" && !there.activities.includes(item.part)) there.activities.push(item.part);
    if (item.kind === "studied") there.studied = true;
  }

  // Nothing is kept here any more, so nothing beside it is.
  const forget = () => within(["self"], "readwrite", (self) => { self.delete("done"); self.delete("notes"); });

  // The site has taken it in: from now on it stands as the site judged it.
  const taken = (item, line) => confirm((done) => add(done, item, line.right === true));

  // What the site has, and what waits here: what was refused counts no longer. `waits`: something of the unit is not on the site yet.
  async function done() {
    const found = await confirmed();
    for (const { item } of await all()) {
      if (item.came || !["check", "activity", "studied"].includes(item.kind)) continue;
      found[item.unit] ??= { version: item.version, checks: [], activities: [] };
      add(found, item, item.right);
      if (found[item.unit].version === item.version) found[item.unit].waits = true;
    }
    return found;
  }

  // ---- what waits ----

  // Every item in the order it was done: {n, tag, item}. A tag is new with each writing: it tells whether a row
  // is still the one that was read.
  async function all() {
    const holder = await owner();
    if (!holder) return [];
    const rows = await within(["queue"], "readonly", (queue) => queue.getAll());
    return Promise.all(rows.map(async (row) => ({ n: row.n, tag: row.tag, item: await unsealed(holder.key, row) })));
  }

  // Write one row while the key it is sealed with is still the device's, and, where `was` is given, while the
  // row is still that one. Answers the new tag, or nothing.
  async function write(holder, row, was) {
    let done;
    await within(["self", "queue"], "readwrite", (self, queue) => {
      const put = () => { queue.put(row); done = row.tag; };
      self.get("owner").onsuccess = (e) => {
        if (!e.target.result || e.target.result.id !== holder.id) return;
        if (!was) return put();
        queue.get(row.n).onsuccess = (there) => { if (there.target.result && there.target.result.tag === was) put(); };
      };
    });
    return done;
  }

  const fresh = (item) => ({ ...item, token: crypto.randomUUID(), at: item.at || new Date().toISOString(), tried: false, came: null });

  // Keep something to be sent later; it comes after everything that waits already. What says the same thing
  // anew, and was never tried, gives way to the new one in its place. False: this device is nobody's.
  async function put(item) {
    const holder = await owner();
    if (!holder) return false;
    const newer = fresh({ ...item, at: null });
    const waits = ["place", "reflection", "poll"].includes(item.kind) ? await all() : [];
    const before = waits.find(({ item: old }) => !old.tried && old.kind === item.kind && old.version === item.version
      && (item.kind === "place" || old.part === item.part));
    const row = await sealed(holder.key, newer);
    const done = before && await write(holder, { ...row, n: before.n }, before.tag) || await write(holder, row);
    if (done) told.postMessage("changed");
    return Boolean(done);
  }

  async function replace({ n, tag }, item) {
    const holder = await owner();
    const done = holder && await write(holder, { n, ...await sealed(holder.key, item) }, tag);
    if (done) told.postMessage("changed");
    return done;
  }

  // What the site holds back until the writer has chosen; it is told of the choice by `instead_of`.
  const isHeld = ({ came }) => ["conflict", "look"].includes(came?.outcome);

  // Send it once more, as a new thing in its old place.
  const again = (one, item) => replace(one, fresh({ ...item, instead_of: isHeld(one.item) ? one.item.token : item.instead_of }));

  // Leave it: what the site held back, it is told to hold back no longer.
  async function giveUp(one) {
    if (!isHeld(one.item)) return drop(one);
    const { version, part, unit, title, token } = one.item;
    return replace(one, fresh({ kind: "settled", version, part, unit, title, instead_of: token }));
  }

  async function drop({ n, tag }) {
    await within(["queue"], "readwrite", (queue) => {
      queue.get(n).onsuccess = (e) => { if (e.target.result && e.target.result.tag === tag) queue.delete(n); };
    });
    told.postMessage("changed");
  }

  // ---- which modules are kept ----

  const kept = () => within(["kept"], "readonly", (store) => store.getAll());
  const keep = (record) => within(["kept"], "readwrite", (store) => { store.put(record); });
  const unkeep = (module) => within(["kept"], "readwrite", (store) => { store.delete(module); });

  return { owner, become, stay, wipe, isWiping, keepReading, reading, keepNotes, notes, confirm, forget, taken, done, all, put, replace, again, giveUp, drop, kept, keep, unkeep, told };
})();
