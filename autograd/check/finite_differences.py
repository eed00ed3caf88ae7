"""``derivative``: a numerical derivative with a bound on its error.

Differences over steps from wide to narrow are extrapolated; those that agree give the value, their disagreement and the
noise of f give the bound.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import copysign, inf, isfinite, isnan, nan, nextafter, ulp
from typing import Any

from .function_values import NEGLIGIBLE, SMALL, ULPS, FunctionValues, count_digits, round_to_digits
from .ridders import COLUMNS, Estimate, Scan, Slope, best_agreeing, extrapolate

JUMP = "f jumps here, or its slope is infinite"
NOISE = "f varies as much from one float to the next as over wider steps"
CONSTANT = "f does not vary here"
FLAT = "f varies by its rounding only"
HARDLY = "; f hardly varies, as a plain sum of normalized numbers: multiply its terms by random weights"
FEW = 64  # units in the last place of f, by which it may vary if it is flat
FEW_FLOATS = 16  # a slope that shows over no more floats has no more digits than their number
TWO_SLOPES = "f has one slope over short steps and another over wide ones"


@dataclass(frozen=True, slots=True)
class Derivative:
    """An estimate of f'(x) with a bound on its error.

    Attributes:
        value, error: The estimate, and a bound on its error.
        evaluations, step: How often f was called, and the step that the estimate rests on.
        sides: The slopes to the left and to the right where f has a kink; the bound then reaches both.
        scale: The size of f at x divided by the distance over which it varies.
        size: The greatest size of f over a distance of 1 or of x.
        mean_slope: The greatest mean slope of f over this step and wider ones.
        note: What else was found, such as that f is one-sided; often empty.
        blur: The rounding error of a right gradient of a function that is rounded inside.
        flat: Twice the mean slope of f over its widest step, if f varies by its rounding only, else inf.
    """

    value: float
    error: float
    evaluations: int
    step: float = nan
    sides: tuple[float, float] | None = None
    scale: float = 0.0
    size: float = 0.0
    mean_slope: float = 0.0
    note: str = ""
    blur: float = 0.0
    flat: float = inf


def derivative(
    f: Callable[[Any], Any],
    x: float,
    *,
    max_evals: int = 200,
    on_complex: Callable[[complex], Any] | None = None,
    rounding: float = 0.0,
) -> Derivative:
    """Return an estimate of f'(x) from values of f, with a bound on its error.

    Steps start at a quarter and shrink to the last place of x. A step is left out if f is not finite or raises an error
    there, at a border of the domain on one side only. If f accepts complex numbers too and the differences confirm it,
    the complex step gives more digits (Squire and Trapp, 1998).

    Args:
        f: A function of a float.
        x: The point.
        max_evals: The greatest number of evaluations of f, at least 5.
        on_complex: The same function on complex numbers; if None, f.
        rounding: The rounding error of f, if it is known and more than a few units in the last place.

    Returns:
        A Derivative; its value is nan and its error inf if the values of f do not determine a slope.

    Raises:
        ValueError: If max_evals is less than 5.
        Exception: If f raises it at x. ArithmeticError and ValueError count as nan.

    >>> from math import log
    >>> slope = derivative(log, 3e-7)
    >>> abs(slope.value - 1 / 3e-7) < slope.error < 1e-3
    True
    """
    if max_evals < 5:
        raise ValueError(f"max_evals: expected at least 5, got {max_evals}")
    values = FunctionValues(f, float(x), max_evals)
    if values.raised and not isinstance(values.raised, ArithmeticError | ValueError):
        raise values.raised
    with warnings.catch_warnings():  # of steps outside the domain
        warnings.simplefilter("ignore")
        found = by_differences(values)
        if isfinite(found.error) and found.note in ("", CONSTANT, TWO_SLOPES):
            found = by_complex_step(on_complex or f, values, found)
    if not isfinite(found.error) and (raised := values.raised):
        found = replace(found, note=f"{found.note}; f raised {type(raised).__name__}: {raised}")
    return replace(measure_flatness(values, found, rounding), evaluations=values.count)


def measure_flatness(values: FunctionValues, found: Derivative, rounding: float) -> Derivative:
    """Return a derivative with its size, and a bound where f is flat but for rounding."""
    known = [(abs(t - values.x), abs(y - values.mid), abs(y)) for t, y in values.known.items() if isfinite(y)]
    reach, spread, size = map(max, zip(*known, strict=True)) if known else (0.0, inf, 0.0)
    rises = [rise if h > SMALL**3 * reach else 2 * rise / SMALL for h, rise, _ in known if h < reach / 2]
    near = max(rises, default=0.0)
    far = max(abs(values.x), 1.0)
    if not isfinite(found.error) and found.note.startswith((NOISE, JUMP)) and spread < 2.0**-40 * far:
        found = replace(found, note=found.note + HARDLY)
    is_flat = len(known) > COLUMNS and near >= spread <= max(FEW * ulp(size), rounding)
    return replace(found, size=size / far, flat=2 * spread / reach if is_flat else inf)


def by_differences(values: FunctionValues) -> Derivative:
    """Return the derivative by the steps that agree, refined around the best of them."""
    if not isfinite(values.x) or not isfinite(values.mid):
        return no_derivative("f has no finite value here")
    scan, digits = scan_steps(values)
    if scan.is_unsettled:
        return no_derivative(JUMP)
    if values.x and scan.samples and scan.samples[-1].h > abs(values.x):
        return no_derivative("no float is near enough to x")
    if scan.is_chaotic:
        return no_derivative(NOISE)
    best = best_agreeing(scan.estimates)
    rounding = 2.0**8 * ulp(max(abs(values.x), 1.0))  # of numbers that may be inside f
    if best and (against := scan.contradiction(best, rounding)):
        wide, noise = against
        grain = noise or largest_jump(values, best, wide)
        if grain and not (noise and values.x) and grain <= max(2.0**-20 * scan.span, rounding):
            scan = replace(scan, grain=2 * grain)  # f is rounded inside: that is small noise
            best = best_agreeing(scan.estimates)
        else:
            between, apart = (best.value + wide.value) / 2, abs(best.value - wide.value) / 2
            both = Estimate(best.h, between, apart + best.error + wide.error, 0.0)
            return to_derivative(values, both, note=TWO_SLOPES)
    left, right = scan.sides
    note = f"f computes with {digits} binary digits" if digits < 53 else ""
    if best is None and (left is None) != (right is None):
        best, note, side = left or right, "one-sided", -1 if left else 1
        if best and any(isnan(y) and 0 < side * (t - values.x) < best.h for t, y in values.known.items()):
            return no_derivative("f has no value at some of the nearest points on either side")
    if best is None:
        return no_derivative("the steps do not come to agree")
    if left and right and scan.is_kinked:
        return at_kink(values, left, right)
    if scan.excess_noise(best) > NEGLIGIBLE * SMALL * scan.span or scan.has_waves(best):
        return no_derivative(NOISE)
    if note == "one-sided":
        return to_derivative(values, best, note=note)
    last, size = ulp(values.x), abs(best.value)
    wider = (e for e in scan.estimates if e.h >= FEW_FLOATS * last and e.error < size / 4)
    if best.h < FEW_FLOATS * last and all(
        e.disagrees(best) for e in wider
    ):  # more waves than floats, and rounded as x is
        best = best._replace(noise=max(best.noise, size * last / best.h))
    found = to_derivative(values, refine(values, scan, best, digits), note=note)
    return replace(found, blur=4 * scan.excess_noise(best) / abs(values.x) if values.x else 0.0)


def scan_steps(values: FunctionValues) -> tuple[Scan, int]:
    """Return f at steps from wide to narrow, and its binary digits.

    A function in shorter floats is evaluated at such floats.
    """
    ratio = 8 if values.max_evals >= 100 else 64
    samples = list(values.samples(ratio))
    digits = count_digits(values)
    if digits < 53:
        values.move(round_to_digits(values.x, digits))
        samples = list(values.samples(ratio, digits))
    return Scan(values.x, values.mid, tuple(samples), ULPS << (53 - digits)), digits


def largest_jump(values: FunctionValues, best: Estimate, wide: Estimate) -> float:
    """Return the jump of f between two contradicting estimates, or 0."""
    jump = bisect_jump(values, values.x + best.h, values.x + wide.h, best.value)
    apart = abs(wide.value - best.value) * best.h  # difference of the two slopes over a whole step
    far = max(apart, abs(values.at(values.x + wide.h) - values.mid))
    return jump if max(apart * SMALL, ULPS * ulp(values.mid) / SMALL) < jump < far / SMALL else 0.0


def bisect_jump(values: FunctionValues, low: float, high: float, slope: float) -> float:
    """Return the jump of f between two neighbouring floats, by bisection.

    It follows the sharper bend.
    """

    def bend(a: float, b: float) -> float:
        return abs(values.at(a) - 2 * values.at(a + (b - a) / 2) + values.at(b))

    while min(low, high) < (middle := low + (high - low) / 2) < max(low, high):
        low, high = (low, middle) if bend(low, middle) >= bend(middle, high) else (middle, high)
    return abs(values.at(high) - values.at(low) - slope * (high - low))


def no_derivative(note: str) -> Derivative:
    """Return a Derivative of nan with an infinite error."""
    return Derivative(nan, inf, 0, note=note)


def to_derivative(
    values: FunctionValues, best: Estimate, sides: tuple[float, float] | None = None, note: str = ""
) -> Derivative:
    """Return an estimate as a Derivative, with the size of f around it."""
    around = [values.at(values.x + best.h), values.at(values.x - best.h)]
    steep = max((abs(y - values.mid) / best.h for y in around if isfinite(y)), default=0.0)
    far = max(abs(values.x), 1.0)
    wide = ((t, y) for t, y in values.known.items() if isfinite(y) and abs(t - values.x) >= best.h)
    mean = max((abs(y - values.mid) / abs(t - values.x) for t, y in wide), default=0.0)
    others = (t for t, y in values.known.items() if y != values.mid)
    other = min(others, key=lambda t: abs(t - values.x), default=inf)
    nearest = abs(other - values.x)
    flat = [h for t in values.known if 0 < (h := abs(t - values.x)) < nearest]
    if nearest <= best.h:
        near = [other] if steep else [t for t, y in values.known.items() if y == y and abs(t - values.x) <= best.h]
        noise = ULPS * max(abs(values.at(t) - values.mid) for t in near) if flat or not steep else 0.0
        error = max(best.error, noise / best.h)  # the first change from a plateau may be a rounding
        return Derivative(best.value, error, 0, best.h, sides, max(steep, abs(values.mid) / far), 0.0, mean, note)
    # f does not change: a number inside f may be as large as 1, and rounded
    widest = max(flat, default=best.h)
    scale = max(abs(values.mid), 1.0) / widest
    error = max(best.error, ULPS * ulp(1.0) * scale)
    if isfinite(other):
        jump = bisect_jump(values, values.x + copysign(widest, other - values.x), other, 0.0)
        error = max(error, jump / widest if jump > error * widest else 0.0)  # the distance to it may be no longer
    if all(y == values.mid or isnan(y) for y in values.known.values()):
        note = note or CONSTANT
    return Derivative(best.value, error, 0, best.h, sides, scale, 0.0, mean, note)


def at_kink(values: FunctionValues, left: Estimate, right: Estimate) -> Derivative:
    """Return the slopes to both sides as one Derivative."""
    far = abs(right.value - left.value) / 2 + max(left.error, right.error)
    both = Estimate(min(left.h, right.h), (left.value + right.value) / 2, far, 0.0)
    return to_derivative(values, both, (left.value, right.value), "a kink")


def join_sides(left: Derivative, right: Derivative) -> Derivative:
    """Return one derivative for the slopes to both sides of an edge, maybe a kink."""
    apart, error = abs(right.value - left.value), max(left.error, right.error)
    names = ("step", "scale", "size", "mean_slope", "flat")
    sizes = {name: max(getattr(left, name), getattr(right, name)) for name in names}
    if not isfinite(apart + error):
        return Derivative(nan, inf, 0, note="f has no slope to both sides of an edge", **sizes)
    between = (left.value + right.value) / 2
    kink = apart > left.error + right.error + 1e-9 * sizes["scale"]
    sides = (left.value, right.value) if kink else None
    return Derivative(between, apart / 2 + error, 0, sides=sides, note="a kink" if kink else "", **sizes)


def refine(values: FunctionValues, scan: Scan, best: Estimate, digits: int) -> Estimate:
    """Return an estimate with more digits, from steps that halve around the best one.

    One of the last steps stays as it is, for f is not rounded there.
    """
    if best.h <= scan.samples[-COLUMNS:][0].h:
        return best

    def noise_at(h: float) -> float:
        pairs = zip(scan.samples, scan.noises, strict=True)
        return next((noise for sample, noise in pairs if sample.h <= h), scan.noises[-1])

    widest = min(512 * best.h, scan.samples[0].h)
    halves = (values.sample(widest / 2**k, digits) for k in range(11))
    samples = {sample.h: sample for sample in halves if sample.h}.values()
    slopes = (Slope(s.h, (s.up - s.down) / 2 / s.h, noise_at(s.h) / s.h) for s in samples)
    finer = extrapolate(slopes, 2)
    return min([best, *(e for e in finer if not e.disagrees(best))], key=lambda estimate: estimate.error)


def by_complex_step(f: Callable[[complex], Any], values: FunctionValues, found: Derivative) -> Derivative:
    """Return the derivative by a complex step if the differences confirm it.

    Im f(x + ih) / h for a tiny h loses no digits.
    """
    x = values.x
    h = (abs(x) or 1.0) * 2.0**-100
    if h < 1e-300:  # its products with slopes would lose digits
        return found
    near = [(x, h), (nextafter(x, inf) + (nextafter(x, inf) - x), 0.7 * h), (x - 2 * (x - nextafter(x, -inf)), 1.3 * h)]
    if (found.error > 1e-6 * found.scale and found.note != TWO_SLOPES) or values.count + len(near) > values.max_evals:
        return found
    try:
        answers = [f(complex(t, h)) for t, h in near]
    except Exception:  # f was not written for complex numbers, and may raise anything
        return found
    values.count += len(near)
    if not all(isinstance(y, complex) and isfinite(abs(y)) for y in answers):
        return found
    slopes = [y.imag / h for y, (_, h) in zip(answers, near, strict=True)]
    error = 4 * (max(slopes) - min(slopes)) + 64 * ulp(slopes[0])
    if abs(slopes[0] - found.value) > found.error or error >= found.error:
        return found
    return replace(found, value=slopes[0], error=error, step=h, note="" if slopes[0] else found.note)
