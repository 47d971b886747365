/* Light, dark or as the device. A classic script in the head, so that no page flashes in the wrong colours; and it says
   that there is script, so that what script shows has its room from the first paint. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const PAPER = { light: "#faf8f4", dark: "#12191c" };

  function stored() {
    try {
      return localStorage.getItem("theme") || "";
    } catch {
      return ""; // storage may be switched off
    }
  }

  function apply(theme) {
    if (theme in PAPER) root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const meta of document.querySelectorAll('meta[name="theme-color"]')) {
      const own = meta.media.includes("dark") ? "dark" : "light";
      meta.content = PAPER[theme] ?? PAPER[own];
    }
  }

  function offer() {
    const choice = document.querySelector("[data-theme-switch]");
    if (!choice) return;
    for (const input of choice.querySelectorAll("input")) input.checked = input.value === stored();
    choice.addEventListener("change", (event) => {
      try {
        localStorage.setItem("theme", event.target.value);
      } catch {
        // then it lasts as long as the page
      }
      apply(event.target.value);
    });
    choice.hidden = false;
  }

  apply(stored());
  addEventListener("storage", (event) => event.key === "theme" && apply(event.newValue));
  document.addEventListener("DOMContentLoaded", offer);
})();
