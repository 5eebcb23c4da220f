"""In which order the repetitions of cases that are compared should be measured: what paired intervals cover under drift.

usage: visit_order.py [--sweeps 2000] [--seed 1]     (NumPy and SciPy; two minutes)

A block of cases, whose visits last 1, 1, 2, 2, 3, 3, ... units, is measured R times in each order. A visit's time scatters
by 1 % and follows the machine's speed at that moment, by scenario. Two cases are held against each other as the report
does, with the 95 % interval of Student's t over the logarithms of the R ratios; the truth is no difference. Printed as
Markdown: coverage in per cent, of neighbours in the order and of the first and the last case, and the median half width
of neighbours in per cent.
"""

import argparse

import numpy
from scipy import stats

SCATTER = 0.01
REPETITIONS = (3, 5, 7, 20)


def case_after_case(cases, repetitions, random):
    return [(case, r) for case in range(cases) for r in range(repetitions)]


def rounds(order_of):
    """Visits round by round: order_of(cases, r, random) lists the cases of round r."""
    return lambda cases, repetitions, random: [
        (case, r) for r in range(repetitions) for case in order_of(cases, r, random)]


def rotated(cases, turns):
    return [(case + turns) % cases for case in range(cases)]


def by_lot(cases, r, random):
    """What src/sweep/case_order.cpp does."""
    order = rotated(cases, random.integers(cases) if r else 0)
    return order[::-1] if r % 2 else order


ORDERS = {
    "case after case": case_after_case,
    "rounds, the same order": rounds(lambda cases, r, random: range(cases)),
    "rounds, beginning one later": rounds(lambda cases, r, random: rotated(cases, r)),
    "rounds, every second backwards": rounds(lambda cases, r, random: range(cases)[::-1 if r % 2 else 1]),
    "rounds, shuffled": rounds(lambda cases, r, random: random.permutation(cases)),
    "rounds, the start by lot, every second backwards (used)": rounds(by_lot),
}


def waves(t, random):
    return 0.05 * numpy.sin(2 * numpy.pi * (random.uniform(0.5, 3) * t + random.uniform()))


def random_walk(t, random):
    return 0.1 * numpy.cumsum(random.standard_normal(len(t))) / numpy.sqrt(len(t))


def neighbour(t, random):
    """Another job takes 15 %, in stretches of a twentieth of the sweep on average, a third of the time."""
    edges = numpy.cumsum(random.exponential([0.05, 0.1] * 40))
    return 0.15 * (numpy.searchsorted(edges, t) % 2 == 0)


# The logarithm of the machine's slowness at times t in [0, 1] of the sweep.
DRIFTS = {
    "steady machine": lambda t, random: numpy.zeros_like(t),
    "10 % slower by the end": lambda t, random: 0.1 * t,
    "warm-up of 10 %": lambda t, random: -0.1 * numpy.exp(-8 * t),
    "slow waves": waves,
    "random walk": random_walk,
    "neighbour, on and off": neighbour,
}


def measured(order, cases, repetitions, drift, random):
    """[case, repetition] Logarithms of the times of one sweep."""
    visits = ORDERS[order](cases, repetitions, random)
    lengths = numpy.array([1 + case // 2 for case, _ in visits], float)
    middle = numpy.cumsum(lengths) - lengths / 2
    times = DRIFTS[drift](middle / lengths.sum(), random) + SCATTER * random.standard_normal(len(visits))
    result = numpy.empty((cases, repetitions))
    for (case, r), time in zip(visits, times):
        result[case, r] = time
    return result


def judge(base, other):
    """Whether the paired intervals hold the truth, and their half widths, of ratios [sweep, repetition]."""
    ratios = other - base
    count = ratios.shape[-1]
    half = stats.t.ppf(0.975, count - 1) * ratios.std(axis=-1, ddof=1) / numpy.sqrt(count)
    return abs(ratios.mean(axis=-1)) <= half, half


def cell(order, cases, repetitions, drift, sweeps, random):
    times = numpy.array([measured(order, cases, repetitions, drift, random) for _ in range(sweeps)])
    near, half = judge(times[:, 0:-1:2], times[:, 1::2])
    far, _ = judge(times[:, 0], times[:, -1])
    return f"{100 * near.mean():.0f} {100 * far.mean():.0f} ({100 * numpy.median(half):.1f})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sweeps", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for cases in (4, 12):
        for repetitions in REPETITIONS:
            print(f"\n| {cases} cases, {repetitions} repetitions | " + " | ".join(DRIFTS) + " |")
            print("| --- " * (len(DRIFTS) + 1) + "|")
            for order in ORDERS:
                random = numpy.random.default_rng(arguments.seed)
                row = [cell(order, cases, repetitions, drift, arguments.sweeps, random) for drift in DRIFTS]
                print(f"| {order} | " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
