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

// ---- The evaluation of expression trees: primitives only; every derivative is a tree in the data. What is not
// spelt here is Math's own, under the same name; which names may occur, viz/player.py has checked.

const OPS = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  pow: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b),
  sign: (a) => (a > 0) - (a < 0) || a * 0,
  heaviside: (a, zero) => (a === a ? (a === 0 ? zero : +(a > 0)) : a),
  maximum: (a, b) => (a >= b || a !== a ? a : b),
  minimum: (a, b) => (a <= b || a !== a ? a : b),
  clamp: (a, lo, hi) => (lo > hi ? NaN : OPS.minimum(OPS.maximum(a, lo), hi)),
  where: (c, a, b) => (c === 0 ? b : a),
  mod: (a, b) => {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
  },
  round: (a) => (Math.abs(a % 1) === 0.5 ? 2 * Math.round(a / 2) : Math.round(a)),
  lt: (a, b) => +(a < b),
  le: (a, b) => +(a <= b),
  eq: (a, b) => +(a === b),
  exp2: (a) => 2 ** a,
  norm: Math.hypot,
  log_excess: (...all) => {
    const most = all.reduce(OPS.maximum);
    if (most !== most) return most;
    if (!isFinite(most)) return Math.log(all.filter((a) => a === most).length);
    const first = all.indexOf(most);
    return Math.log1p(all.reduce((sum, a, i) => (i === first ? sum : sum + Math.exp(a - most)), 0));
  },
};
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
      grads[src] += contribution;
      steps.push({ edge: n, node: src, upstream, contribution, after: grads[src] });
    }
  }
}

// ---- What there is to see at a moment, as viz/moments.py has it.

const names = data.names;
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
  if (data.steps && step.before) {
    const wrong = step.before + step.contribution - step.after;
    if (wrong) return [[`overwrites ${digits(step.before)}`, "q"]];
    return [[`accumulates: ${digits(step.before)} + ${bracket(digits(step.contribution))} = `, "q"], [digits(step.after), "g"]];
  }
  if (arriving(node) === 1) return [["[local] × [upstream]", "q"]];
  const came = (s) => s.node === node && s.edge >= 0 && locals[s.edge] !== null;
  let terms = steps.slice(0, steps.indexOf(step) + 1).filter(came).map((s) => digits(s.contribution));
  if (terms.length === 1) return [[`the first of ${arriving(node)} contributions to ${names[node]}`, "q"]];
  if (terms.length > 8) terms = [...terms.slice(0, 7), `… ${(terms.length - 7).toLocaleString("en")} more`];
  const sum = terms.map((term, i) => (i ? bracket(term) : term)).join(" + ");
  return [[`accumulates: ${sum} = `, "q"], [digits(step.after), "g"]];
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
    if (edge === undefined) continue;
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
set(svg, { viewBox: `0 ${data.head} ${width} ${tall - data.head}`, width: "100%", role: "group" });
svg.style.maxWidth = `${width}px`;
svg.style.minWidth = `${Math.min(width, Math.max(560, 0.7 * width))}px`;
svg.querySelector(".key").remove();
const hidden = svg.querySelector(".more");
hidden?.remove();
const marksOf = [...stageOf.querySelectorAll(".node")].map((group, i) => ({
  group,
  node: data.nodes[i],
  shape: group.querySelector(".shape"),
  value: group.querySelector(".value"),
  grad: group.querySelector(".grad"),
}));
const wires = [...stageOf.querySelectorAll(".edge")];
const badge = make("g", { class: "badge" });
stageOf.append(badge);

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
  for (const { group, node, shape, value, grad } of marksOf) {
    const marked = state.marks.has(node);
    group.classList.toggle("on", state.nodes.has(node));
    put(value, state.values[node], marked && m.now[0].forward);
    put(grad, state.grads[node], marked && !m.now[0].forward);
    if (value.matches("[role]")) {
      const now = isFinite(values[node]) ? values[node] : 0;
      const tabindex = value.textContent ? 0 : -1;
      set(value, { tabindex, "aria-valuenow": now, "aria-valuetext": digits(values[node]) });
    }
    const told = (kind, { textContent }) => textContent && `, ${kind} ${textContent}`;
    set(shape, { "aria-label": names[node] + told("value", value) + told("gradient", grad) });
  }
  wires.forEach((wire, i) => {
    const n = data.drawn[i];
    const known = state.locals.has(n);
    wire.classList.toggle("on", state.edges.has(n));
    wire.classList.toggle("back", known && locals[n] !== null);
    wire.firstChild.classList.toggle("idle", locals[n] === null);
    wire.lastChild.textContent = known ? bracketed(locals[n]) : "";
  });
  const active = (wire) => wire.matches(".on");
  marksOf[0].group.before(...[...wires].sort((a, b) => active(a) - active(b)));
  drawBadge(state.badge || []);
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
const stage = make("div", { class: "gg-stage", tabindex: 0, role: "group", "aria-label": image.alt }, svg);
const bar = make("div", { class: "gg-bar", "aria-live": "polite" });
const play = button("play", "play", () => (timer ? stop() : start()));
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
  tell(linesOf(m));
  reveal();
}

function tell(lines) {
  bar.replaceChildren(...lines.map((line) => make("div", {}, ...line.map(([text, kind]) => (kind ? span(kind, text) : text)))));
}

/** Scroll the stage, where it is wider than its room, to where something happens. */
function reveal() {
  const active = stageOf.querySelector(".node.on .shape");
  if (!active || stage.scrollWidth <= stage.clientWidth) return;
  const [spot, room] = [active, stage].map((e) => e.getBoundingClientRect());
  if (spot.left < room.left + 20 || spot.right > room.right - 130) {
    stage.scrollLeft += spot.left - room.left - room.width / 3;
  }
}

function go(k) {
  stop();
  at = Math.min(Math.max(k, 0), count);
  render();
}

function start() {
  if (at === count) at = 0;
  set(bar, { "aria-live": "off" });
  timer = setInterval(() => {
    if (at < count) at += 1;
    render();
    if (at === count) stop();
  }, 1100);
  face("pause");
  render();
}

function stop() {
  clearInterval(timer);
  timer = 0;
  set(bar, { "aria-live": "polite" });
  face("play");
}

function face(name) {
  play.replaceChildren(icon(name));
  set(play, { "aria-label": name, title: name });
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

function related(node) {
  const near = new Set([node]);
  for (let n = edges.length - 1; n >= 0; n--) if (near.has(edges[n].dst)) near.add(edges[n].src);
  const after = new Set([node]);
  for (const { src, dst } of edges) if (after.has(src)) after.add(dst);
  return [near, after];
}

function hover(node) {
  const [before, after] = node === null ? [] : related(node);
  const far = (...ends) => node !== null && ![before, after].some((near) => ends.every((end) => near.has(end)));
  for (const mark of marksOf) mark.group.classList.toggle("far", far(mark.node));
  wires.forEach((wire, i) => {
    const { src, dst } = edges[data.drawn[i]];
    wire.classList.toggle("far", far(src, dst));
  });
}

/** Return the moment that completes the gradient of a node. */
function completes(node) {
  return data.groups.findLastIndex((group) => group.some((n) => steps[n].node === node)) + 1;
}

for (const { group, node, shape } of marksOf) {
  set(shape, { role: "button", tabindex: 0 });
  on(group, "pointerenter", () => hover(node));
  on(group, "pointerleave", () => hover(null));
  on(group, "click", () => go(completes(node)));
  on(shape, "focus", () => hover(node));
  on(shape, "blur", () => hover(null));
  on(shape, "keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    go(completes(node));
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
  field.style.top = `${spot.top - room.top - 5}px`;
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
  if (/^nan$/i.test(plain)) return NaN;
  return plain === "" || Number.isNaN(Number(plain)) ? null : Number(plain);
}

/** Move a leaf by a number of small steps, to a round number of them. */
function nudge(node, from, by) {
  const size = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(from), Math.abs(given[node]), 0.1))) - 1);
  return Number((Math.round(from / size + by) * size).toPrecision(12));
}

function editable(node, text) {
  text.parentNode.classList.add("leaf");
  set(text, { role: "spinbutton", "aria-label": `value of ${names[node]}` });
  let from = null;
  on(text, "pointerdown", (event) => {
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
    from = null;
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
bar.style.setProperty("--gg-lines", data.lines);
if (data.locked) foot.before(make("div", { class: "gg-bar gg-q" }, data.locked));
else for (const { node, value } of marksOf) if (isLeaf(node)) editable(node, value);
render();
