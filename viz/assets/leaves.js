// Leaves that readers drag, type or change by keys, after which all numbers are computed again.

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
  const scale = scaleOf(stage);
  field.style.left = `${(spot.left - room.left) / scale + stage.scrollLeft - 3}px`;
  field.style.top = `${(spot.top - room.top) / scale + stage.scrollTop - 3}px`;
  stage.append(field);
  field.select();
  let closed = false;
  const close = (x) => {
    if (closed) return;
    closed = true;
    field.remove();
    if (x !== null && !Object.is(x, values[node])) change(node, x);
    else render();
    text.focus();
  };
  on(field, "keydown", (event) => {
    if (event.key === "Escape") close(null);
    if (event.key !== "Enter") return;
    const x = readFloat(field.value);
    if (x !== null) close(x);
    else {
      set(field, { "aria-invalid": "true" });
      caption([[[`${names[node]}: expected a number, such as −0.5`]], [["Escape leaves it as it was", "q"]]]);
    }
  });
  on(field, "blur", () => close(readFloat(field.value)));
}

/** Return a number as people write it, or null for another text, and for 1,000, which may be 1 or 1000. */
function readFloat(text) {
  const plain = text.trim().replace(/^([^.,]*),(?!\d{3}$)([^.,]*)$|^(\D?0),(\d+)$/, "$1$3.$2$4").replace(/[−–]/g, "-").replace(/^([+-]?)(inf(inity)?|∞)$/i, "$1Infinity");
  const x = Number(plain);
  return plain === "" || (x !== x && !/^nan$/i.test(plain)) ? null : x;
}

/** Return a number moved by small steps, to a multiple of the step. */
function nudge(node, from, by) {
  const usual = (isFinite(recorded[node]) && Math.abs(recorded[node])) || 0.1;
  const size = 10 ** (Math.floor(Math.log10(Math.max(Math.abs(from), usual))) - 1);
  return Number((Math.round(from / size + by) * size).toPrecision(12));
}

function editable(node, text) {
  text.parentNode.classList.add("leaf");
  set(text, { role: "spinbutton", tabindex: -1, "aria-label": `value of ${names[node]}` });
  let from = null;
  on(text, "pointerdown", (event) => {
    if (event.button) return;
    announce(false);
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
    announce(true);
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
