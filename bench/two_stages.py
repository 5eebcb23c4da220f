"""How many repetitions `measure.repetitions: auto` takes, and what their intervals cover.

usage: two_stages.py [--experiments 20000] [--seed 1]     (NumPy and SciPy; a minute)

The mean of repetitions is wanted to +- 1, by several rules: 7 repetitions; as many as it takes until Student's 95 %
interval is narrow ("stop when narrow", looked at after each repetition from the third or the tenth on); and Stein's two
stages: 7 or, as `auto` does, 10 repetitions as a pilot, then as many as their scatter asks for (src/core/two_stages.h).
At most 40 each. Printed as Markdown, in per cent: how often Student's interval over all repetitions, which the report
shows, holds the truth; how often it is as narrow as was asked for; and the mean number of repetitions.
"""

import argparse

import numpy
from scipy import stats

MOST = 40
SCATTERS = (0.5, 1.0, 1.5, 2.0)  # standard deviation of a repetition over the half width that is asked for


def independent(random, shape):
    return random.standard_normal(shape)


def heavy_tails(random, shape):
    return random.standard_t(3, shape) / numpy.sqrt(3)


def rare_slow_mode(random, shape):
    """One repetition in twenty is four standard deviations slower."""
    return random.standard_normal(shape) + 4 * (random.random(shape) < 0.05) - 0.2


def correlated(random, shape):
    series = random.standard_normal(shape)
    for i in range(1, shape[1]):
        series[:, i] = 0.5 * series[:, i - 1] + numpy.sqrt(0.75) * series[:, i]
    return series


WORLDS = {
    "independent": independent,
    "heavy tails": heavy_tails,
    "rare slow mode": rare_slow_mode,
    "correlated (0.5)": correlated,
}


def moments(values):
    """[experiment, count - 1] Means, and half widths of Student's interval, of the first `count` values."""
    counts = numpy.arange(1, values.shape[1] + 1)
    means = values.cumsum(axis=1) / counts
    squares = (values**2).cumsum(axis=1) - counts * means**2
    degrees = numpy.maximum(counts - 1, 1)
    half = stats.t.ppf(0.975, degrees) * numpy.sqrt(numpy.maximum(squares, 0) / degrees / counts)
    half[:, 0] = numpy.inf
    return means, half


def fixed(values, half):
    return numpy.full(len(values), 7)


def stop_when_narrow(fewest):
    def count(values, half):
        narrow = half[:, fewest - 1:] <= 1
        return numpy.where(narrow.any(axis=1), narrow.argmax(axis=1) + fewest, MOST)
    return count


def two_stages(pilot):
    def count(values, half):
        wanted = numpy.ceil(pilot * half[:, pilot - 1] ** 2)
        return numpy.clip(wanted, pilot, MOST).astype(int)
    return count


RULES = {
    "7 repetitions": fixed,
    "stop when narrow, from 3 on": stop_when_narrow(3),
    "stop when narrow, from 10 on": stop_when_narrow(10),
    "two stages, pilot of 7": two_stages(7),
    "two stages, pilot of 10 (auto)": two_stages(10),
}


def cell(values, rule):
    means, half = moments(values)
    counts = rule(values, half)
    mean, half = (array[numpy.arange(len(values)), counts - 1] for array in (means, half))
    return f"{100 * (abs(mean) <= half).mean():.1f} ({100 * (half <= 1).mean():.0f} %, n = {counts.mean():.0f})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--experiments", type=int, default=20000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for name, world in WORLDS.items():
        print(f"\n| {name}: scatter over half width | " + " | ".join(map(str, SCATTERS)) + " |")
        print("| --- " * (len(SCATTERS) + 1) + "|")
        for rule_name, rule in RULES.items():
            random = numpy.random.default_rng(arguments.seed)
            cells = [cell(scatter * world(random, (arguments.experiments, MOST)), rule) for scatter in SCATTERS]
            print(f"| {rule_name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
