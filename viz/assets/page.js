// Shared by every piece of a page: find the piece of this script, read its data, replace the picture by elements.
const script = document.currentScript;
const piece = script.closest(".gg-piece") || [...script.parentNode.querySelectorAll(".gg-piece:not(.gg-live)")].pop();
// Numbers that JSON lacks are written as texts.
const parseNumber = (key, x) => (typeof x === "string" && /^(NaN|-?Infinity)$/.test(x) ? Number(x) : x);
const data = JSON.parse(piece.querySelector("script[type='application/json']").textContent, parseNumber);
const image = piece.querySelector("img");

/** Create an element of SVG or HTML, by its tag; a child is an element or a text. */
function make(tag, attributes = {}, ...children) {
  const svg = /^(svg|g|rect|path|text)$/.test(tag);
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

/** Return the picture of the <img> as an element, without the style that it has as a file. */
function adopt(text = decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1))) {
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
