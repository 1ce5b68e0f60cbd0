// The little that HTML and htmx cannot do alone: theme, menu, "/", dialogs, counts of chosen rows, arrow keys in charts.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const kept = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const paint = () => {
    root.dataset.bsTheme = kept() || (dark.matches ? "dark" : "light");
    const toggle = document.querySelector("[data-theme-toggle]");
    if (toggle) toggle.setAttribute("aria-pressed", String(root.dataset.bsTheme === "dark"));
  };
  paint(); // before the first pixel: this file is loaded in the head
  dark.addEventListener("change", paint);
  document.addEventListener("DOMContentLoaded", () => { paint(); count(); });

  const count = () => {
    const chosen = document.querySelectorAll('input[form="bulk"]:checked').length;
    document.querySelectorAll("[data-chosen]").forEach((place) => { place.textContent = String(chosen); });
  };

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("button, a");
    if (!pressed) return;
    if (pressed.matches("[data-theme-toggle]")) {
      const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
      try { localStorage.setItem("theme", next); } catch { root.dataset.bsTheme = next; }
      paint();
    } else if (pressed.matches("[data-menu]")) {
      const open = pressed.getAttribute("aria-expanded") !== "true";
      pressed.setAttribute("aria-expanded", String(open));
      document.getElementById(pressed.getAttribute("aria-controls")).classList.toggle("vf-open", open);
    } else if (pressed.matches("[data-opens]")) {
      document.getElementById(pressed.dataset.opens).showModal();
    } else if (pressed.matches("[data-closes]")) {
      pressed.closest("dialog").close();
    }
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-slash]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
    const chart = event.target.closest("[data-roving]");
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (chart && way) {
      const stops = [...chart.querySelectorAll("[tabindex]")];
      const next = stops[stops.indexOf(event.target) + way];
      if (next) { event.preventDefault(); event.target.tabIndex = -1; next.tabIndex = 0; next.focus(); }
    }
  });

  document.addEventListener("change", (event) => { if (event.target.matches('input[form="bulk"]')) count(); });
  document.addEventListener("reset", () => setTimeout(count));
  document.addEventListener("htmx:afterSettle", count);

  // A refusal (4xx) is a sentence to be read: let htmx put it where the server says.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const status = event.detail.xhr.status;
    if (status >= 400 && status < 500) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  const lost = () => {
    const place = document.getElementById("messages");
    if (!place) return;
    const note = document.createElement("div");
    note.className = "alert vf-message vf-message-error";
    note.setAttribute("role", "alert");
    note.textContent = place.dataset.lost;
    place.replaceChildren(note);
  };
  document.addEventListener("htmx:sendError", lost);
  document.addEventListener("htmx:responseError", lost);
})();
