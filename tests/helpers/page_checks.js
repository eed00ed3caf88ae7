// What the checks of tests/helpers/page_checks.py run in a page: each pushes what is wrong.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const wrong = [];
const equal = (found, right, what) => {
  if (JSON.stringify(found) !== JSON.stringify(right)) wrong.push(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(right)}`);
};
const box = (e) => e.getBoundingClientRect();
const seen = (e) => box(e).width > 0 && getComputedStyle(e).visibility === "visible";
const place = (root = document) => $(".gg-head .gg-q", root).textContent;
const press = (e, key) => e.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
const label = (text, root = document) => $(`[aria-label="${text}"]`, root);
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const near = (a, b, by, what) => { if (!(Math.abs(a - b) <= by)) wrong.push(`${what}: ${a}, not ${b}`); };
const overlap = (a, b) => Math.min(Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
/** Report texts of which one covers more than the leading of another, and a page or header that is wider than the window. */
function crowded(root = document) {
  if (document.documentElement.scrollWidth > innerWidth) wrong.push(`the page is ${document.documentElement.scrollWidth} wide`);
  const texts = $$(".gg-head > *, .gg-foot > *, .gg-bar > *, svg.gg text", root).filter((e) => e.textContent.trim() || e.matches("button, input"));
  const drawn = texts.filter(seen).map((e) => [e.textContent || e.getAttribute("aria-label"), box(e), e]);
  drawn.forEach(([a, room, e], i) => drawn.slice(0, i).forEach(([b, other, f]) => {
    if (overlap(room, other) > 0.35 * Math.min(room.height, other.height) && $(".gg-stage", root).contains(e) === $(".gg-stage", root).contains(f)) wrong.push(`"${a}" is over "${b}"`);
  }));
}
/** Report a badge whose text leaves its frame or whose node is elsewhere, and marks that do not cover their numbers. */
function placed(root = document) {
  const rect = $(".badge rect", root);
  if (!rect) return wrong.push("no badge");
  for (const text of $$(".badge text", root)) if (overlap(box(text), box(rect)) < 0.8 * box(text).height) wrong.push(`${text.textContent} is not in the badge`);
  const marks = $$(".mark", root);
  if (!marks.length) wrong.push("no mark");
  for (const mark of marks) if (box(mark).width < box(mark.nextSibling).width) wrong.push("a mark is too narrow");
}
/** Type into the field of a leaf, which must lie over its number. */
function typeInto(name, text, root = document) {
  const number = label(`value of ${name}`, root);
  const spot = box(number);
  press(number, "Enter");
  const field = $(".gg-stage input", root);
  const scale = box(field).height / 24;
  near(box(field).left, spot.left, 8 * scale, "the field's left");
  near((box(field).top + box(field).bottom) / 2, (spot.top + spot.bottom) / 2, 8 * scale, "the field's middle");
  field.value = text;
  press(field, "Enter");
  return number;
}

async function buttons() {
  const found = [place()];
  for (const name of ["first step", "step forward", "step forward", "step back", "last step"]) { label(name).click(); found.push(place().split(" ")[1]); }
  equal(found.slice(1), ["0", "1", "2", "1", "20"], "the steps");
  equal($(".gg-head strong").textContent, "Backward", "the phase");
}

async function keys() {
  const found = [];
  for (const key of ["Home", "ArrowRight", "ArrowRight", "ArrowLeft", "End"]) { press($(".gg-stage"), key); found.push(place().split(" ")[1]); }
  equal(found, ["0", "1", "2", "1", "20"], "the steps");
}

async function typed() {
  const before = Number($$(".node .value").at(-1).dataset.exact);
  equal(typeInto("w₀", "-0,5").textContent, "−0.500", "the value");
  near(Number($$(".node .value").at(-1).dataset.exact), 1 / (1 + Math.exp(-3.5)), 1e-12, "the result");
  equal(typeInto("w₀", "0,125").textContent, "0.125", "a decimal comma before three digits");
  equal(typeInto("w₀", "1,5e1").textContent, "15.0", "a decimal comma and a power");
  typeInto("w₀", "1,000");
  equal(!!$(".gg-stage input[aria-invalid]"), true, "1,000, which may be a thousand, is refused");
  press($(".gg-stage input"), "Escape");
  label("value of w₀").dispatchEvent(new Event("blur"));
  equal(label("value of w₀").textContent, "15.0", "the value after Escape");
  $(".gg-reset").click();
  equal(Number($$(".node .value").at(-1).dataset.exact), before, "the result after a reset");
}

async function shown() {
  const tab = $("#tab"), details = $("details");
  tab.style.display = "block";
  details.open = true;
  await wait(200);
  for (const root of [tab, details]) { placed(root); crowded(root); typeInto("w₀", "3", root); label("step back", root).click(); placed(root); }
}

async function scaled() {
  for (let k = 0; k < 4; k++) label("step back").click();
  placed();
  equal(typeInto("x₁", "1.5").textContent, "1.50", "the value");
  const room = box($(".gg-stage"));
  for (const e of [$(".node.on .shape"), $(".badge rect")]) if (box(e).left < room.left - 1 || box(e).right > room.right + 1) wrong.push("what happens is out of the room");
}

async function inShadow() {
  const root = $("#host").shadowRoot;
  equal($$(".gg-live .gg-box", root).length, $$(".gg-piece", root).length, "the pieces that play");
  const player = $$(".gg-box", root).find((e) => label("first step", e));
  placed(player); label("first step", player).click(); equal(place(player), "step 0 of 20", "the step");
  label("last step", player).click(); typeInto("w₁", "2", player);
}

async function opens() {
  await wait(300);
  const part = $(".opens .shape");
  part.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  equal($(".gg-head strong").textContent !== "", true, "the crumb of the open part");
  crowded(); $(".gg-crumb").click(); equal($$(".gg-crumb").length, 0, "the crumbs of the first scene");
}

async function tabStops() {
  const active = () => { let e = document.activeElement; while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement; return e; };
  equal(active().closest(".gg-foot") !== null, true, "after three Tab stops, whether a control has the focus");
  equal($$(".gg-stage [role=button][tabindex='0']").length, 1, "the Tab stops among nodes");
  const nodes = $$(".gg-stage .node .shape[role=button]");
  nodes[0].focus(); press(nodes[0], "ArrowDown"); equal(active() === nodes[1], true, "arrow down");
  press(nodes[1], "ArrowUp"); equal(active() === nodes[0], true, "arrow up");
}

async function read() {
  const order = [".gg-head", ".gg-stage", ".gg-bar", ".gg-foot"].map((kind) => [...$(".gg-box").children].indexOf($(kind)));
  equal(order, [0, 1, 2, 3], "the order of the parts");
  equal($(".gg-bar").getAttribute("aria-live"), "polite", "the caption");
  equal($$(".gg-stage [role=button]").map((e) => e.getAttribute("aria-label"))[0], "w₀, value 2.00, gradient −0.197", "the name of a node");
  for (const e of $$(".gg-box button, .gg-box input, .gg-box [role]")) if (!e.getAttribute("aria-label") && !e.textContent.trim()) wrong.push(e.outerHTML);
  equal(wrong, [], "elements without a name");
}

async function settled() {
  await wait(200);
  crowded();
}

async function shownParts() {
  await wait(200);
  for (const part of $$(".opens .shape")) if (part.getAttribute("aria-label") === "open layer0") part.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  $("#tab").style.display = "block";
  await wait(200);
  const [shown, always] = $$(".gg-stage").map((stage) => [stage.scrollLeft, $("svg", stage).style.minWidth]);
  equal(shown, always, "the part of a picture that was hidden");
}
