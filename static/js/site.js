// Small kindnesses, bound by data- attributes. Every page works without them.
for (const el of document.querySelectorAll("[data-focus]")) { el.focus(); break; }
for (const menu of document.querySelectorAll("details[data-menu]")) {
  const shut = () => { menu.open = false; };
  menu.addEventListener("keydown", (e) => { if (e.key === "Escape" && menu.open) { shut(); menu.querySelector("summary").focus(); } });
  menu.addEventListener("focusout", (e) => { if (e.relatedTarget && !menu.contains(e.relatedTarget)) shut(); });
  document.addEventListener("click", (e) => { if (!menu.contains(e.target)) shut(); });
}
for (const el of document.querySelectorAll("[data-script]")) el.hidden = false;
document.addEventListener("allauth.error", (e) => {
  const say = document.querySelector("[data-passkey-fault]");
  if (say) { e.preventDefault(); say.hidden = false; }
});
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (e) => { if (form.dataset.sent) e.preventDefault(); form.dataset.sent = "1"; });
}
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-once]")) delete form.dataset.sent; });
