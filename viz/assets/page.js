// Shared by every piece of a page: find the piece of this script, read its data, replace the picture by elements.
// In a shadow root no script is the current one: the piece is the first of the page that has not started.
const script = document.currentScript;
const roots = (root) => [root, ...[...root.querySelectorAll("*")].flatMap((e) => (e.shadowRoot ? roots(e.shadowRoot) : []))];
const waiting = (root) => [...root.querySelectorAll(".gg-piece:not(.gg-live)")];
const piece = script ? script.closest(".gg-piece") || waiting(script.parentNode).pop() : roots(document).flatMap(waiting)[0];
// Numbers that JSON lacks are written as texts.
const parseNumber = (key, x) => (typeof x === "string" && /^(NaN|-?Infinity)$/.test(x) ? Number(x) : x);
const data = JSON.parse(piece.querySelector("script[type='application/json']").textContent, parseNumber);
const image = piece.querySelector("img");

/** Create an element of SVG or HTML, by its tag; a child is an element or a text. */
function make(tag, attributes = {}, ...children) {
  const svg = /^(svg|g|rect|path|text|title)$/.test(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  set(element, attributes);
  element.append(...children);
  return element;
}

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
}

function on(element, event, act) {
  element.addEventListener(event, act);
}

/** Return how many pixels of the screen a pixel of the stage is, where a host scales or zooms the page. */
function scaleOf(stage) {
  return stage.getBoundingClientRect().width / stage.offsetWidth || 1;
}

/** Call a function when an element appears, as in a tab or slide that was hidden at first. */
function onShown(element, act) {
  let shown = element.clientWidth;
  new ResizeObserver(() => {
    const hidden = !shown;
    shown = element.clientWidth;
    if (hidden && shown) act();
  }).observe(element);
}

/** Leave one Tab stop to elements, from which the arrow keys up and down lead to the others. */
function rove(elements) {
  elements.forEach((element, i) => {
    set(element, { role: "button", tabindex: i ? -1 : 0, "aria-keyshortcuts": "ArrowUp ArrowDown" });
    on(element, "focus", () => elements.forEach((other) => set(other, { tabindex: other === element ? 0 : -1 })));
    on(element, "keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      elements[i + by]?.focus();
    });
  });
}

/** Return the picture of the <img> as an element, without the style that it has as a file. */
function adopt(text = (/;base64/.test(image.src) ? atob : decodeURIComponent)(image.src.slice(image.src.indexOf(",") + 1))) {
  const svg = document.adoptNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
  svg.querySelector("style").remove();
  return svg;
}

/** Show elements in place of the picture. */
function show(...elements) {
  const box = make("div", { class: "gg-box" }, ...elements);
  piece.classList.add("gg-live");
  image.replaceWith(box);
  return box;
}
