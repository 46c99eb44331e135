// What the pages need beyond htmx: typed confirmation, second thoughts, open details that stay open, and an honest
// word when the node no longer answers.
(() => {
  const onReady = () => {
    document.querySelectorAll("input[data-confirm]").forEach((input) => {
      const button = input.form.querySelector("button[type=submit]");
      const check = () => { button.disabled = input.value.trim() !== input.dataset.confirm; };
      input.addEventListener("input", check);
      check();
    });
  };
  const opened = new Map();
  document.addEventListener("click", (event) => {
    const sure = event.target.closest("button[data-sure]");
    if (sure && !window.confirm(sure.dataset.sure)) event.preventDefault();
    const part = event.target.closest("summary")?.parentElement;
    if (part?.id) opened.set(part.id, !part.open);
  });
  document.addEventListener("htmx:afterSwap", () => {
    opened.forEach((open, id) => { const part = document.getElementById(id); if (part) part.open = open; });
  });
  const say = (text) => { document.getElementById("connection").textContent = text; };
  document.addEventListener("htmx:sendError", () => say("This node does not answer; what you see is old."));
  document.addEventListener("htmx:responseError", () => say("This node answered with an error; what you see may be old."));
  document.addEventListener("htmx:afterOnLoad", () => say(""));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", onReady); else onReady();
})();
