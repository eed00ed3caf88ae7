// Scenes of one picture: a click opens a part in its place, the way leads back, a scrubber goes through time.

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(plain).text());
}

const way = make("nav", { class: "gg-head", "aria-label": "where in the picture" });
const stage = make("div", { class: "gg-stage", tabindex: 0, role: "group" });
const scrubber = make("input", { type: "range", min: 0, max: data.labels.length - 1, step: 1, "aria-label": "step" });
const label = make("span", { class: "gg-q gg-label", "aria-live": "polite" });
const foot = make("div", { class: "gg-foot" }, label, scrubber);
way.hidden = true;
foot.hidden = data.labels.length < 2;
let scenes = [];

/** Show a picture in its own size, or as small as can be read, then it scrolls. */
function place(svg, title) {
  const [, , width] = svg.getAttribute("viewBox").split(" ").map(Number);
  svg.removeAttribute("height");
  set(svg, { width: "100%", role: "group" });
  svg.style.maxWidth = `${width}px`;
  const least = stage.clientWidth < 600 ? 0.85 : 0.7;
  svg.style.minWidth = `${Math.min(width, Math.max(560, least * width))}px`;
  set(stage, { "aria-label": title });
  stage.replaceChildren(svg);
}

function part(shape, title, target) {
  const open = () => go(target, true);
  set(shape, { role: "button", tabindex: 0, "aria-label": title });
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
  const made = make("button", { type: "button", class: "gg-crumb" }, title);
  on(made, "click", () => go(target, true));
  return made;
}

function go(k, moved) {
  const [picture, title, parts, trail] = scenes[k];
  const svg = adopt(picture);
  const shapes = [...svg.querySelectorAll(".node > .shape:last-of-type")];
  for (const [i, target] of parts) part(shapes[i], `open ${scenes[target][1]}`, target);
  place(svg, title);
  way.replaceChildren(...trail.slice(0, -1).flatMap((step) => [crumb(step), "›"]), make("strong", {}, trail.length > 1 ? trail.at(-1)[0] : ""));
  const hint = "click a part to open it" + (data.left ? `, ${data.left} more are not in this page` : "");
  if (parts.length) way.append(make("span", { class: "gg-key" }, hint));
  way.hidden = !trail.length;
  if (k < data.labels.length) {
    label.textContent = data.labels[k];
    scrubber.value = k;
    set(scrubber, { "aria-valuetext": data.labels[k] });
  }
  if (moved) stage.focus();
  const near = [...svg.querySelectorAll(".node:not(.box)")].at(-2);
  if (near && trail.length > 1) stage.scrollLeft += near.getBoundingClientRect().left - stage.getBoundingClientRect().left - stage.clientWidth / 2;
}

on(scrubber, "input", () => go(Number(scrubber.value)));
on(show(way, stage, foot), "keydown", (event) => event.stopPropagation());
place(adopt(), image.alt);
unpack(data.packed).then((found) => {
  scenes = found;
  go(data.start);
  root.classList.add("gg-ready");
});
