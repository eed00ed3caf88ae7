// A look around a large graph: zoom, pan, an overview and search by name. player.js precedes this file.

// ---- Zoom: at 1, a pixel of the picture is a pixel of the page.

const MOST = 4;
const tall = height - data.head;
const zoomNow = () => svg.getBoundingClientRect().width / scaleOf(stage) / width;

/** Return the zoom at which all of the picture is seen. */
function fitting() {
  const room = parseFloat(getComputedStyle(stage).maxHeight) || tall;
  return Math.min(1, stage.clientWidth / width, room / tall);
}

/** Zoom, and leave a point of the window, by default the middle of the stage, where it is. */
function zoomTo(zoom, x, y) {
  const room = stage.getBoundingClientRect();
  const before = svg.getBoundingClientRect();
  x ??= (room.left + room.right) / 2;
  y ??= (room.top + room.bottom) / 2;
  stage.style.height = `${stage.offsetHeight}px`;
  svg.style.minWidth = svg.style.maxWidth = `${Math.min(MOST, Math.max(zoom, Math.min(0.5, fitting()))) * width}px`;
  const after = svg.getBoundingClientRect();
  const scale = scaleOf(stage);
  stage.scrollLeft += (after.left + ((x - before.left) / before.width) * after.width - x) / scale;
  stage.scrollTop += (after.top + ((y - before.top) / before.height) * after.height - y) / scale;
  survey();
}

const zoomBy = (factor) => zoomTo(zoomNow() * factor);
const zoomOut = () => zoomBy(0.8);
const zoomIn = () => zoomBy(1.25);
const fit = () => zoomTo(fitting());
Object.assign(KEYS, { "+": zoomIn, "=": zoomIn, "-": zoomOut, "0": fit });

const still = { passive: false };
stage.addEventListener("wheel", (event) => {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  zoomTo(zoomNow() * 2 ** (event.deltaY * (event.deltaMode ? -0.1 : -0.005)), event.clientX, event.clientY);
}, still);

let pinch = null;
stage.addEventListener("touchmove", (event) => {
  const [a, b] = event.touches;
  if (!b) return;
  event.preventDefault();
  const apart = Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  pinch ??= zoomNow() / apart;
  zoomTo(pinch * apart, (a.clientX + b.clientX) / 2, (a.clientY + b.clientY) / 2);
}, still);
on(stage, "touchend", () => (pinch = null));

// ---- Pan: the mouse drags the picture, and touch scrolls it.

let grip = null;
on(svg, "pointerdown", (event) => {
  if (event.button || event.pointerType !== "mouse" || event.target.closest(".node")) return;
  grip = [event.clientX + stage.scrollLeft * scaleOf(stage), event.clientY + stage.scrollTop * scaleOf(stage)];
  svg.setPointerCapture(event.pointerId);
});
on(svg, "pointermove", (event) => {
  if (!grip) return;
  stage.scrollLeft = (grip[0] - event.clientX) / scaleOf(stage);
  stage.scrollTop = (grip[1] - event.clientY) / scaleOf(stage);
});
on(svg, "lostpointercapture", () => (grip = null));

// ---- The overview, which is seen while the picture is larger than the stage.

const size = Math.min(180 / width, 36 / tall);
const seen = make("rect", { class: "gg-seen" });
const shift = drawing.transform.baseVal[0].matrix;
const dots = glyphs.map(({ shape }) => {
  const [x, y, across, down] = ["x", "y", "width", "height"].map((name) => Number(shape.getAttribute(name)));
  return make("rect", { x: x + shift.e, y: y + shift.f - data.head, width: across, height: down });
});
const map = make("svg", { class: "gg-map", viewBox: `0 0 ${width} ${tall}`, "aria-hidden": true }, ...dots, seen);
map.style.width = `${size * width}px`;
map.style.height = `${size * tall}px`;

function survey() {
  const larger = stage.scrollWidth > stage.clientWidth + 1 || stage.scrollHeight > stage.clientHeight + 1;
  map.style.visibility = larger ? "visible" : "hidden";
  const [room, picture] = [stage, svg].map((e) => e.getBoundingClientRect());
  const scale = picture.width / width || 1;
  const at = { x: (room.left - picture.left) / scale, y: (room.top - picture.top) / scale };
  set(seen, { ...at, width: room.width / scale, height: room.height / scale });
}

function moveTo(event) {
  const room = map.getBoundingClientRect();
  stage.scrollLeft = ((event.clientX - room.left) / room.width) * stage.scrollWidth - stage.clientWidth / 2;
  stage.scrollTop = ((event.clientY - room.top) / room.height) * stage.scrollHeight - stage.clientHeight / 2;
}

on(map, "pointerdown", (event) => {
  map.setPointerCapture(event.pointerId);
  moveTo(event);
});
on(map, "pointermove", (event) => event.buttons && moveTo(event));
on(stage, "scroll", survey);
new ResizeObserver(survey).observe(stage);

// ---- Search: what is typed finds nodes; Enter shows the next one, and Escape ends it.

const field = make("input", { type: "search", class: "gg-find", placeholder: "find a name", "aria-label": "find a node by its name" });
const tally = make("span", { class: "gg-q", role: "status" });
const plain = (text) => text.toLowerCase().replace(/[₀-₉]/g, (c) => c.charCodeAt(0) - 0x2080);
let turn = 0;

function search() {
  const word = plain(field.value.trim());
  const called = (test) => glyphs.filter(({ ids }) => word && ids.some((id) => test(plain(names[id]))));
  const found = [...new Set([...called((name) => name === word), ...called((name) => name.includes(word))])];
  const hit = found[turn % found.length];
  for (const glyph of glyphs) glyph.group.classList.toggle("found", glyph === hit);
  tally.textContent = word && (hit ? `${(turn % found.length) + 1} of ${found.length}` : "none");
  if (!hit) return;
  const [room, spot] = [stage, hit.shape].map((e) => e.getBoundingClientRect());
  const scale = scaleOf(stage);
  stage.scrollLeft += (spot.left + spot.right - room.left - room.right) / 2 / scale;
  stage.scrollTop += (spot.top + spot.bottom - room.top - room.bottom) / 2 / scale;
}

on(field, "input", () => {
  turn = 0;
  search();
});
on(field, "keydown", ({ key }) => {
  if (key === "Escape") field.value = "";
  turn = key === "Enter" ? turn + 1 : 0;
  if (key === "Enter" || key === "Escape") search();
});

// ---- The start.

Object.assign(icons, { out: "M4 9h10", in: "M4 9h10M9 4v10", fit: "M3 7V3h4M11 3h4v4M15 11v4h-4M7 15H3v-4" });
const zooms = [button("out", "zoom out", zoomOut), button("in", "zoom in", zoomIn), button("fit", "see the whole graph", fit)];
foot.append(tools("look around", ...zooms, field, tally, map));
survey();
