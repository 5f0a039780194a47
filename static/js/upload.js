// A file that is handed in is sent in pieces, so that a lost connection loses no more than one of them. What has arrived is found again by the file itself: after
// a reload, on another day, on another device. The form works without this script, and sends a small file by itself.
import { sentence } from "./words.js";

const PIECE = 1024 * 1024, SMALLEST = 64 * 1024; // bytes; a block of lms/kit/files/parts.py, and what is sent over a line on which that takes too long
const WAITS = [1000, 2000, 5000, 10000, 20000], PATIENCE = 60000, LOOK = 3000; // milliseconds: between two tries, for one piece, at another tab's progress
const MOST_DAMAGED = 5;

class Stop extends Error {} // a sentence that ends it

const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const digest = async (data) => new Uint8Array(await crypto.subtle.digest("SHA-256", data));
const pause = (time) => new Promise((done) => { setTimeout(done, time); addEventListener("online", done, { once: true }); });
const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

for (const form of isSecureContext ? document.querySelectorAll("form[data-upload]") : []) {
  const part = (name) => form.querySelector(`[data-upload-${name}]`);
  const field = form.elements.namedItem("file"), token = () => form.elements.namedItem("csrfmiddlewaretoken").value;
  let isGoing = false, isSlow = false;

  function tell(words) {
    part("line").hidden = false;
    if (part("words").textContent !== words) part("words").textContent = words;
  }

  function count(here, size) {
    part("progress").value = 100 * here / size;
    part("count").textContent = sentence("upload_count", { here: megabytes(here), size: megabytes(size) });
  }

  async function bytesOf(file, offset, length = PIECE) {
    try { return await file.slice(offset, offset + length).arrayBuffer(); } catch { throw new Stop(sentence("upload_unreadable")); }
  }

  // The SHA-256 of the SHA-256s of its blocks: no more than one block is held, however large the file is.
  async function fingerprintOf(file) {
    const found = new Uint8Array(32 * Math.ceil(file.size / PIECE));
    for (let n = 0; n * PIECE < file.size; n += 1) found.set(await digest(await bytesOf(file, n * PIECE)), 32 * n);
    return [...await digest(found)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // ---- one question to the site, asked until it answers ----

  async function ask(address, method, headers = {}, body = undefined) {
    for (let tries = 0; ; tries += 1) {
      let answer = null;
      try {
        answer = await fetch(address, {
          method, body, credentials: "same-origin", cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(PATIENCE),
          headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": token(), ...headers },
        });
        isSlow = false;
      } catch (fault) { isSlow = fault.name === "TimeoutError"; }
      if (answer && (answer.status === 401 || answer.type === "opaqueredirect")) throw new Stop(sentence("upload_signed_out"));
      if (answer && answer.status < 500 && answer.status !== 429) return answer;
      tell(sentence(answer ? "upload_busy" : "upload_offline"));
      await pause(WAITS[Math.min(tries, WAITS.length - 1)]);
      if (method === "PATCH") return null; // it may have arrived: ask first where the file stands
    }
  }

  async function refusal(answer) {
    const isOurs = (answer.headers.get("Content-Type") || "").startsWith("application/json");
    return new Stop(isOurs ? (await answer.json()).sentence : sentence("upload_failed"));
  }

  async function begin(file, fingerprint) {
    const name = base64(new TextEncoder().encode(file.name));
    const answer = await ask(form.dataset.upload, "POST", {
      "Upload-Length": String(file.size), "Upload-Metadata": `filename ${name},fingerprint ${btoa(fingerprint)}`,
    });
    if (!answer.ok) throw await refusal(answer);
    return { address: answer.headers.get("Location"), offset: Number(answer.headers.get("Upload-Offset")), key: (await answer.json()).key };
  }

  async function whereItStands(address) {
    const answer = await ask(address, "HEAD");
    if (!answer.ok) throw new Stop(sentence("upload_failed"));
    return Number(answer.headers.get("Upload-Offset"));
  }

  async function send(file, fingerprint) {
    let { address, offset, key } = await begin(file, fingerprint), damaged = 0, length = PIECE;
    tell(sentence("upload_goes"));
    count(offset, file.size);
    while (offset < file.size) {
      const piece = await bytesOf(file, offset, length), checksum = `sha256 ${base64(await digest(piece))}`;
      const answer = await ask(address, "PATCH", {
        "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset), "Upload-Checksum": checksum,
      }, piece);
      const stands = answer?.headers.get("Upload-Offset");
      if (answer) length = Math.min(PIECE, 2 * length);
      else if (isSlow) length = Math.max(SMALLEST, length / 2);
      if (!answer) offset = await whereItStands(address);
      else if (answer.ok) offset = Number(stands);
      else if (answer.status === 409 && stands) { tell(sentence("upload_elsewhere")); offset = Number(stands); await pause(WAITS[0]); }
      else if (answer.status === 460 && damaged < MOST_DAMAGED) damaged += 1;
      else throw await refusal(answer);
      if (answer?.ok || !answer) tell(sentence("upload_goes"));
      count(offset, file.size);
    }
    return key;
  }

  // Another tab of this browser sends the same file: this one looks on, and goes on when it has ended.
  async function lookOn(file, fingerprint, signal) {
    const { address } = await begin(file, fingerprint);
    while (!signal.aborted) {
      count(await whereItStands(address), file.size);
      await pause(LOOK);
    }
  }

  async function inTurn(file, fingerprint) {
    const work = () => send(file, fingerprint), name = `imsa-upload ${location.pathname} ${fingerprint}`;
    if (!navigator.locks) return work();
    const done = await navigator.locks.request(name, { ifAvailable: true }, async (lock) => lock && { key: await work() });
    if (done) return done.key;
    tell(sentence("upload_other_tab"));
    const looking = new AbortController();
    lookOn(file, fingerprint, looking.signal).catch(() => {});
    return navigator.locks.request(name, () => { looking.abort(); return work(); });
  }

  function submit(key) {
    for (const [name, value] of [["upload", key], ["action", "check"]]) {
      const made = Object.assign(document.createElement("input"), { type: "hidden", name, value });
      made.dataset.uploadMade = "";
      form.append(made);
    }
    field.disabled = true; // it is there already
    HTMLFormElement.prototype.submit.call(form);
  }

  async function go(file, button) {
    isGoing = button.disabled = true;
    try {
      tell(sentence("upload_reads"));
      count(0, file.size);
      const key = await inTurn(file, await fingerprintOf(file));
      tell(sentence("upload_whole"));
      submit(key);
    } catch (fault) {
      tell(fault instanceof Stop ? fault.message : sentence("upload_failed"));
    } finally { isGoing = button.disabled = false; }
  }

  form.addEventListener("submit", (event) => {
    const file = field.files[0], button = event.submitter;
    if (button?.value !== "check" || !file || file.size <= PIECE) return;
    event.preventDefault();
    if (!isGoing && form.reportValidity()) go(file, button);
  });
  addEventListener("pageshow", () => {
    field.disabled = false;
    for (const made of form.querySelectorAll("[data-upload-made]")) made.remove();
  });
}
