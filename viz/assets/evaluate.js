// The numbers of a trace, and their computation from the leaves.

// ---- Expression trees consist of primitives, and every derivative is a tree in the data. viz/player/evaluable.py has
// checked the names in them.

function evaluate(tree, y, args) {
  if (Array.isArray(tree)) {
    const [name, ...parts] = tree;
    return (OPS[name] || Math[name])(...parts.map((part) => evaluate(part, y, args)));
  }
  if (tree === "y") return y;
  return typeof tree === "string" ? args[tree.slice(1)] : tree;
}

// ---- The trace: values, local derivatives, and the steps of both passes.

const edges = data.args.flatMap((args, dst) => args.flatMap((src, slot) => (Array.isArray(src) ? [] : { src, dst, slot })));
const recorded = data.data;
const root = recorded.length - 1;
const isLeaf = (node) => data.kinds[node] < 0;
let values, locals, steps;

/** Restore the numbers that Python computed, and its steps if they are not those of the graph. */
function restore() {
  values = [...recorded];
  locals = data.locals;
  walk();
  if (data.steps) steps = data.steps;
}

/** Compute all numbers from the leaves. */
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

/** List the steps back from the root: local × upstream = contribution, where a gradient of 0 contributes 0 or nan. */
function walk() {
  // met: the nodes that anything reaches, be it 0
  const grads = values.map((_, node) => +(node === root)), met = { [root]: 1 };
  steps = values.map((_, node) => ({ forward: true, node }));
  steps.push({ seed: true, node: root, after: 1 });
  const into = values.map(() => []);
  edges.forEach((edge, n) => into[edge.dst].push(n));
  for (let node = root; node >= 0; node--) {
    for (const n of into[node]) {
      const { src } = edges[n], local = locals[n], upstream = grads[node];
      const on = local !== null && met[node], contribution = on && (upstream !== 0 || isNaN(local)) ? local * upstream : 0;
      met[src] ||= on;
      steps.push({ edge: n, node: src, upstream, contribution, after: (grads[src] += contribution) });
    }
  }
}
