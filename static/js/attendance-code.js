// The attendance code on the screen: fetched again when its time is over.
const place = document.querySelector("[data-code]");
const lost = document.querySelector("[data-code-lost]");
let timer = 0;

async function renew() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.redirected) return location.reload(); // signed out
  if (!answer.ok) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-code]");
  if (!fresh) return location.reload(); // it is over
  place.replaceChildren(...fresh.childNodes);
  lost.hidden = true;
  wait(Number(fresh.dataset.seconds) + 1);
}

function wait(seconds) {
  clearTimeout(timer);
  timer = setTimeout(() => renew().catch(() => { lost.hidden = false; wait(5); }), seconds * 1000);
}

wait(Number(place.dataset.seconds) + 1);
addEventListener("pagehide", () => clearTimeout(timer));
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
