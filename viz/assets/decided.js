// Decisions of Python that the graph does not show. Leaves that fed them are locked, and comparisons of the result are
// repeated. player.js precedes this file, and a page without decisions lacks it.

const remark = (words, kind) => make("div", { class: `gg-bar gg-note gg-${kind}`, role: "status" }, words);

/** Lock a leaf that player.js has made editable: a copy of its value hears no event. */
function lock(glyph, comparison) {
  const { node, group, shape } = glyph;
  const reason = `decided when recorded: ${comparison}`;
  const [x, y] = ["x", "y"].map((name) => Number(shape.getAttribute(name)));
  const value = glyph.value.cloneNode(true);
  glyph.value.replaceWith(value);
  glyph.value = value;
  group.classList.replace("leaf", "locked");
  glyph.about = `${names[node]} is locked, ${reason}`;
  group.append(make("path", { class: "lock", d: `M${x - 5} ${y}v-3a3.5 3.5 0 0 1 7 0v3m-9 0h11v8h-11z` }));
  set(value, { "aria-readonly": true, "aria-label": `value of ${names[node]}, locked, ${reason}` });
  const explain = () => caption([[[`${names[node]} is locked`]], [[reason, "q"]]]);
  on(value, "click", (event) => {
    event.stopPropagation();
    explain();
  });
  on(value, "keydown", (event) => {
    if (!["Enter", "ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    explain();
  });
}

const HOLDS = {
  "<": (a, b) => a < b,
  "≤": (a, b) => a <= b,
  ">": (a, b) => a > b,
  "≥": (a, b) => a >= b,
  "=": (a, b) => a === b,
  "≠": (a, b) => a !== b,
};

/** Return which comparison of the result would turn out otherwise now, if any. */
function turned() {
  const other = data.watched.find(([sign, x]) => HOLDS[sign](values[root], x) !== HOLDS[sign](recorded[root], x));
  const named = other && `${names[root]} ${other[0]} ${digits(other[1])}`;
  return named ? `Decided when recorded: ${named}. With these leaves Python would decide otherwise.` : "";
}

// ---- The start.

const fed = Object.keys(data.decided);
if (fed.length) {
  const some = (texts, n) => texts.slice(0, n).join(", ") + (texts.length > n ? ` and ${texts.length - n} more` : "");
  const reasons = some([...new Set(Object.values(data.decided))], 4);
  const who = some(fed.map((node) => names[node]), 8);
  foot.before(remark(`Decided when recorded: ${reasons}. Locked, because they chose what is shown: ${who}.`, "q"));
}
if (!data.locked) {
  for (const glyph of glyphs) if (data.decided[glyph.node]) lock(glyph, data.decided[glyph.node]);
  const doubt = remark("", "g");
  foot.before(doubt);
  const renderPlain = render;
  render = () => {
    renderPlain();
    doubt.textContent = turned();
    doubt.hidden = !doubt.textContent;
  };
  render();
}
