// Makes Payment Page and the emulator pages smoother: countdowns, waiting, going on by itself, and
// telling the page around the frame what happens. Everything works without it too.
(() => {
  "use strict";

  const { page, scene, frame } = document.body.dataset;
  const runs = "runs" in document.body.dataset;

  // The widget names its frame after itself: a number of its own and the origin of the shop.
  const opener =
    window.parent === window ? null : /^epframe:([0-9a-f]+):(https?:\/\/.+)$/.exec(window.name);

  function tell(message, data) {
    if (opener) {
      const [, guid, origin] = opener;
      window.parent.postMessage(JSON.stringify({ message, guid, data: data ?? {} }), origin);
    }
  }

  // What this tab remembers of a page; a browser may refuse to remember.
  function recall(key) {
    try {
      return sessionStorage.getItem(page + key);
    } catch {
      return null;
    }
  }
  function remember(key, value) {
    try {
      sessionStorage.setItem(page + key, value);
    } catch {
      // Then an event may be told once more after a reload.
    }
  }

  function tellEvents() {
    const events = JSON.parse(document.body.dataset.events ?? "[]");
    const told = Number(recall("#told"));
    for (const { message, data } of events.slice(told)) tell(message, data);
    remember("#told", events.length);
  }

  function watchSize() {
    const body = document.body;
    const report = () =>
      tell("epframe.resize", {
        width: Math.ceil(body.scrollWidth),
        height: Math.ceil(body.getBoundingClientRect().height),
      });
    new ResizeObserver(report).observe(body);
  }

  function clock(seconds) {
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    return hours > 0
      ? `${hours}:${two(minutes)}:${two(seconds % 60)}`
      : `${minutes}:${two(seconds % 60)}`;
  }

  function countDown(element) {
    const start = performance.now();
    const whole = Number(element.dataset.seconds);
    const warning = document.querySelector("[data-last-minutes]");
    const timer = setInterval(() => {
      const left = whole - Math.floor((performance.now() - start) / 1000);
      element.textContent = clock(Math.max(left, 0));
      if (warning && left <= Number(warning.dataset.lastMinutes)) {
        warning.firstElementChild.hidden = false;
      }
      if (left < 0) {
        clearInterval(timer);
        if ("reloads" in element.dataset) location.replace(page);
      }
    }, 1000);
  }

  // Asks now and then whether there is something else to show.
  function waitForNextScene(pause) {
    setTimeout(async () => {
      try {
        const answer = await fetch(`${page}/state`, { cache: "no-store" });
        if (answer.status === 404) return;
        if (answer.ok && (await answer.json()).scene !== scene) {
          location.replace(page);
          return;
        }
      } catch {
        // The sandbox may be restarting.
      }
      waitForNextScene(Math.min(pause * 1.2, 5000));
    }, pause);
  }

  function goOn(element) {
    const navigation = performance.getEntriesByType("navigation")[0];
    // Who comes back by the browser's button wants to see this page.
    if (navigation?.type === "back_forward") return;
    if (element instanceof HTMLFormElement) {
      element.submit();
      return;
    }
    switch (element.dataset.follow) {
      case "whole_page":
        tell("epframe.redirect", { url: element.href });
        break;
      case "new_tab":
        if (!recall("#opened")) {
          remember("#opened", "1");
          window.open(element.href, "_blank", "noopener");
        }
        break;
      default:
        location.assign(element.href);
    }
  }

  function pressOnce(form) {
    form.addEventListener("submit", () => {
      const buttons = form.querySelectorAll("button");
      // After the form has been read, as a disabled button would be left out.
      setTimeout(() => buttons.forEach((button) => (button.disabled = true)));
      addEventListener("pageshow", () => buttons.forEach((button) => (button.disabled = false)));
    });
  }

  function tellOnPress(button) {
    button.hidden = !opener;
    button.addEventListener("click", () => tell(button.dataset.tell));
  }

  if (runs) document.querySelectorAll(".countdown").forEach(countDown);
  document.querySelectorAll("form:not([target])").forEach(pressOnce);
  document.querySelectorAll("[data-tell]").forEach(tellOnPress);
  if (opener) watchSize();
  if (frame) {
    tell("epframe.loaded");
    tellEvents();
    if ("polls" in document.body.dataset) waitForNextScene(1000);
    if (frame === "popup") {
      addEventListener("keydown", (event) => {
        if (event.key === "Escape") tell("epframe.escape");
      });
    }
    const next = document.querySelector("[data-follow]");
    if (next) goOn(next);
  }
})();
