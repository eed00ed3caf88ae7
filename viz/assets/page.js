// What every piece of a page shares: find one's own place, read the data, take the picture over as elements.
const script = document.currentScript;
const root = script.closest(".gg-piece") || [...script.parentNode.querySelectorAll(".gg-piece:not(.gg-live)")].pop();
// Numbers that JSON lacks are written as texts.
const endless = (key, x) => (typeof x === "string" && /^(NaN|-?Infinity)$/.test(x) ? Number(x) : x);
const data = JSON.parse(root.querySelector("script[type='application/json']").textContent, endless);
const image = root.querySelector("img");

/** Make an element of HTML or, with a parent in SVG, of SVG; a child is an element or a text. */
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

/** Turn the picture of the <img> into elements, without the style that it carries as a file. */
function adopt(text = decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1))) {
  const svg = document.adoptNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement);
  svg.querySelector("style").remove();
  return svg;
}

/** Show these elements in place of the picture. */
function show(...elements) {
  const box = make("div", { class: "gg-box" }, ...elements);
  root.classList.add("gg-live");
  image.replaceWith(box);
  return box;
}
