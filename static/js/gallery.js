// Only the page of components uses this: it sets the theme by hand.
for (const b of document.querySelectorAll("[data-theme-to]")) {
  b.addEventListener("click", () => {
    if (b.dataset.themeTo) document.documentElement.dataset.theme = b.dataset.themeTo;
    else delete document.documentElement.dataset.theme;
  });
}
