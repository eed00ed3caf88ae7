// ---- Numbers and equations, written as viz/words.py and viz/moments.py write them.

/** Write a number to three significant digits, an exact tie to the even digit, as Python does. */
function digits(x) {
  if (x === 0) return "0";
  if (!isFinite(x)) return x !== x ? "nan" : x > 0 ? "∞" : "−∞";
  const size = Math.abs(x);
  const sign = x < 0 ? "−" : "";
  if (size >= 999.5 && size < 1e6) return sign + fixed(size);
  const tie = /^(\d\.\d[02468])50*(e.*)$/.exec(size.toExponential(60));
  const text = tie ? tie[1] + tie[2] : size.toExponential(2);
  const plain = Number(text) >= 1e-4 && size < 1000;
  return sign + (plain ? Number(text).toPrecision(3) : text.replace("+", "").replace("-", "−"));
}

function fixed(size) {
  const low = Math.floor(size);
  return String(size - low === 0.5 ? low + (low % 2) : Math.round(size));
}

/** Write an expression with a text in the place of each argument, as fill in viz/signs.py does. */
function fill(form, texts) {
  return form.replace(/[\ue000-\uf8ff]/g, (place, at) => {
    const text = texts[place.charCodeAt(0) - 0xe000];
    const before = form.slice(0, at).trimEnd().slice(-1);
    const sign = before && "+−×/^%<≤=-*".includes(before);
    return /^[-−]/.test(text) && (sign || form.startsWith(" ^", at + 1)) ? `(${text})` : text;
  });
}

// ---- The evaluation of expression trees: primitives only; every derivative is a tree in the data. Which names may
// occur, viz/player.py has checked.

function evaluate(tree, y, args) {
  if (Array.isArray(tree)) {
    const [name, ...parts] = tree;
    return (OPS[name] || Math[name])(...parts.map((part) => evaluate(part, y, args)));
  }
  if (tree === "y") return y;
  return typeof tree === "string" ? args[tree.slice(1)] : tree;
}

// ---- The trace: values, local derivatives, and the backward pass as a list of steps.

const edges = data.args.flatMap((args, dst) => args.flatMap((src, slot) => (Array.isArray(src) ? [] : { src, dst, slot })));
const given = data.data;
const last = given.length - 1;
const isLeaf = (node) => data.kinds[node] < 0;
// A box stands for many edges, and for the nodes that they come from.
const unfold = (n) => data.folds[n] || [n];
const wired = data.drawn.flatMap(unfold);
let values = [];
let locals = [];
let steps = [];

/** Take the numbers of the trace, as Python computed them; its steps too, where they are not those of the graph. */
function restore() {
  values = [...given];
  locals = data.locals;
  walk();
  if (data.steps) steps = data.steps;
}

/** Compute everything anew from the leaves. */
function recompute() {
  const argsOf = data.args.map(() => []);
  for (const node of values.keys()) {
    if (isLeaf(node)) continue;
    argsOf[node] = data.args[node].map((arg) => (Array.isArray(arg) ? arg[0] : values[arg]));
    values[node] = evaluate(data.ops[data.kinds[node]][0], 0, argsOf[node]);
  }
  locals = edges.map(({ dst, slot }) => {
    const [, partials, selects] = data.ops[data.kinds[dst]];
    if (partials[slot] === null) return null;
    const local = evaluate(partials[slot], values[dst], argsOf[dst]);
    return selects && local === 0 ? null : local;
  });
  walk();
}

/** Walk back from the result: local × upstream = contribution; a gradient of 0 passes nothing on. */
function walk() {
  const grads = values.map(() => 0);
  grads[last] = 1;
  steps = values.map((_, node) => ({ forward: true, node }));
  steps.push({ seed: true, node: last, after: 1 });
  const into = values.map(() => []);
  edges.forEach((edge, n) => into[edge.dst].push(n));
  for (let node = last; node >= 0; node--) {
    for (const n of into[node]) {
      const { src } = edges[n];
      const upstream = grads[node];
      const contribution = locals[n] === null || upstream === 0 ? 0 : locals[n] * upstream;
      steps.push({ edge: n, node: src, upstream, contribution, after: (grads[src] += contribution) });
    }
  }
}

// ---- What there is to see at a moment, as viz/moments.py has it.

// A name may be NaN, which was read as a number.
const names = data.names.map(String);
const partial = (a, b) => `∂${names[a]}/∂${names[b]}`;
const bracketed = (local) => `[${local === null ? "—" : digits(local)}]`;
const bracket = (text) => (text[0] === "−" ? `(${text})` : text);
const arriving = (node) => edges.filter((edge, n) => edge.src === node && locals[n] !== null).length;

function forwardLine(node) {
  const value = [digits(values[node]), "v"];
  if (isLeaf(node)) return [[`${names[node]} = `], value];
  const write = (texts) => fill(data.forms[node], data.args[node].map((arg) => texts[arg]));
  return [[`${names[node]} = ${write(names)} = ${write(values.map(digits))} = `], value];
}

function chainLine({ edge, upstream, contribution }) {
  const { src, dst } = edges[edge];
  if (locals[edge] === null) return [[`${partial(last, src)}: nothing flows from ${names[dst]}`]];
  const sign = arriving(src) > 1 ? "+=" : "=";
  return [
    [`${partial(last, src)} ${sign} ${partial(dst, src)} × ${partial(last, dst)} = `],
    [`${bracketed(locals[edge])} × [${digits(upstream)}] = ${digits(contribution)}`, "g"],
  ];
}

function note(step) {
  const { node } = step;
  const local = locals[step.edge];
  if (step.forward) return [[isLeaf(node) ? "a leaf: its value is given" : "computed from its arguments", "q"]];
  if (local === null) return [["this argument only chooses, or is not chosen", "q"]];
  if (step.upstream === 0 && !isFinite(local)) return [["a gradient of 0 passes nothing on", "q"]];
  if (arriving(node) === 1) return [["[local] × [upstream]", "q"]];
  const came = (s) => s.node === node && s.edge >= 0 && locals[s.edge] !== null;
  let terms = steps.slice(0, steps.indexOf(step) + 1).filter(came).map((s) => digits(s.contribution));
  if (terms.length === 1) return [[`the first of ${arriving(node)} contributions to ${names[node]}`, "q"]];
  if (terms.length > 8) terms = [...terms.slice(0, 7), `… ${(terms.length - 7).toLocaleString("en")} more`];
  const sum = terms.map((term, i) => (i ? bracket(term) : term)).join(" + ");
  return [[`accumulates: ${sum} = `, "q"], [digits(step.after), "g"]];
}

function behind(now) {
  const total = now.reduce((sum, { contribution }) => sum + contribution, 0);
  const { node, after } = now.at(-1);
  const into = partial(last, node);
  return [[[`${into} += `], [digits(total), "g"]], [[`from nodes not drawn; ${into} is now `, "q"], [digits(after), "g"]]];
}

/** Return the lines of text beneath the stage. */
function linesOf({ now }) {
  const root = names[last];
  const [step] = now;
  if (!step) return [[[`How ${root} depends on every number`]], [["step forward to begin", "q"]]];
  if (data.granularity === "pass") {
    return step.forward
      ? [forwardLine(last), [["every value, from its arguments", "q"]]]
      : [[[`∂${root}/∂ every node`]], [["each contribution is [local] × [upstream]", "q"]]];
  }
  if (step.seed) return [[[`${partial(last, last)} = `], [digits(step.after), "g"]], [["the backward pass starts here", "q"]]];
  if (!step.forward && !wired.includes(step.edge)) return behind(now);
  let found = now.map((step) => (step.forward ? forwardLine(step.node) : chainLine(step)));
  if (found.length > 6) found = [...found.slice(0, 5), [[`… ${found.length - 5} more`, "q"]]];
  if (now.length === 1) return [...found, note(step)];
  if (!step.forward) return found;
  return [found.flatMap((line, i) => (i ? [[", "], ...line] : line)), [["leaves: their values are given", "q"]]];
}

/** Return what happens in the last of so many moments. */
function moment(k) {
  const group = k ? data.groups[k - 1] : [];
  const now = group.map((n) => steps[n]);
  return { k, now, phase: k ? (now[0].forward ? "Forward" : "Backward") : "Start" };
}

/** Collect what is known by then, and which edges, nodes and numbers stand out. */
function stateOf({ k, now, phase }) {
  const state = { values: {}, grads: {}, locals: new Set(), edges: new Set(), nodes: new Set(), marks: new Set() };
  for (const n of data.groups.slice(0, k).flat()) {
    const step = steps[n];
    if (step.forward) state.values[step.node] = values[step.node];
    else state.grads[step.node] = step.after;
    state.locals.add(step.edge);
  }
  if (!now.length || data.granularity === "pass") return state;
  state.kind = phase === "Forward" ? "fwd" : "bwd";
  for (const { node, edge } of now) {
    state.nodes.add(node);
    state.marks.add(node);
    if (!wired.includes(edge)) continue;
    state.edges.add(edge);
    state.marks.add(edges[edge].dst);
    state.badge = badgeOf(now);
  }
  if (now[0].forward) edges.forEach(({ dst }, n) => state.nodes.has(dst) && state.edges.add(n));
  return state;
}

function badgeOf([{ edge, upstream, contribution }, ...others]) {
  const { dst } = edges[edge];
  if (others.length) return [dst, `[local] × [${digits(upstream)}]`, "to each argument"];
  if (locals[edge] === null) return [dst, "nothing flows", "along this edge"];
  return [dst, `${bracketed(locals[edge])} × [${digits(upstream)}]`, `= ${digits(contribution)}`];
}

// ---- The stage.

const svg = adopt();
const stageOf = svg.querySelector("g");
const [, , width, tall] = svg.getAttribute("viewBox").split(" ").map(Number);
svg.removeAttribute("height");
const style = `max-width:${width}px;min-width:${0.85 * width}px`;
set(svg, { viewBox: `0 ${data.head} ${width} ${tall - data.head}`, width: "100%", role: "group", style });
svg.querySelector(".key").remove();
const hidden = svg.querySelector(".more");
hidden?.remove();
const marksOf = [...stageOf.querySelectorAll(".node")].map((group, i) => {
  const [shape, value, grad, sign] = [".shape:last-of-type", ".value", ".grad", ".name"].map((kind) => group.querySelector(kind));
  const node = data.nodes[i];
  const ids = node < 0 ? unfold(node).map((n) => edges[n].src) : [node];
  return { group, node, ids, shape, value, grad, sign, text: sign.textContent };
});
const wires = [...stageOf.querySelectorAll(".edge")];
const badge = make("g", { class: "badge", "aria-hidden": true });
stageOf.append(badge);
// The node that it stands under, and those that are hovered over.
let badged = [];
let hovered = [];

/** Write a number, with a mark behind it where it stands out; all its digits are at hand for scripts. */
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
  const shown = marksOf.find((mark) => mark.node === node);
  if (!shown) return;
  const spot = shown.shape.getBBox();
  const x = spot.x + spot.width / 2;
  const y = spot.y + spot.height + 9;
  const texts = lines.map((line, i) => make("text", { x, y: y + 18 + 17 * i }, line));
  const back = make("rect", { y, height: 44, rx: 8 });
  badge.append(back, ...texts);
  const wide = Math.max(...texts.map((text) => text.getComputedTextLength())) + 18;
  set(back, { x: x - wide / 2, width: wide });
}

function draw(m) {
  const state = stateOf(m);
  set(svg, { class: `gg ${state.kind || ""}`.trim() });
  for (const mark of marksOf) {
    const { group, ids, shape, value, grad, sign, text } = mark;
    const on = ids.filter((id) => state.nodes.has(id));
    const node = on.length === 1 ? on[0] : mark.node;
    const marked = state.marks.has(node);
    group.classList.toggle("on", on.length);
    sign.textContent = data.members[node] || text;
    put(value, state.values[node], marked && m.now[0].forward);
    put(grad, state.grads[node], marked && !m.now[0].forward);
    if (value.matches("[role]")) {
      const now = isFinite(values[node]) ? values[node] : 0;
      const tabindex = value.textContent ? 0 : -1;
      set(value, { tabindex, "aria-valuenow": now, "aria-valuetext": digits(values[node]) });
    }
    const told = (kind, { textContent }) => textContent && `, ${kind} ${textContent}`;
    set(shape, { "aria-label": (names[node] || text) + told("value", value) + told("gradient", grad) });
  }
  wires.forEach((wire, i) => {
    const all = unfold(data.drawn[i]);
    const on = all.filter((n) => state.edges.has(n));
    const told = (all.length > 1 ? on : all).filter((n) => state.locals.has(n));
    const flows = all.some((n) => locals[n] !== null);
    wire.classList.toggle("on", on.length);
    wire.classList.toggle("back", flows && all.every((n) => state.locals.has(n)));
    wire.firstChild.classList.toggle("idle", !flows);
    wire.lastChild.textContent = told.length === 1 ? bracketed(locals[told[0]]) : "";
  });
  marksOf[0].group.before(...stageOf.querySelectorAll(".edge.on"));
  drawBadge(state.badge || []);
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
};
const icon = (name) => make("svg", { viewBox: "0 0 18 18", "aria-hidden": true }, make("path", { d: icons[name] }));
const button = (name, label, act) => {
  const made = make("button", { type: "button", "aria-label": label, title: label }, icon(name));
  on(made, "click", act);
  return made;
};
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
const head = make("div", { class: "gg-head" }, phase, place, more, reset, key);
const stage = make("div", { class: "gg-stage", tabindex: 0, role: "group", "aria-label": `graph of ${names[last]}` }, svg);
const bar = make("div", { class: "gg-bar", "aria-live": "polite" });
const play = button("play", "play", () => run(!timer));
const scrubber = make("input", { type: "range", min: 0, max: count, step: 1, "aria-label": "step" });
const foot = make(
  "div", { class: "gg-foot" },
  button("first", "first step", () => go(0)),
  button("back", "step back", () => go(at - 1)),
  play,
  button("next", "step forward", () => go(at + 1)),
  button("end", "last step", () => go(count)),
  scrubber,
);

function render() {
  const m = moment(at);
  draw(m);
  phase.textContent = m.phase;
  place.textContent = `step ${at} of ${count}`;
  box.classList.toggle("gg-back", m.phase === "Backward");
  scrubber.value = at;
  set(scrubber, { "aria-valuetext": `${m.phase}, ${place.textContent}` });
  tell(data.said ? data.said[at] : linesOf(m));
  reveal();
}

function tell(lines) {
  bar.replaceChildren(...lines.map((line) => make("div", {}, ...line.map(([text, kind]) => (kind ? span(kind, text) : text)))));
}

/** Scroll the stage, where it is larger than its room, to what happens: a node with the badge, or at least the node. */
function reveal() {
  const active = stageOf.querySelector(".node.on");
  if (!active) return;
  const [room, node, ...more] = [stage, active, ...badge.children].map((e) => e.getBoundingClientRect());
  for (const [start, end, scroll] of [["left", "right", "scrollLeft"], ["top", "bottom", "scrollTop"]]) {
    let low = Math.min(...[node, ...more].map((spot) => spot[start]));
    let high = Math.max(...[node, ...more].map((spot) => spot[end]));
    if (high - low > room[end] - room[start] - 40) [low, high] = [node[start], node[end]];
    if (low < room[start] + 20 || high > room[end] - 20) stage[scroll] += (low + high - room[start] - room[end]) / 2;
  }
}

function go(k) {
  run(false);
  at = Math.min(Math.max(k, 0), count);
  render();
}

/** Play, from the start if it is at its end, or stop. */
function run(playing) {
  clearInterval(timer);
  timer = playing && setInterval(() => {
    at += 1;
    render();
    if (at === count) run(false);
  }, 1100);
  if (playing && at === count) at = 0;
  if (playing) render();
  live(!playing);
  const title = playing ? "pause" : "play";
  play.replaceChildren(icon(title));
  set(play, { "aria-label": title, title });
}

/** Have the equations read out, or not while they change fast. */
function live(polite) {
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

// ---- Nodes: hovering shows what they depend on and what depends on them; a click goes to their gradient.

function related(ids) {
  const before = new Set(ids);
  for (const { src, dst } of edges.toReversed()) if (before.has(dst)) before.add(src);
  const after = new Set(ids);
  for (const { src, dst } of edges) if (after.has(src)) after.add(dst);
  return [before, after];
}

/** Let fade what nodes neither depend on nor have an influence on; nothing without nodes. */
function hover(ids) {
  hovered = ids;
  const near = related(ids);
  const fade = (element, ...ends) => {
    const far = ids.length && !near.some((found) => ends.every((end) => end.some((id) => found.has(id))));
    element.classList.toggle("far", far);
  };
  for (const mark of marksOf) fade(mark.group, mark.ids);
  wires.forEach((wire, i) => {
    const all = unfold(data.drawn[i]).map((n) => edges[n]);
    fade(wire, all.map((edge) => edge.src), [all[0].dst]);
  });
  fade(badge, badged);
}

/** Return the moment that completes the gradient of a node. */
function completes(ids) {
  return data.groups.findLastIndex((group) => group.some((n) => ids.includes(steps[n].node))) + 1;
}

for (const { group, ids, shape } of marksOf) {
  set(shape, { role: "button", tabindex: 0 });
  on(group, "pointerenter", () => hover(ids));
  on(group, "pointerleave", () => hover([]));
  on(group, "click", () => go(completes(ids)));
  on(shape, "focus", () => hover(ids));
  on(shape, "blur", () => hover([]));
  on(shape, "keydown", (event) => {
    if (!["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    go(completes(ids));
  });
}

// ---- Leaves: dragged, typed, or changed by keys; everything is then computed anew.

function change(node, x) {
  values[node] = x;
  recompute();
  reset.hidden = false;
  render();
}

function edit(node, text) {
  const field = make("input", { type: "text", inputmode: "decimal", "aria-label": `value of ${names[node]}` });
  const [spot, room] = [text, stage].map((e) => e.getBoundingClientRect());
  field.value = String(values[node]);
  field.style.left = `${spot.left - room.left + stage.scrollLeft - 3}px`;
  field.style.top = `${spot.top - room.top + stage.scrollTop - 3}px`;
  stage.append(field);
  field.select();
  let over = false;
  const close = (x) => {
    if (over) return;
    over = true;
    field.remove();
    if (x !== null && !Object.is(x, values[node])) change(node, x);
    else render();
    text.focus();
  };
  on(field, "keydown", (event) => {
    if (event.key === "Escape") close(null);
    if (event.key !== "Enter") return;
    const x = read(field.value);
    if (x !== null) close(x);
    else {
      set(field, { "aria-invalid": "true" });
      tell([[[`${names[node]}: expected a number, such as −0.5`]], [["Escape leaves it as it was", "q"]]]);
    }
  });
  on(field, "blur", () => close(read(field.value)));
}

/** Read a number as people write it; null if it is none. */
function read(text) {
  const plain = text.trim().replace(/[−–]/g, "-").replace(/^([+-]?)(inf(inity)?|∞)$/i, "$1Infinity");
  const x = Number(plain);
  return plain === "" || (x !== x && !/^nan$/i.test(plain)) ? null : x;
}

/** Move a leaf by a number of small steps, to a round number of them. */
function nudge(node, from, by) {
  const usual = (isFinite(given[node]) && Math.abs(given[node])) || 0.1;
  const size = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(from), usual))) - 1);
  return Number((Math.round(from / size + by) * size).toPrecision(12));
}

function editable(node, text) {
  text.parentNode.classList.add("leaf");
  set(text, { role: "spinbutton", "aria-label": `value of ${names[node]}` });
  let from = null;
  on(text, "pointerdown", (event) => {
    if (event.button) return;
    live(false);
    from = { x: event.clientX, value: values[node], moved: false };
    text.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  on(text, "pointermove", (event) => {
    if (!from) return;
    const by = Math.round((event.clientX - from.x) / 4);
    from.moved ||= by !== 0;
    if (from.moved && isFinite(from.value)) change(node, nudge(node, from.value, by));
  });
  on(text, "pointerup", () => {
    if (from && !from.moved) edit(node, text);
  });
  on(text, "lostpointercapture", () => {
    from = null;
    live(true);
  });
  on(text, "click", (event) => event.stopPropagation());
  on(text, "keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (event.key === "Enter") edit(node, text);
    else if (by && isFinite(values[node])) change(node, nudge(node, values[node], by));
    else return;
    event.preventDefault();
  });
}

restore();
box.style.setProperty("--lines", data.lines);
root.style.minHeight = 0;
if (data.locked) foot.before(make("div", { class: "gg-bar gg-q" }, data.locked));
else for (const { node, value } of marksOf) if (isLeaf(node)) editable(node, value);
for (const text of svg.querySelectorAll("text:not([role])")) set(text, { "aria-hidden": true });
render();
