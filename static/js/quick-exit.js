// A quick way out. Runs before the page is drawn: after leaving, "Back" in this tab shows nothing of the site.
(() => {
  const WAY = "https://www.bbc.co.uk/weather", kept = { get: () => { try { return sessionStorage.getItem("left"); } catch { return null; } } };
  const away = () => { document.documentElement.hidden = true; document.title = "Weather"; location.replace(WAY); };
  const quickExit = () => { try { sessionStorage.setItem("left", "1"); } catch { /* it goes all the same */ } away(); };
  if (kept.get()) {
    if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") away();
    else sessionStorage.removeItem("left");
  }
  addEventListener("pageshow", (e) => { if (e.persisted && kept.get()) away(); });
  let presses = [];
  addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || e.repeat || !document.querySelector("[data-quick-exit]")) return;
    presses = [...presses.filter((at) => e.timeStamp - at < 2000), e.timeStamp];
    if (presses.length > 2) quickExit();
  }, true);
  addEventListener("click", (e) => { if (e.target.closest?.("[data-quick-exit]")) { e.preventDefault(); quickExit(); } }, true);
})();
