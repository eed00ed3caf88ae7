// The stage and its controls. evaluate.js, keyframes.js and leaves.js precede this file.

// ---- The stage.

const svg = adopt();
const drawing = svg.querySelector("g");
const [, , width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
svg.removeAttribute("height");
const style = `max-width:${width}px;min-width:${0.85 * width}px`;
set(svg, { viewBox: `0 ${data.head} ${width} ${height - data.head}`, width: "100%", role: "group", style });
svg.querySelector(".key").remove();
const [heading, hidden] = [":scope > .name", ".more"].map((kind) => svg.querySelector(kind));
heading?.remove();
hidden?.remove();
const glyphs = [...drawing.querySelectorAll(".node")].map((group, i) => {
  const [shape, value, grad, sign] = [".shape:last-of-type", ".value", ".grad", ".name"].map((kind) => group.querySelector(kind));
  const node = data.nodes[i];
  const ids = node < 0 ? unfold(node).map((n) => edges[n].src) : [node];
  const tip = group.querySelector("title") || make("title");
  group.prepend(tip);
  return { group, node, ids, shape, value, grad, sign, tip, about: tip.textContent, text: sign.textContent };
});
const wires = [...drawing.querySelectorAll(".edge")];
const badge = make("g", { class: "badge", "aria-hidden": true });
drawing.append(badge);
// The node of the badge, and the nodes that the pointer is on.
let badged = [];
let hovered = [];

/** Show a number, with a mark behind it if it is highlighted; scripts can read all its digits. */
function put(text, x, marked) {
  text.textContent = x === undefined ? "" : digits(x);
  text.dataset.exact = x;
  if (text.previousSibling.matches(".mark")) text.previousSibling.remove();
  if (!marked || !text.textContent) return;
  const at = { x: text.getAttribute("x") - 5, y: text.getAttribute("y") - 16 };
  text.before(make("rect", { class: "mark", ...at, width: text.getComputedTextLength() + 10, height: 21, rx: 6 }));
}

function drawBadge([node, ...lines]) {
  badge.replaceChildren();
  badged = [node];
  const glyph = glyphs.find((glyph) => glyph.node === node);
  if (!glyph) return;
  const [left, top, across, down] = ["x", "y", "width", "height"].map((name) => Number(glyph.shape.getAttribute(name)));
  const x = left + across / 2;
  const y = top + down + 9;
  const texts = lines.map((line, i) => make("text", { x, y: y + 18 + 17 * i }, line));
  const back = make("rect", { y, height: 44, rx: 8 });
  badge.append(back, ...texts);
  const width = Math.max(...texts.map((text) => text.getComputedTextLength())) + 18;
  set(back, { x: x - width / 2, width });
}

function draw(now) {
  const frame = frameOf(now);
  set(svg, { class: `gg ${frame.phase || ""}`.trim() });
  for (const glyph of glyphs) {
    const { group, ids, shape, value, grad, sign, text, tip, about } = glyph;
    const active = ids.filter((id) => frame.nodes.has(id));
    const node = active.length === 1 ? active[0] : glyph.node;
    const marked = frame.marks.has(node);
    group.classList.toggle("on", active.length);
    sign.textContent = data.members[node] || text;
    put(value, frame.values[node], marked && now.now[0].forward);
    put(grad, frame.grads[node], marked && !now.now[0].forward);
    if (value.matches("[role]")) {
      const finite = isFinite(values[node]) ? values[node] : 0;
      const tabindex = value.textContent && shape.tabIndex === 0 ? 0 : -1;
      set(value, { tabindex, "aria-valuenow": finite, "aria-valuetext": digits(values[node]) });
    }
    const exact = (kind, x) => (x === undefined ? [] : `${kind} ${x}`);
    tip.textContent = [about, exact("value", frame.values[node]), exact("gradient", frame.grads[node])].flat().filter(Boolean).join("\n");
    const label = (kind, { textContent }) => textContent && `, ${kind} ${textContent}`;
    set(shape, { "aria-label": (names[node] || text) + label("value", value) + label("gradient", grad) });
  }
  wires.forEach((wire, i) => {
    const all = unfold(data.wires[i]);
    const active = all.filter((n) => frame.edges.has(n));
    const known = (all.length > 1 ? active : all).filter((n) => frame.known.has(n));
    const flows = all.some((n) => locals[n] !== null);
    wire.classList.toggle("on", active.length);
    wire.classList.toggle("back", flows && all.every((n) => frame.known.has(n)));
    wire.firstChild.classList.toggle("idle", !flows);
    wire.lastChild.textContent = known.length === 1 ? bracketLocal(locals[known[0]]) : "";
  });
  glyphs[0].group.before(...drawing.querySelectorAll(".edge.on"));
  drawBadge(frame.badge || []);
  hover(hovered);
}

// ---- The controls.

const icons = {
  first: "M4 4v10M14 4 9 9l5 5-5-5z",
  back: "M11 4 6 9l5 5-5-5z",
  play: "M5.5 4v10L14 9z",
  pause: "M5 4h1.5v10H5zM11.5 4H13v10h-1.5z",
  next: "M7 4l5 5-5 5 5-5z",
  end: "M14 4v10M4 4l5 5-5 5 5-5z",
  link: "M7 11l4-4M8 5.5l1-1a3 3 0 0 1 4.5 4.5l-1 1M10 12.5l-1 1a3 3 0 0 1-4.5-4.5l1-1",
  save: "M9 3v8M5.5 7.5 9 11l3.5-3.5M3 15h12",
};
const icon = (name) => make("svg", { viewBox: "0 0 18 18", "aria-hidden": true }, make("path", { d: icons[name] }));
const button = (name, label, act) => {
  const element = make("button", { type: "button", "aria-label": label, title: label }, icon(name));
  on(element, "click", act);
  return element;
};
const tools = (name, ...controls) => make("div", { class: "gg-tools", role: "group", "aria-label": name }, ...controls);
const count = data.groups.length;
let at = count;
let timer = 0;

const span = (kind, text) => make("span", { class: `gg-${kind}` }, text);
const phase = make("strong");
const place = span("q", "");
const reset = make("button", { type: "button", class: "gg-reset" }, "reset leaves");
reset.hidden = true;
const key = make("span", { class: "gg-key gg-q" }, span("v", "value"), " above the wire · ", span("g", "gradient"), " below");
const more = hidden ? span("q", hidden.textContent) : "";
const title = heading ? make("div", { class: "gg-title" }, heading.textContent) : "";
const head = make("div", { class: "gg-head" }, title, phase, place, more, reset, key);
const stage = make("div", { class: "gg-stage", tabindex: -1, role: "group", "aria-label": `graph of ${names[root]}` }, svg);
const bar = make("div", { class: "gg-bar", "aria-live": "polite" });
const play = button("play", "play", () => run(!timer));
const scrubber = make("input", { type: "range", min: 0, max: count, step: 1, "aria-label": "step" });
const foot = make(
  "div", { class: "gg-foot", role: "group", "aria-label": "steps" },
  button("first", "first step", () => go(0)),
  button("back", "step back", () => go(at - 1)),
  play,
  button("next", "step forward", () => go(at + 1)),
  button("end", "last step", () => go(count)),
  scrubber,
);

function render() {
  const now = keyframe(at);
  draw(now);
  phase.textContent = now.phase;
  place.textContent = `step ${at} of ${count}`;
  box.classList.toggle("gg-back", now.phase === "Backward");
  scrubber.value = at;
  set(scrubber, { "aria-valuetext": `${now.phase}, ${place.textContent}` });
  caption(data.captions ? data.captions[at] : captionOf(now));
  reveal();
}

function caption(lines) {
  bar.replaceChildren(...lines.map((line) => make("div", {}, ...line.map(([text, kind]) => (kind ? span(kind, text) : text)))));
}

/** Scroll the stage, if it is larger than its room, to the active node and its badge, or to the node. */
function reveal() {
  const active = drawing.querySelector(".node.on");
  if (!active) return;
  const [room, node, ...more] = [stage, active, ...badge.children].map((e) => e.getBoundingClientRect());
  const scale = scaleOf(stage);
  const margin = 20 * scale;
  for (const [start, end, scroll] of [["left", "right", "scrollLeft"], ["top", "bottom", "scrollTop"]]) {
    let low = Math.min(...[node, ...more].map((spot) => spot[start]));
    let high = Math.max(...[node, ...more].map((spot) => spot[end]));
    if (high - low > room[end] - room[start] - 2 * margin) [low, high] = [node[start], node[end]];
    if (low < room[start] + margin || high > room[end] - margin) stage[scroll] += (low + high - room[start] - room[end]) / 2 / scale;
  }
}

function go(k) {
  run(false);
  at = Math.min(Math.max(k, 0), count);
  render();
}

/** Play, from the start if the player is at its end, or stop. */
function run(playing) {
  clearInterval(timer);
  timer = playing && setInterval(() => {
    at += 1;
    render();
    if (at === count) run(false);
  }, 1100);
  if (playing && at === count) at = 0;
  if (playing) render();
  announce(!playing);
  const title = playing ? "pause" : "play";
  play.replaceChildren(icon(title));
  set(play, { "aria-label": title, title });
}

/** Let screen readers announce captions, or not while they change fast. */
function announce(polite) {
  set(bar, { "aria-live": polite ? "polite" : "off" });
}

on(scrubber, "input", () => go(Number(scrubber.value)));
on(reset, "click", () => {
  restore();
  reset.hidden = true;
  stage.focus();
  render();
});

const box = show(head, stage, bar, foot);
const KEYS = { ArrowLeft: () => go(at - 1), ArrowRight: () => go(at + 1), Home: () => go(0), End: () => go(count) };
on(box, "keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  event.stopPropagation();
  const typing = event.target.matches("input:not([type=range])");
  const pressing = event.key === " " && event.target.closest("button, [role=button]");
  const act = event.key === " " ? () => play.click() : KEYS[event.key];
  if (!act || typing || pressing) return;
  event.preventDefault();
  act();
});

// ---- Nodes: the pointer shows ancestors and descendants; a click goes to the last step of the gradient.

function related(ids) {
  const before = new Set(ids);
  for (const { src, dst } of edges.toReversed()) if (before.has(dst)) before.add(src);
  const after = new Set(ids);
  for (const { src, dst } of edges) if (after.has(src)) after.add(dst);
  return [before, after];
}

/** Fade all nodes that are neither ancestors nor descendants of some nodes; without nodes, fade nothing. */
function hover(ids) {
  hovered = ids;
  const near = related(ids);
  const fade = (element, ...ends) => {
    const far = ids.length && !near.some((group) => ends.every((end) => end.some((id) => group.has(id))));
    element.classList.toggle("far", far);
  };
  for (const glyph of glyphs) fade(glyph.group, glyph.ids);
  wires.forEach((wire, i) => {
    const all = unfold(data.wires[i]).map((n) => edges[n]);
    fade(wire, all.map((edge) => edge.src), [all[0].dst]);
  });
  fade(badge, badged);
}

/** Return the number of the keyframe that completes the gradient of a node. */
function completes(ids) {
  return data.groups.findLastIndex((group) => group.some((n) => ids.includes(steps[n].node))) + 1;
}

rove(glyphs.map(({ shape }) => shape));
for (const { group, ids, shape, value } of glyphs) {
  on(group, "pointerenter", () => hover(ids));
  on(group, "pointerleave", () => hover([]));
  on(group, "click", () => go(completes(ids)));
  on(shape, "focus", () => {
    hover(ids);
    for (const text of svg.querySelectorAll("[role=spinbutton]")) set(text, { tabindex: text === value && text.textContent ? 0 : -1 });
  });
  on(shape, "blur", () => hover([]));
  on(shape, "keydown", (event) => {
    if (!["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    go(completes(ids));
  });
}

// ---- A link to this step, such as #step=7, or #step=7&player=2 for the second player of a page; and its picture.

piece.classList.add("gg-player");
const ordinal = () => [...piece.getRootNode().querySelectorAll(".gg-player")].indexOf(piece) + 1;

function follow() {
  const [, step, player = 1] = /^#step=(\d+)(?:&player=(\d+))?$/.exec(location.hash) || [];
  if (step && Number(player) === ordinal() && Number(step) !== at) go(Number(step));
}

function link() {
  location.hash = `step=${at}` + (ordinal() > 1 ? `&player=${ordinal()}` : "");
  if (window === parent) navigator.clipboard?.writeText(location.href).catch(() => {});
  caption([[["The address of this page leads to this step now."]], [[location.hash, "q"]]]);
}

const PAINT = "fill stroke stroke-width stroke-opacity stroke-dasharray opacity font-family font-size font-weight font-style text-anchor".split(" ");

/** Return how an element is painted now, as a style. */
function paint(element) {
  const now = getComputedStyle(element);
  return PAINT.map((name) => `${name}:${now.getPropertyValue(name)}`).join(";");
}

/** Save the picture as a file, with the colours that it has now, above its caption. */
function save() {
  render();
  const twin = svg.cloneNode(true);
  const copies = [...twin.querySelectorAll("*")];
  [...svg.querySelectorAll("*")].forEach((from, i) => {
    for (const { name } of [...copies[i].attributes]) if (/^(role|tabindex|class|aria.*)$/.test(name)) copies[i].removeAttribute(name);
    set(copies[i], { style: paint(from) });
  });
  const style = `${paint(bar)};fill:${getComputedStyle(bar).color}`;
  const lines = [...bar.children].map((line, i) => make("text", { x: 20, y: height + 20 + 23 * i, style }, line.textContent));
  const across = Math.max(width, ...lines.map((line) => 40 + 9 * line.textContent.length));
  const down = height - data.head + 20 + 23 * lines.length;
  set(twin.querySelector("rect"), { y: data.head });
  twin.prepend(make("title", {}, `${names[root]}, ${place.textContent}`));
  twin.append(...lines);
  set(twin, { viewBox: `0 ${data.head} ${across} ${down}`, width: across, height: down, role: "img", style: "", class: "" });
  const url = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString(twin)], { type: "image/svg+xml" }));
  make("a", { href: url, download: `${names[root]}-step-${at}.svg` }).click();
  URL.revokeObjectURL(url);
}

foot.append(tools("keep this step", button("link", "link to this step", link), button("save", "save the picture of this step", save)));

// ---- The start.

restore();
box.style.setProperty("--lines", data.lines);
piece.style.minHeight = 0;
if (data.locked) foot.before(make("div", { class: "gg-bar gg-q" }, data.locked));
else for (const { node, value } of glyphs) if (isLeaf(node)) editable(node, value);
for (const text of svg.querySelectorAll("text:not([role])")) set(text, { "aria-hidden": true });
render();
onShown(stage, render);
on(window, "hashchange", follow);
follow();
