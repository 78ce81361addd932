// Keeps the page as the sandbox is: every event of the control API loads it again in the
// background. What a person is doing (a field being filled in, an open detail, the focus, the
// place on the page) stays as it is.
"use strict";

const ADDRESS = "/_sandbox/events";
const EVENTS = ["payment", "callback", "clock"];
const PAUSE_MILLISECONDS = 400;
const REGIONS = ["clock", "main"];

let waiting = null;
let loading = false;
let again = false;

function isBusy() {
  const main = document.getElementById("main");
  const active = document.activeElement;
  if (active && main.contains(active) && active.matches("input, select, textarea")) return true;
  return Array.from(main.querySelectorAll("input, select, textarea")).some((field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") {
      const options = Array.from(field.options);
      const first = Math.max(options.findIndex((option) => option.defaultSelected), 0);
      return field.selectedIndex !== first;
    }
    return field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

function replace(region, fresh) {
  if (region.innerHTML === fresh.innerHTML) return;
  const open = Array.from(region.querySelectorAll("details[open][id]"), (detail) => detail.id);
  const closed = Array.from(region.querySelectorAll("details:not([open])[id]"), (detail) => detail.id);
  const focusable = "a, button, summary, [tabindex]";
  const focused = Array.from(region.querySelectorAll(focusable)).indexOf(document.activeElement);
  region.replaceChildren(...fresh.childNodes);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const id of closed) document.getElementById(id)?.removeAttribute("open");
  if (focused >= 0) region.querySelectorAll(focusable)[focused]?.focus({ preventScroll: true });
}

async function refresh() {
  waiting = null;
  if (loading) {
    again = true;
    return;
  }
  loading = true;
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const id of REGIONS) {
        const [region, fresh] = [document.getElementById(id), page.getElementById(id)];
        if (region && fresh && !(id === "main" && isBusy())) replace(region, fresh);
      }
    }
  } catch {
    // The sandbox is away; the stream of events tells when it is back.
  } finally {
    loading = false;
    if (again) {
      again = false;
      soon();
    }
  }
}

function soon() {
  if (waiting === null) waiting = setTimeout(refresh, PAUSE_MILLISECONDS);
}

if (document.documentElement.dataset.live === "yes" && "EventSource" in window) {
  const events = new EventSource(ADDRESS);
  for (const kind of EVENTS) events.addEventListener(kind, soon);
}

// On a phone the navigation is wider than the screen.
document.querySelector(".nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
