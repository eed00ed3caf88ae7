"""Change leaves in the page, which computes all numbers again from the expression trees of the trace."""

import json
import math
import re
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import autograd as ops
import viz
from autograd import Value, dot, trace
from autograd.strategies import arities, expressions, points
from autograd.table.op import TABLE
from autograd.table.symbolic import symbolic_rule
from tests.helpers.browser import fork, neuron, numbers, repr_js
from viz.player.evaluable import ARITIES, primitives_source

LEAVES = "() => [...document.querySelectorAll('.gg .node')].map((e) => e.matches('.leaf'))"
LABELS = "(all) => all.map((e) => e.getAttribute('aria-label'))"


def type_into(page, name, text):
    page.get_by_label(f"value of {name}", exact=True).press("Enter")
    page.locator(".gg-stage input").fill(text)
    page.keyboard.press("Enter")


def test_a_leaf_is_typed_and_reset(show):
    page = show(viz.step(neuron()))
    before = numbers(page)
    type_into(page, "w₀", "−0.5")
    w0, *others = (Value(x) for x in (-0.5, -1, -3, -2, -3))
    root = ops.sigmoid(w0 * others[0] + others[1] * others[2] + others[3])
    root.backward()
    assert numbers(page)[0][-1] == pytest.approx(root.data, rel=1e-15)
    assert numbers(page)[1][0] == pytest.approx(w0.grad, rel=1e-14)
    page.get_by_role("button", name="reset leaves").click()
    assert numbers(page) == before
    assert not page.get_by_role("button", name="reset leaves").is_visible()


def test_a_leaf_is_dragged_and_the_step_stays(show):
    page = show(viz.step(neuron()))
    page.get_by_label("step", exact=True).fill("13")
    box = page.get_by_label("value of w₀").bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + 5)
    page.mouse.up()
    assert page.get_by_label("value of w₀").text_content() == "2.50"
    assert page.locator(".gg-head .gg-q").first.text_content() == "step 13 of 20"
    page.get_by_label("value of w₀").focus()
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("value of w₀").text_content() == "2.40"
    assert page.get_by_label("value of w₀").get_attribute("aria-valuenow") == "2.4"


def test_a_click_on_a_value_opens_a_field_and_escape_leaves_it(show):
    page = show(viz.step(neuron()))
    before = numbers(page)
    page.get_by_label("value of w₀").click()
    field = page.locator(".gg-stage input")
    assert field.input_value() == "2"
    field.fill("abc")
    page.keyboard.press("Enter")
    assert field.get_attribute("aria-invalid") == "true"
    assert "w₀: expected a number" in page.locator(".gg-bar").inner_text()
    page.keyboard.press("ArrowLeft")  # it moves the cursor and not the step
    page.keyboard.press("Escape")
    assert field.count() == 0
    assert numbers(page) == before
    assert page.locator(".gg-head .gg-q").first.text_content() == "step 20 of 20"


@pytest.mark.parametrize(("typed", "shown"), [("inf", "∞"), ("-Infinity", "−∞"), ("nan", "nan"), ("1e-7", "1.00e−7")])
def test_numbers_of_every_kind_are_typed(show, typed, shown):
    page = show(viz.step(neuron()))
    type_into(page, "x₁", typed)
    assert page.get_by_label("value of x₁").text_content() == shown


def test_a_gradient_of_zero_passes_nothing_on_and_choices_follow_the_leaf(show):
    a, b = Value(1.0, label="a"), Value(0.0, label="b")
    page = show(viz.step(ops.where(a, a * 2, b.log()) + b.sqrt() * 0, names=False))
    assert not any(map(math.isnan, numbers(page)[1]))
    type_into(page, "a", "0")
    type_into(page, "b", "4")
    values, grads = numbers(page)
    assert values[-1] == math.log(4)
    assert [round(g, 12) for g in grads[:1]] == [0.0]
    assert 0.25 in grads
    assert page.locator(".wire.idle").count() == 2


def test_a_wide_sum_and_a_dot_are_recomputed(show):
    x = [Value(float(i), label=f"x{i}") for i in range(3)]
    page = show(viz.step(dot(x, [2.0, 3.0, 4.0], 1.0) + ops.sum(*x)))
    type_into(page, "x₂", "10")
    values, grads = numbers(page)
    assert values[-1] == 55.0
    assert grads[:3] == [3.0, 4.0, 5.0]


def test_a_small_leaf_moves_by_small_steps(show):
    page = show(viz.step(Value(0.001, label="x").tanh() + Value(0.0, label="zero")))
    for name, keys, shown in [("x", 1, "0.00110"), ("x", 2, "0.00130"), ("zero", 2, "0.0200")]:
        page.get_by_label(f"value of {name}").focus()
        for _ in range(keys):
            page.keyboard.press("ArrowUp")
        assert page.get_by_label(f"value of {name}").text_content() == shown


def test_neither_another_button_nor_a_lost_pointer_changes_a_leaf(show):
    page = show(viz.step(neuron()))
    before = numbers(page)
    leaf = page.get_by_label("value of w₀")
    leaf.click(button="right")
    assert page.locator(".gg-stage input").count() == 0
    page.evaluate("addEventListener('pointerdown', (e) => { window.id = e.pointerId; }, true)")
    leaf.hover()
    page.mouse.down()
    box = leaf.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2 + 1, box["y"] + 5)  # less than a step
    leaf.evaluate("(text) => text.releasePointerCapture(window.id)")
    for by in (8, 16):
        page.mouse.move(box["x"] + box["width"] / 2 + by, box["y"] + 5)
    assert numbers(page) == before
    page.mouse.up()


SMOOTH = [TABLE[name] for name in (
    "add", "sub", "mul", "neg", "square", "tanh", "sigmoid", "sin", "cos", "atan", "softplus", "relu", "maximum",
    "minimum", "silu", "leaky_relu", "sum", "dot", "logsumexp", "softmax", "where", "abs", "hypot", "asinh",
)]  # fmt: skip


@pytest.mark.slow
def test_python_and_the_page_agree_on_random_expressions(show):
    small = st.floats(-2, 2).map(lambda x: round(x, 3))
    count = 0

    @given(
        expressions(8, small, SMOOTH, inside=False).filter(lambda e: e.calls), st.lists(small, min_size=4, max_size=4)
    )
    @settings(max_examples=25, phases=[Phase.explicit, Phase.generate])  # shrinking in a browser takes minutes
    def agree(expression, others):
        nonlocal count
        named = [Value(x, label=f"leaf{i}") for i, x in enumerate(expression.leaves)]
        root = expression(*named)
        used = [row.label for row in trace(root).graph.rows if row.op is None]
        page = show(viz.step(root, max_nodes=1000))
        for label in used:
            type_into(page, f"leaf{'₀₁₂₃'[int(label[4:])]}", repr(others[int(label[4:])]))
        leaves = [Value(x, label=f"leaf{i}") for i, x in enumerate(others[: len(named)])]
        expected = trace(expression(*leaves))
        values, grads = numbers(page)
        sizes = magnitudes(expected)
        assert values == pytest.approx(expected.data, rel=1e-12, abs=1e-12)
        for found, right, size in zip(grads, expected.grads, sizes, strict=True):
            assert abs(found - right) <= 1e-12 * size
        count += 1
        page.context.close()

    agree()
    assert count >= 25


def magnitudes(found):
    """Return the sums of the absolute contributions along all paths to the root."""
    sizes = [0.0] * len(found.data)
    sizes[-1] = 1.0
    for edge in sorted(found.edges, key=lambda edge: -edge.dst):
        sizes[edge.src] += abs(edge.local or 0.0) * sizes[edge.dst]
    return sizes


def interpreter():
    text = (Path(viz.__file__).parent / "assets" / "evaluate.js").read_text(encoding="utf-8")
    return primitives_source(list(ARITIES)) + text[: text.index("// ---- The trace")]


def cases():
    """Draw points for every row that a page computes, with its value and partials."""
    found = []

    @given(st.data())
    @settings(max_examples=4)
    def draw(data):
        for op in TABLE.values():
            args = data.draw(points(op))
            rule = symbolic_rule(op, len(args))
            if primitives([rule["forward"], rule["partials"]]) <= ARITIES.keys():
                y = op.apply(args)
                right = [y, *op.local_derivatives(y, args, [None] * len(args))]
                found.append((op.name, args, rule, [None if x is None else float(x) for x in right]))

    draw()
    return found


def primitives(tree):
    if not isinstance(tree, list):
        return set()
    own = {tree[0]} if tree and isinstance(tree[0], str) and not re.fullmatch("x[0-9]+|y", tree[0]) else set()
    return own.union(*map(primitives, tree))


#: What JavaScript cannot compute.
LACKING = {"erf", "erfc", "gelu", "lgamma", "digamma", "polygamma", "erfinv", "sinc", "sinc_derivative"}


@pytest.mark.slow
def test_every_row_of_the_table_is_evaluated_alike(screen):
    drawn = cases()
    assert {name for name, *_ in drawn} == set(TABLE) - LACKING
    for special in (0.0, -0.0, 1.0, -1.0, math.inf, -math.inf, math.nan, 1e308, 5e-324, 2.5, -0.5, 40.0):
        for name, op in TABLE.items():
            n = arities(op)[0]
            rule = symbolic_rule(op, n)
            if name == "clamp" or not primitives([rule["forward"], rule["partials"]]) <= ARITIES.keys():
                continue
            args = (special,) * n
            y = op.apply(args)
            right = [None if x is None else float(x) for x in (y, *op.local_derivatives(y, args, [None] * n))]
            drawn.append((name, args, rule, right))
    plain = [(list(map(repr_js, args)), rule, repr_js(right[0])) for _, args, rule, right in drawn]
    script = f"""(cases) => {{
      {interpreter()}
      const text = (x) => Object.is(x, -0) ? "-0" : String(x);
      return JSON.parse(cases).map(([args, rule, y]) => {{
        const numbers = args.map(Number);
        const partials = rule.partials.map((tree) => tree === null ? 0 : evaluate(tree, Number(y), numbers));
        return [evaluate(rule.forward, 0, numbers), ...partials].map(text);
      }});
    }}"""
    answers = screen().page.evaluate(script, json.dumps(plain))
    for (name, args, rule, right), found in zip(drawn, answers, strict=True):
        for slot, (x, y) in enumerate(zip(right, map(float, found), strict=True)):
            if slot and (rule["partials"][slot - 1] is None or x is None):
                continue
            assert same(x, y, name), (name, args, slot, x, y)


def same(x, y, name):
    if math.isnan(x) or math.isnan(y):
        return math.isnan(x) and math.isnan(y)
    if x == y:
        return True
    return math.isclose(x, y, rel_tol=1e-9 if name in ("pow", "exp2") else 1e-12, abs_tol=1e-320)


def test_dragging_moves_every_number_of_a_fork(show):
    page = show(viz.step(fork(), names=False))
    page.get_by_label("value of c").focus()
    for _ in range(14):
        page.keyboard.press("ArrowDown")
    assert page.get_by_label("value of c").text_content() == "0"
    a, b = 2.0, -0.5
    values, grads = numbers(page)
    assert values[-1] == pytest.approx(math.tanh(a * a * b + b), rel=1e-14)
    slope = 1 - values[-1] ** 2
    names = [text.removeprefix("value of ") for text in page.get_by_role("spinbutton").evaluate_all(LABELS)]
    found = dict(zip(names, [g for g, leaf in zip(grads, page.evaluate(LEAVES), strict=True) if leaf], strict=True))
    assert found == pytest.approx({"a": slope * 2 * a * b, "b": slope * (a * a + 1), "c": slope * a}, rel=1e-13)
