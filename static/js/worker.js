// The service worker: it stands aside while there is a connection, and shows what was kept when there is none.
// `SHELL` (version, page, scripts, static, files) is put before this by the view that serves it.
importScripts(...SHELL.scripts);

const SHELF = `imsa-shell-${SHELL.version}`, KEPT = "imsa-kept";

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const shelf = await caches.open(SHELF);
  await shelf.addAll([SHELL.page, ...SHELL.files].map((url) => new Request(url, { cache: "no-cache", credentials: "same-origin" })));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("imsa-shell-") && name !== SHELF) await caches.delete(name);
  if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (url.pathname.startsWith(SHELL.static) || request.destination === "image") event.respondWith(file(request));
});

// Without a connection, or where one gives way, the browser rejects; any answer of the site is the site's own.
async function page(event, url) {
  try {
    return await (await event.preloadResponse || fetch(event.request));
  } catch {
    const kept = await caches.open(KEPT);
    const found = await kept.match(url.pathname, { ignoreVary: true }) || await onlyTextOf(kept, url.pathname);
    if (found) return found;
    const bare = await caches.match(SHELL.page, { ignoreVary: true });
    return bare ? new Response(bare.body, { status: 503, headers: bare.headers }) : Response.error();
  }
}

// `/study/units/701-3/` leads to the text for the reader's nation, where just one is kept.
async function onlyTextOf(kept, path) {
  if (!/^\/study\/units\/[^/]+\/$/.test(path)) return null;
  const found = (await kept.keys()).map((one) => new URL(one.url).pathname).filter((one) => one.startsWith(path));
  return found.length === 1 ? Response.redirect(found[0]) : null;
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return await caches.match(request, { ignoreVary: true, ignoreSearch: true }) || Response.error();
  }
}

// The browser says that the connection is back, perhaps with no page open.
self.addEventListener("sync", (event) => {
  if (event.tag !== "imsa-queue") return;
  event.waitUntil(imsaSend().then(({ state }) => {
    if (state === "offline" || state === "later") throw new Error("not sent yet");
  }));
});
