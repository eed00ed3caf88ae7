// Scenes of one picture: a click opens a part in its place, links lead back, and a scrubber goes through time.

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(plain).text());
}

const crumbs = make("nav", { class: "gg-head", "aria-label": "where in the picture" });
const stage = make("div", { class: "gg-stage", tabindex: -1, role: "group" });
const scrubber = make("input", { type: "range", min: 0, max: data.labels.length - 1, step: 1, "aria-label": "step" });
const label = make("span", { class: "gg-q gg-label", "aria-live": "polite" });
const foot = make("div", { class: "gg-foot" }, label, scrubber);
crumbs.hidden = true;
foot.hidden = data.labels.length < 2;
let scenes = [];
let at = data.start;

/** Show a picture in its own size, or in the smallest legible size, at which the stage scrolls. */
function place(svg, title) {
  const [, , width] = svg.getAttribute("viewBox").split(" ").map(Number);
  svg.removeAttribute("height");
  set(svg, { width: "100%", role: "group" });
  svg.style.maxWidth = `${width}px`;
  const scale = stage.clientWidth < 600 ? 0.85 : 0.7;
  svg.style.minWidth = `${Math.min(width, Math.max(560, scale * width))}px`;
  set(stage, { "aria-label": title });
  stage.replaceChildren(svg);
}

function opener(shape, title, target) {
  const open = () => go(target, true);
  set(shape, { "aria-label": title });
  on(shape.parentNode, "click", open);
  on(shape, "keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    open();
  });
  shape.parentNode.classList.add("opens");
}

function crumb([title, target]) {
  const element = make("button", { type: "button", class: "gg-crumb" }, title);
  on(element, "click", () => go(target, true));
  return element;
}

function go(k, moved) {
  const [picture, title, parts, trail] = scenes[(at = k)];
  const svg = adopt(picture);
  const shapes = [...svg.querySelectorAll(".node > .shape:last-of-type")];
  set(stage, { tabindex: parts.length ? -1 : 0 });
  rove(parts.map(([i]) => shapes[i]));
  for (const [i, target] of parts) opener(shapes[i], `open ${scenes[target][1]}`, target);
  place(svg, title);
  const here = make("strong", {}, trail.length > 1 ? trail.at(-1)[0] : "");
  crumbs.replaceChildren(...trail.slice(0, -1).flatMap((step) => [crumb(step), "›"]), here);
  const hint = "click a part to open it" + (data.missing ? `, ${data.missing} more are not in this page` : "");
  if (parts.length) crumbs.append(make("span", { class: "gg-key gg-hint" }, hint));
  crumbs.hidden = !trail.length;
  if (k < data.labels.length) {
    label.textContent = data.labels[k];
    scrubber.value = k;
    set(scrubber, { "aria-valuetext": data.labels[k] });
  }
  if (moved) stage.focus();
  const near = [...svg.querySelectorAll(".node:not(.box)")].at(-2);
  if (!near || trail.length < 2) return;
  const [spot, room] = [near, stage].map((e) => e.getBoundingClientRect().left);
  stage.scrollLeft += (spot - room) / scaleOf(stage) - stage.clientWidth / 2;
}

on(scrubber, "input", () => go(Number(scrubber.value)));
on(show(crumbs, stage, foot), "keydown", (event) => event.stopPropagation());
place(adopt(), image.alt);
unpack(data.packed).then((unpacked) => {
  scenes = unpacked;
  go(at);
  onShown(stage, () => go(at));
  piece.classList.add("gg-ready");
});
