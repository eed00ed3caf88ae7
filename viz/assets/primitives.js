// The primitives of expression trees, of which a page has those that its trees apply. Others are Math's, by name.
// viz/player/evaluable.py parses this file: an entry starts with its name, after two spaces.
const OPS = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  pow: (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b),
  heaviside: (a, zero) => (a === a ? (a === 0 ? zero : +(a > 0)) : a),
  maximum: (a, b) => (a >= b || a !== a ? a : b),
  minimum: (a, b) => (a <= b || a !== a ? a : b),
  clamp: (a, lo, hi) => (lo > hi ? NaN : OPS.minimum(OPS.maximum(a, lo), hi)),
  where: (c, a, b) => (c === 0 ? b : a),
  mod: (a, b) => {
    const rest = a % b;
    return rest && rest < 0 !== b < 0 ? rest + b : rest;
  },
  floordiv: (a, b) => (b === 0 ? a / b : Math.round((a - OPS.mod(a, b)) / b)),
  copysign: (a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a)),
  round: (a) => (Math.abs(a % 1) === 0.5 ? 2 * Math.round(a / 2) : Math.round(a)),
  lt: (a, b) => +(a < b),
  le: (a, b) => +(a <= b),
  eq: (a, b) => +(a === b),
  exp2: (a) => 2 ** a,
  norm: Math.hypot,
  log_excess: (...all) => {
    const largest = all.reduce(OPS.maximum);
    if (largest !== largest) return largest;
    if (!isFinite(largest)) return Math.log(all.filter((a) => a === largest).length);
    const first = all.indexOf(largest);
    return Math.log1p(all.reduce((sum, a, i) => (i === first ? sum : sum + Math.exp(a - largest)), 0));
  },
};
