// What a keyframe shows and its caption, as viz/player/keyframes.py and captions.py compute them.

// ---- Numbers and equations, formatted as in viz/text.

/** Format a number to its significant digits, an exact tie to the even digit, as Python does. */
function digits(x) {
  if (x === 0) return "0";
  if (!isFinite(x)) return x !== x ? "nan" : x > 0 ? "∞" : "−∞";
  const n = data.digits || 3;
  const size = Math.abs(x);
  const sign = x < 0 ? "−" : "";
  if (size >= 10 ** n - 0.5 && size < 1e6) return sign + fixed(size);
  const tie = RegExp(n > 1 ? `^(\\d\\.\\d{${n - 2}}[02468])50*(e.*)$` : "^([02468])\\.50*(e.*)$").exec(size.toExponential(60));
  const text = tie ? tie[1] + tie[2] : size.toExponential(n - 1);
  const plain = Number(text) >= 1e-4 && Number(text) < 10 ** n;
  return sign + (plain ? Number(text).toPrecision(n) : text.replace("+", "").replace("-", "−"));
}

function fixed(size) {
  const low = Math.floor(size);
  return String(size - low === 0.5 ? low + (low % 2) : Math.round(size));
}

/** Return a template with a text in each place, as fill_template in viz/text/notation.py. */
function fill(template, texts) {
  return template.replace(/[\ue000-\uf8ff]/g, (place, at) => {
    const text = texts[place.charCodeAt(0) - 0xe000];
    const before = template.slice(0, at).trimEnd().slice(-1);
    const sign = before && "+−×/^%<≤=-*".includes(before);
    return /^[-−]/.test(text) && (sign || template.startsWith(" ^", at + 1)) ? `(${text})` : text;
  });
}

// ---- Captions: lines of texts, each with a class.

// A name may be NaN, which was parsed as a number.
const names = data.names.map(String);
const partial = (a, b) => `∂${names[a]}/∂${names[b]}`;
const bracketLocal = (local) => `[${local === null ? "—" : digits(local)}]`;
const bracket = (text) => (text[0] === "−" ? `(${text})` : text);
const contributions = (node) => edges.filter((edge, n) => edge.src === node && locals[n] !== null).length;
// A box contains many edges, and the nodes that they come from.
const unfold = (n) => data.folds[n] || [n];
const drawnEdges = data.wires.flatMap(unfold);

function forwardLine(node) {
  const value = [digits(values[node]), "v"];
  if (isLeaf(node)) return [[`${names[node]} = `], value];
  const write = (texts) => fill(data.forms[node], data.args[node].map((arg) => texts[arg]));
  return [[`${names[node]} = ${write(names)} = ${write(values.map(digits))} = `], value];
}

function chainLine({ edge, upstream, contribution }) {
  const { src, dst } = edges[edge];
  if (locals[edge] === null) return [[`${partial(root, src)}: nothing flows from ${names[dst]}`]];
  const sign = contributions(src) > 1 ? "+=" : "=";
  return [
    [`${partial(root, src)} ${sign} ${partial(dst, src)} × ${partial(root, dst)} = `],
    [`${bracketLocal(locals[edge])} × [${digits(upstream)}] = ${digits(contribution)}`, "g"],
  ];
}

function hiddenLines(now) {
  const total = now.reduce((sum, { contribution }) => sum + contribution, 0);
  const { node, after } = now.at(-1);
  const grad = partial(root, node);
  return [[[`${grad} += `], [digits(total), "g"]], [[`from nodes not drawn; ${grad} is now `, "q"], [digits(after), "g"]]];
}

function note(step) {
  const { node } = step;
  const local = locals[step.edge];
  if (step.forward) return [[isLeaf(node) ? "a leaf: its value is given" : "computed from its arguments", "q"]];
  if (local === null) return [["this argument only chooses, or is not chosen", "q"]];
  if (step.contribution === 0 && !isFinite(local)) return [["a gradient of 0 passes nothing on", "q"]];
  if (contributions(node) === 1) return [["[local] × [upstream]", "q"]];
  const arrives = (s) => s.node === node && s.edge >= 0 && locals[s.edge] !== null;
  let terms = steps.slice(0, steps.indexOf(step) + 1).filter(arrives).map((s) => digits(s.contribution));
  if (terms.length === 1) return [[`the first of ${contributions(node)} contributions to ${names[node]}`, "q"]];
  if (terms.length > 8) terms = [...terms.slice(0, 7), `… ${(terms.length - 7).toLocaleString("en")} more`];
  const sum = terms.map((term, i) => (i ? bracket(term) : term)).join(" + ");
  return [[`accumulates: ${sum} = `, "q"], [digits(step.after), "g"]];
}

/** Return the lines of text beneath the stage. */
function captionOf({ now }) {
  const name = names[root];
  const [step] = now;
  if (!step) return [[[`How ${name} depends on every number`]], [["step forward to begin", "q"]]];
  if (data.granularity === "pass") {
    return step.forward
      ? [forwardLine(root), [["every value, from its arguments", "q"]]]
      : [[[`∂${name}/∂ every node`]], [["each contribution is [local] × [upstream]", "q"]]];
  }
  if (step.seed) return [[[`${partial(root, root)} = `], [digits(step.after), "g"]], [["the backward pass starts here", "q"]]];
  if (!step.forward && !drawnEdges.includes(step.edge)) return hiddenLines(now);
  let lines = now.map((step) => (step.forward ? forwardLine(step.node) : chainLine(step)));
  if (lines.length > 6) lines = [...lines.slice(0, 5), [[`… ${lines.length - 5} more`, "q"]]];
  if (now.length === 1) return [...lines, note(step)];
  if (!step.forward) return lines;
  return [lines.flatMap((line, i) => (i ? [[", "], ...line] : line)), [["leaves: their values are given", "q"]]];
}

// ---- Frames: the numbers that are known, and what is highlighted.

/** Return a keyframe: its number, the steps that happen now, and the phase. */
function keyframe(k) {
  const group = k ? data.groups[k - 1] : [];
  const now = group.map((n) => steps[n]);
  return { k, now, phase: k ? (now[0].forward ? "Forward" : "Backward") : "Start" };
}

function frameOf({ k, now, phase }) {
  const frame = { values: {}, grads: {}, known: new Set(), edges: new Set(), nodes: new Set(), marks: new Set() };
  for (const n of data.groups.slice(0, k).flat()) {
    const step = steps[n];
    if (step.forward) frame.values[step.node] = values[step.node];
    else frame.grads[step.node] = step.after;
    frame.known.add(step.edge);
  }
  if (!now.length || data.granularity === "pass") return frame;
  frame.phase = phase === "Forward" ? "fwd" : "bwd";
  for (const { node, edge } of now) {
    frame.nodes.add(node);
    frame.marks.add(node);
    if (!drawnEdges.includes(edge)) continue;
    frame.edges.add(edge);
    frame.marks.add(edges[edge].dst);
    frame.badge = badgeOf(now);
  }
  if (now[0].forward) edges.forEach(({ dst }, n) => frame.nodes.has(dst) && frame.edges.add(n));
  return frame;
}

function badgeOf([{ edge, upstream, contribution }, ...others]) {
  const { dst } = edges[edge];
  if (others.length) return [dst, `[local] × [${digits(upstream)}]`, "to each argument"];
  if (locals[edge] === null) return [dst, "nothing flows", "along this edge"];
  return [dst, `${bracketLocal(locals[edge])} × [${digits(upstream)}]`, `= ${digits(contribution)}`];
}
