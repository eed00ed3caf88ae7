"""The lectures, items 6 to 8: XOR, Boolean functions, decision regions by depth."""

from itertools import product

from autograd import Value, trace
from nn.classic import AND, OR, Circuit, Formula, McCullochPitts, Region, half_plane

SQUARE = [[0, 0], [0, 1], [1, 0], [1, 1]]
XOR = [0, 1, 1, 0]


def wired_xor(first=1.5, last=1.5):
    """Return a circuit for XOR.

    p1 ≡ −x1 − x2 + first ≥ 0, p2 ≡ x1 + x2 − 0.5 ≥ 0, o ≡ p1 + p2 − last ≥ 0.
    """
    p1, p2, o = McCullochPitts([-1, -1], -first), McCullochPitts([1, 1], 0.5), McCullochPitts([1, 1], last)
    return Circuit(2, [(p1, (0, 1)), (p2, (0, 1)), (o, (2, 3))])


# 6. XOR, wired unit by unit


def test_06_the_truth_table_with_p1_and_p2():
    table = [[*x, *(int(v.data) for v in wired_xor().outputs(x))] for x in SQUARE]
    assert table == [[0, 0, 1, 0, 0], [0, 1, 1, 1, 1], [1, 0, 1, 1, 1], [1, 1, 0, 1, 0]]


def test_06_why_two_and_a_half_fails():
    table = [[int(v.data) for v in wired_xor(first=2.5).outputs(x)] for x in SQUARE]
    assert [p1 for p1, _, _ in table] == [1, 1, 1, 1]  # −x1 − x2 + 2.5 is never below 0
    assert [o for _, _, o in table] == [p2 for _, p2, _ in table] == [0, 1, 1, 1]  # so OR remains
    assert [int(wired_xor(last=2.5)(x).data) for x in SQUARE] == [0, 0, 0, 0]  # and o never fires


def test_06_three_layers_with_inputs_of_plus_and_minus_one():
    either, both = McCullochPitts([1, 1], -0.5, low=-1), McCullochPitts([1, 1], 1.5, low=-1)
    out = McCullochPitts([0.7, -0.4], 1.0, low=-1)
    net = Circuit(2, [(either, (0, 1)), (both, (0, 1)), (out, (2, 3))])
    for x in product((-1, 1), repeat=2):
        assert net(x).data == -x[0] * x[1]


def test_06_xor_as_a_formula():
    formula = Formula("(X ∨ Y) & (¬X ∨ ¬Y)")
    assert [row[-1] for row in formula.table()] == XOR == [row[-1] for row in Formula("X ^ Y").table()]
    weights = [([w.data for w in unit.w], unit.b.data) for unit in formula.units]
    assert weights == [([1, 1], -0.5), ([-1, -1], 1.5), ([1, 1], -1.5)]  # the wired net, p2 first


# 7. Any Boolean function


def test_07_the_lectures_formula_on_all_16_rows():
    formula = Formula("((A & ~X & Z) | (A & ~Y)) & ((X & Y) | ~(X & Z))")
    assert formula.names == ["A", "X", "Y", "Z"]
    assert formula.table() == [
        (a, x, y, z, int(((a and not x and z) or (a and not y)) and ((x and y) or not (x and z))))
        for a, x, y, z in product((0, 1), repeat=4)
    ]
    assert formula.depth == 3
    assert any(len(unit.w) < 4 for unit in formula.units)  # its connections are sparse


# 8. Decision regions by depth


def test_08_a_half_plane_a_convex_polygon_and_any_region():
    triangle, other = [(0, 0), (4, 0), (0, 4)], [(6, 6), (8, 6), (8, 8), (6, 8)]
    one, two, three = half_plane((0, 0), (4, 0)), Region([triangle]), Region([triangle, other])
    assert [two.depth, three.depth] == [2, 3]
    for x, y in product(range(-1, 10), repeat=2):
        low, high = x >= 0 and y >= 0 and x + y <= 4, 6 <= x <= 8 and 6 <= y <= 8
        assert [unit([x, y]).data for unit in (one, two, three)] == [y >= 0, low, low or high]


def test_08_depth_is_the_longest_composition_of_functions():
    def depth(root):
        graph = trace(root).graph
        depths = []
        for row in graph.rows:
            below = [depths[a] for a in row.args if isinstance(a, int)]
            depths.append(0 if row.op is None else 1 + max(below))
        return depths[-1]

    x, y, z = Value(1.0), Value(2.0), Value(3.0)
    assert [depth(v) for v in (x, x + y, (x + y) * z, (x + y) * x.exp() + z)] == [0, 1, 2, 3]
    assert Circuit(2, [(AND(2), (0, 1)), (OR(2), (0, 2))]).depth == 2
