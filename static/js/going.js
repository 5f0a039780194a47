// A page about work that goes on by itself: its moving parts are fetched again while it goes on and somebody looks.
const PAUSE = 3000;

function shown(page) {
  return page.querySelectorAll("[data-going]");
}

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = shown(page);
  if (!fresh.length) return location.reload(); // it is done
  document.title = page.title;
  shown(document).forEach((part, place) => {
    if (fresh[place] && !part.contains(document.activeElement)) part.replaceChildren(...fresh[place].childNodes);
  });
}

for (const again of document.querySelectorAll("[data-look-again]")) again.hidden = true;
const looking = setInterval(() => look().catch(() => {}), PAUSE);
addEventListener("pagehide", () => clearInterval(looking));
