"""How the report chooses the interval of a speed-up: the coverage of the candidates on synthetic sweeps.

usage: ratio_coverage.py [--sweeps 20000] [--seed 1]     (NumPy and SciPy; half a minute)

Two cases of a sweep take turns. What is compared is the mean time of a step in each repetition, numerator over
denominator; its truth is the ratio of the expected times. Repetitions scatter by 2 % each, and by scenario more. A
candidate gives a 95 % interval. Paired candidates see which repetitions belong together, unpaired ones do not.
Printed as Markdown: coverage and median width in per cent, at 3, 5 and 7 repetitions.
"""

import argparse

import numpy
from scipy import stats

REPETITIONS = (3, 5, 7)
STEPS = 20
TRUTH = 0.87


def independent(random, shape):
    return 1.0 + 0.02 * random.standard_normal(shape)


def ten_times_noisier(random, shape):
    return 1.0 + 0.2 * random.standard_normal(shape)


def heavy_tailed(random, shape):
    return 1.0 + 0.02 * random.standard_t(3, shape)


def stalling(random, shape):
    """One step in ten takes twice as long or longer; the mean of twenty steps holds what there is of them."""
    steps = (random.random((*shape, STEPS)) < 0.1) * (1.0 + random.exponential(1.0, (*shape, STEPS)))
    return independent(random, shape) + steps.mean(axis=-1)


def rarely_stalling(random, shape):
    """One step in fifty takes five times as long."""
    return independent(random, shape) + 4.0 * (random.random((*shape, STEPS)) < 0.02).mean(axis=-1)


def drift(random, sweeps, repetitions):
    """[sweep, repetition] The machine's pace, common to both cases: steadily slower by 3 % each, with jumps of 2 %."""
    return numpy.exp(numpy.cumsum(0.03 + 0.02 * random.standard_normal((sweeps, repetitions)), axis=1))


# The noise of a repetition, its expected value, and whether the machine drifts.
SCENARIOS = {
    "independent": (independent, 1.0, False),
    "scatter of 20 %": (ten_times_noisier, 1.0, False),
    "drift": (independent, 1.0, True),
    "heavy tails": (heavy_tailed, 1.0, False),
    "stalls in 10 % of the steps": (stalling, 1.2, False),
    "stalls in 2 % of the steps": (rarely_stalling, 1.08, False),
    "stalls in 10 % and drift": (stalling, 1.2, True),
}


def moments(above, below):
    """Means, variances and the covariance of the mean, per sweep."""
    count = above.shape[1]
    x, y = above.mean(axis=1), below.mean(axis=1)
    covariance = ((above - x[:, None]) * (below - y[:, None])).sum(axis=1) / (count - 1) / count
    return x, y, above.var(axis=1, ddof=1) / count, below.var(axis=1, ddof=1) / count, covariance


def linearised(above, below):
    x, y, xx, yy, xy = moments(above, below)
    ratio = x / y
    half = stats.t.ppf(0.975, above.shape[1] - 1) * numpy.sqrt(xx - 2 * ratio * xy + ratio**2 * yy) / y
    return ratio - half, ratio + half


def linearised_logarithm(above, below):
    x, y, xx, yy, xy = moments(above, below)
    half = stats.t.ppf(0.975, above.shape[1] - 1) * numpy.sqrt(xx / x**2 - 2 * xy / (x * y) + yy / y**2)
    return x / y * numpy.exp(-half), x / y * numpy.exp(half)


def fieller_bounds(x, y, xx, yy, xy, t):
    """Where (x - ratio y)^2 = t^2 variance(x - ratio y); everything where y cannot be told from 0."""
    a, b, c = y**2 - t**2 * yy, x * y - t**2 * xy, x**2 - t**2 * xx
    root = numpy.sqrt(numpy.maximum(b**2 - a * c, 0.0))
    safe = numpy.where(a > 0, a, 1.0)
    return numpy.where(a > 0, (b - root) / safe, -numpy.inf), numpy.where(a > 0, (b + root) / safe, numpy.inf)


def fieller(above, below):
    return fieller_bounds(*moments(above, below), stats.t.ppf(0.975, above.shape[1] - 1))


def log_ratios(above, below):
    logs = numpy.log(above / below)
    half = stats.t.ppf(0.975, logs.shape[1] - 1) * logs.std(axis=1, ddof=1) / numpy.sqrt(logs.shape[1])
    return numpy.exp(logs.mean(axis=1) - half), numpy.exp(logs.mean(axis=1) + half)


def welch_degrees(a, b, count):
    return (a + b) ** 2 / (a**2 + b**2) * (count - 1)


def unpaired_linearised(above, below):
    x, y, xx, yy, _ = moments(above, below)
    ratio = x / y
    half = stats.t.ppf(0.975, welch_degrees(xx, ratio**2 * yy, above.shape[1])) * numpy.sqrt(xx + ratio**2 * yy) / y
    return ratio - half, ratio + half


def unpaired_linearised_logarithm(above, below):
    x, y, xx, yy, _ = moments(above, below)
    a, b = xx / x**2, yy / y**2
    half = stats.t.ppf(0.975, welch_degrees(a, b, above.shape[1])) * numpy.sqrt(a + b)
    return x / y * numpy.exp(-half), x / y * numpy.exp(half)


def unpaired_fieller(above, below):
    x, y, xx, yy, _ = moments(above, below)
    t = stats.t.ppf(0.975, welch_degrees(xx, (x / y) ** 2 * yy, above.shape[1]))
    return fieller_bounds(x, y, xx, yy, 0.0, t)


CANDIDATES = {
    "paired: linearised": linearised,
    "paired: linearised logarithm": linearised_logarithm,
    "paired: Fieller": fieller,
    "paired: mean of log ratios": log_ratios,
    "unpaired: linearised": unpaired_linearised,
    "unpaired: linearised logarithm": unpaired_linearised_logarithm,
    "unpaired: Fieller": unpaired_fieller,
}


def results_of(random, scenario, sweeps):
    """{candidate: [(coverage, median width)] per number of repetitions}, in per cent."""
    noise, _, drifts = SCENARIOS[scenario]
    results = {name: [] for name in CANDIDATES}
    for repetitions in REPETITIONS:
        pace = drift(random, sweeps, repetitions) if drifts else 1.0
        above = TRUTH * pace * numpy.maximum(noise(random, (sweeps, repetitions)), 0.05)
        below = pace * numpy.maximum(noise(random, (sweeps, repetitions)), 0.05)
        for name, candidate in CANDIDATES.items():
            low, high = candidate(above, below)
            inside = (low <= TRUTH) & (TRUTH <= high)
            results[name].append((100 * inside.mean(), 100 * numpy.median(high - low) / TRUTH))
    return results


def print_table(title, results, cell):
    print(f"\n| {title} | " + " | ".join(SCENARIOS) + " |")
    print("| --- |" + " --- |" * len(SCENARIOS))
    for name in CANDIDATES:
        cells = [" ".join(f"{cell(value):.1f}" for value in results[scenario][name]) for scenario in SCENARIOS]
        print(f"| {name} | " + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sweeps", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    random = numpy.random.default_rng(arguments.seed)
    results = {scenario: results_of(random, scenario, arguments.sweeps) for scenario in SCENARIOS}
    print_table("Coverage in % at 3, 5, 7 repetitions", results, lambda value: value[0])
    print_table("Median width in %", results, lambda value: value[1])


if __name__ == "__main__":
    main()
