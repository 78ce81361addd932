// Which elements make the page wider than its window; nothing if it fits. Run as the body of a
// function.
const room = document.documentElement.clientWidth;
if (document.scrollingElement.scrollWidth <= room) return [];
const scrollsItself = (element) => {
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (around !== document.documentElement && around !== document.body) {
      if (getComputedStyle(around).overflowX !== "visible") return true;
    }
  }
  return false;
};
return [...document.body.querySelectorAll("*")]
  .filter((element) => element.getBoundingClientRect().right > room + 0.5 && !scrollsItself(element))
  .map((element) => element.outerHTML.slice(0, 120));
