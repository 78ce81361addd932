// Rules that any page has to keep for people who cannot see it, or use no mouse; gives what is
// broken, one sentence each. Run as the body of a function.
const faults = [];
const all = (selector) => [...document.querySelectorAll(selector)];
const shown = (element) => element.checkVisibility({ visibilityProperty: true });
const brief = (element) => element.outerHTML.slice(0, 120);

// The text that names an element, as far as these pages use the ways there are.
function nameOf(element) {
  const referred = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
  const texts = [
    element.getAttribute("aria-label"),
    ...referred.map((id) => document.getElementById(id)?.textContent),
    ...[...(element.labels ?? [])].map((label) => label.textContent),
    element.alt,
    element.title,
  ];
  if (element.matches("a, button, summary")) {
    texts.push(element.textContent, ...[...element.querySelectorAll("img")].map((image) => image.alt));
  }
  return texts.filter(Boolean).join(" ").trim();
}

if (!document.documentElement.lang) faults.push("the page does not say its language");
if (!document.title.trim()) faults.push("the page has no title");
const headings = all("h1").filter(shown);
if (headings.length !== 1) faults.push(`there are ${headings.length} main headings`);
const mains = all("main").filter(shown);
if (mains.length !== 1) faults.push(`there are ${mains.length} main elements`);
const viewport = document.querySelector("meta[name=viewport]")?.content ?? "";
if (!viewport.includes("width=device-width")) faults.push("the page is not made for telephones");
if (/user-scalable\s*=\s*(no|0)|maximum-scale/.test(viewport)) faults.push("the page forbids zooming");

let level = 0;
for (const heading of all("h1, h2, h3, h4, h5, h6").filter(shown)) {
  const own = Number(heading.tagName[1]);
  if (own > level + 1) faults.push(`a heading leaves out a level: ${brief(heading)}`);
  level = own;
}
for (const element of all("input:not([type=hidden]), select, textarea, a[href], button, summary, iframe")) {
  if (shown(element) && !nameOf(element)) faults.push(`nothing names ${brief(element)}`);
}
for (const image of all("img")) {
  if (!image.hasAttribute("alt")) faults.push(`no text for ${brief(image)}`);
}
for (const table of all("table").filter(shown)) {
  if (!table.querySelector("th")) faults.push(`a table without headings: ${brief(table)}`);
}
const ids = all("[id]").map((element) => element.id);
for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) {
  faults.push(`the id ${id} is there twice`);
}
for (const attribute of ["for", "aria-labelledby", "aria-describedby", "aria-controls"]) {
  for (const element of all(`[${attribute}]`)) {
    for (const id of element.getAttribute(attribute).split(/\s+/).filter(Boolean)) {
      if (!document.getElementById(id)) faults.push(`${attribute} names nothing: ${brief(element)}`);
    }
  }
}
for (const element of all("[tabindex]")) {
  if (element.tabIndex > 0) faults.push(`an order of its own for Tab: ${brief(element)}`);
}
return faults;
