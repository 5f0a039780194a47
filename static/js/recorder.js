// Spoken feedback is recorded in the page. Browsers record in formats of their own, so what was recorded is turned into WAV (one channel, 16 kHz) here,
// and stands in the form as a chosen file would. Nothing of it is lost while the page is open: what could not be sent stays, and is sent with the next press.
import { sentence } from "./words.js";

const RATE = 16000, SECOND = 1000;

for (const form of document.querySelectorAll("form[data-recorder]")) {
  const part = (name) => form.querySelector(`[data-recorder-${name}]`);
  const field = form.elements.namedItem("file"), most = Number(form.dataset.most), mostBytes = Number(form.dataset.mostBytes);
  const canRecord = isSecureContext && window.MediaRecorder && window.AudioContext && navigator.mediaDevices?.getUserMedia;
  let address = "", isChanged = false, isSending = false, isSignedOut = false;
  let ending = null; // while it records: true once what was said stands in the form, false where this browser cannot prepare it

  const tell = (key) => { part("status").textContent = sentence(key); };
  const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  function offer(file) {
    URL.revokeObjectURL(address);
    address = file ? URL.createObjectURL(file) : "";
    const given = new DataTransfer();
    if (file) given.items.add(file);
    field.files = given.files;
    if (file) part("sound").src = part("copy").href = address; else part("sound").removeAttribute("src");
    part("new").hidden = !file;
    if (file) isChanged = true;  // what was typed is there also when a recording is removed
  }

  // What this browser cannot decode is its speaker's all the same.
  function keepAsItIs(recording) {
    const link = part("raw");
    URL.revokeObjectURL(link.href);
    link.href = URL.createObjectURL(recording);
    link.download = `recording.${recording.type.split(";")[0].split("/")[1] || "webm"}`;
    link.hidden = false;
    isChanged = true;
  }

  async function record() {
    let stream;
    part("start").disabled = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1 } });
    } catch {
      part("start").disabled = false;
      return tell("recorder_refused");
    }
    const recorder = new MediaRecorder(stream), pieces = [], begin = performance.now();
    let isFull = false, isWarned = false;
    recorder.addEventListener("dataavailable", (event) => { if (event.data.size) pieces.push(event.data); });
    const clock = setInterval(() => {
      const seconds = (performance.now() - begin) / SECOND;
      part("time").textContent = `${minutes(seconds)} / ${minutes(most)}`;
      if (!isWarned && most > 120 && seconds > most - 60) { isWarned = true; tell("recorder_ends_soon"); }
      if (seconds >= most - 1 && recorder.state !== "inactive") { isFull = true; recorder.stop(); }
    }, SECOND / 4);
    ending = new Promise((end) => { recorder.addEventListener("stop", async () => {
      clearInterval(clock);
      for (const track of stream.getTracks()) track.stop();
      part("stop").hidden = true;
      tell("recorder_reads");
      const recording = new Blob(pieces, { type: recorder.mimeType });
      let isKept = false;
      try {
        const sound = await asWav(recording);
        offer(new File([sound], "recording.wav", { type: "audio/wav" }));
        tell(isFull ? "recorder_full" : "recorder_done");
      } catch { keepAsItIs(recording); isKept = true; tell("recorder_unreadable"); }
      part("start").disabled = false;
      part("start").hidden = false;
      part(isKept ? "raw" : "sound").focus();
      ending = null;
      end(!isKept);
    }); });
    recorder.start(SECOND);
    isChanged = true;  // whoever leaves now is asked
    part("stop").onclick = () => { if (recorder.state !== "inactive") recorder.stop(); };
    part("start").hidden = true;
    part("stop").hidden = false;
    part("stop").focus();
    tell("recorder_goes");
  }

  if (canRecord) {
    part("start").addEventListener("click", record);
    part("drop").addEventListener("click", () => { offer(null); part("time").textContent = ""; tell("recorder_dropped"); part("start").focus(); });
  } else {
    part("start").hidden = true;
    tell("recorder_no_microphone");
  }
  part("desk").hidden = false;
  // Another file that is chosen takes the place of what was recorded; an emptied choice leaves neither.
  field.addEventListener("change", () => { offer(field.files[0] ?? null); });
  form.addEventListener("input", () => { isChanged = true; });
  addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });

  // Who has signed in again in another tab has another form token: the page is asked for it.
  async function renew() {
    const answer = await fetch(location.href, { redirect: "manual", cache: "no-store" });
    if (!answer.ok) return false;
    const token = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    form.elements.namedItem("csrfmiddlewaretoken").value = token.value;
    isSignedOut = false;
    return true;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    const say = (key, values) => { part("sending").textContent = sentence(key, values); };
    if (ending) {  // what is being said is part of what is saved
      const isReady = ending;
      part("stop").click();
      if (!(await isReady)) { isSending = false; return; }  // the page has said why
    }
    if (field.files[0]?.size > mostBytes) { isSending = false; return say("recorder_too_large", { most: Math.floor(mostBytes / 1048576) }); }
    say("recorder_sends");
    try {
      if (isSignedOut && !(await renew())) return say("recorder_signed_out");
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual", headers: { Accept: "application/json" } });
      if (answer.type === "opaqueredirect" || answer.status === 403) { isSignedOut = true; return say("recorder_signed_out"); }
      if (answer.status >= 500 || answer.status === 429) return say("recorder_busy");
      const told = await answer.json().catch(() => ({ words: sentence("recorder_stale") }));
      if (!answer.ok) return say("recorder_not_saved", { words: told.words });
      isChanged = false;
      location.assign(told.to);
    } catch { say("recorder_offline"); } finally { isSending = false; }
  });
}

// What the browser recorded, as WAV: decoded by the browser itself, mixed to one channel at 16 kHz.
async function asWav(blob) {
  const context = new AudioContext();
  try {
    const sound = await context.decodeAudioData(await blob.arrayBuffer());
    const mixer = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * RATE)), RATE);
    const source = mixer.createBufferSource();
    source.buffer = sound;
    source.connect(mixer.destination);
    source.start();
    const values = (await mixer.startRendering()).getChannelData(0), view = new DataView(new ArrayBuffer(44 + 2 * values.length));
    const text = (at, words) => { for (const [n, letter] of [...words].entries()) view.setUint8(at + n, letter.charCodeAt(0)); };
    text(0, "RIFF"); view.setUint32(4, 36 + 2 * values.length, true); text(8, "WAVEfmt ");
    view.setUint32(16, 16, true); view.setUint16(20, 1, true); view.setUint16(22, 1, true);
    view.setUint32(24, RATE, true); view.setUint32(28, 2 * RATE, true); view.setUint16(32, 2, true); view.setUint16(34, 16, true);
    text(36, "data"); view.setUint32(40, 2 * values.length, true);
    for (let n = 0; n < values.length; n += 1) view.setInt16(44 + 2 * n, Math.max(-1, Math.min(1, values[n])) * 0x7fff, true);
    return new Blob([view.buffer], { type: "audio/wav" });
  } finally { context.close(); }
}
