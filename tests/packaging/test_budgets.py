"""Budgets of lines that are not blank: ``pytest -rP tests/packaging/test_budgets.py`` prints them."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = {  # a part, its folders, and how many lines it may have
    "the product": (["autograd", "nn", "viz"], 19_000),
    "replay": (["autograd/replay"], 1_900),
    "nn": (["nn"], 4_800),
    "other engines": (["autograd/foreign", "autograd/grading"], 1_200),
    "the core": (["autograd/table", "autograd/engine"], 1_750),
}
CEILINGS = {
    "the product": 28_650,  # of which 8,000 came with homework, notes, strategies, other engines and pictures
    "replay": 2_734,  # of which 27 make a thousand samples 5 to 7 % faster
    "other engines": 3_979,  # of which 720 try and grade whole engines, from the command line and in pytest
}  # parts above their target, with the lines they have: they may only shrink


@pytest.mark.parametrize("part", TARGETS)
def test_a_part_keeps_its_budget(part):
    folders, target = TARGETS[part]
    texts = [path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")]
    lines = sum(bool(line.strip()) for text in texts for line in text.splitlines())
    ceiling = CEILINGS.get(part, target)
    print(f"{part}: {lines:,} lines of {target:,}" + f", for now of {ceiling:,}" * (part in CEILINGS))
    assert lines <= ceiling
    assert part not in CEILINGS or lines > target, "the target is reached: take the part out of CEILINGS"
