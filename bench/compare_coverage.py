"""How `scalemark compare` chooses its interval: the coverage of the candidates on synthetic pairs of jobs.

usage: compare_coverage.py [--pairs 2000] [--seed 1]     (NumPy and SciPy; two minutes)

Two jobs measure one case; their repetitions are not paired. A repetition has 20 steps, whose noise is correlated
(AR(1), coefficient 0.6) and heavy-tailed (Student's t with 3 degrees of freedom, and one step in ten stalls). The
repetitions of a job scatter (2 %), and, by scenario, drift or depend on each other. Every candidate gives a 95 %
interval of the ratio of step times, new over base, whose truth is 1. Printed as Markdown: coverage, median width of the
interval in per cent, and, for a change of 10 % that is there, how often the interval leaves out 1.
"""

import argparse

import numpy
from scipy import stats

STEPS = 20
REPETITIONS = (3, 5, 7)
CHANGE = 1.10
RESAMPLES = 1000

# Between the repetitions of a job, on the logarithm: autocorrelation, drift from the first to the last (one number per
# job, random), and the scatter of whole jobs.
SCENARIOS = {
    "independent repetitions": {},
    "base twice as noisy": {"base_scatter": 0.04},
    "drift of up to 4 % in each job": {"drift": 0.04},
    "correlated repetitions (0.5)": {"correlation": 0.5},
    "jobs that scatter by 2 %": {"job": 0.02},
}


def correlated(random, shape, correlation):
    """AR(1) along the last axis with unit variance, of Student's t innovations with 3 degrees of freedom."""
    innovations = random.standard_t(3, shape) / numpy.sqrt(3)
    series = innovations.copy()
    for i in range(1, shape[-1]):
        series[..., i] = correlation * series[..., i - 1] + numpy.sqrt(1 - correlation**2) * innovations[..., i]
    return series


def log_medians(random, pairs, repetitions, scatter=0.02, drift=0.0, correlation=0.0, job=0.0):
    """[pair, repetition] The logarithms of the repetitions' median step times, and [pair, repetition, step] all steps."""
    stalls = random.random((pairs, repetitions, STEPS)) < 0.1
    steps = 0.03 * correlated(random, (pairs, repetitions, STEPS), 0.6)
    steps += stalls * numpy.log1p(random.exponential(1.0, stalls.shape))
    level = numpy.empty((pairs, repetitions))
    noise = random.standard_normal((pairs, repetitions))
    for i in range(repetitions):
        level[:, i] = noise[:, i] if i == 0 else correlation * level[:, i - 1] + numpy.sqrt(1 - correlation**2) * noise[:, i]
    level *= scatter
    level += drift * random.uniform(-1, 1, (pairs, 1)) * (numpy.linspace(0, 1, repetitions) - 0.5)
    level += job * random.standard_normal((pairs, 1))
    steps += level[..., None]
    return numpy.median(steps, axis=2), steps


def student(difference, variance, degrees):
    half = stats.t.ppf(0.975, degrees) * numpy.sqrt(variance)
    return difference - half, difference + half


def variances(base, new):
    return base.var(axis=1, ddof=1) / base.shape[1], new.var(axis=1, ddof=1) / new.shape[1]


def welch(base, new, *_):
    v, w = variances(base, new)
    n, m = base.shape[1], new.shape[1]
    return student(new.mean(1) - base.mean(1), v + w, (v + w) ** 2 / (v**2 / (n - 1) + w**2 / (m - 1)))


def pooled(base, new, *_):
    v, w = variances(base, new)
    return student(new.mean(1) - base.mean(1), v + w, base.shape[1] + new.shape[1] - 2)


def fewest_degrees(base, new, *_):
    v, w = variances(base, new)
    return student(new.mean(1) - base.mean(1), v + w, min(base.shape[1], new.shape[1]) - 1)


def bootstrap_repetitions(base, new, random, *_):
    def means(side):
        picks = random.integers(0, side.shape[1], (RESAMPLES, side.shape[1]))
        return side[:, picks].mean(2)

    return numpy.quantile(means(new) - means(base), [0.025, 0.975], axis=1)


def bootstrap_samples(base, new, random, base_steps, new_steps):
    def medians(steps):
        flat = steps.reshape(steps.shape[0], -1)
        picks = random.integers(0, flat.shape[1], (200, flat.shape[1]))
        return numpy.median(flat[:, picks], axis=2)

    low = numpy.empty(len(base))
    high = numpy.empty(len(base))
    for begin in range(0, len(base), 50):
        part = slice(begin, begin + 50)
        low[part], high[part] = numpy.quantile(medians(new_steps[part]) - medians(base_steps[part]), [0.025, 0.975], axis=1)
    return low, high


def rank_sum(base, new, *_):
    """The exact permutation (Wilcoxon) interval: order statistics of all differences (Hodges and Lehmann)."""
    n, m = base.shape[1], new.shape[1]
    differences = numpy.sort((new[:, :, None] - base[:, None, :]).reshape(len(base), -1), axis=1)
    counts = numpy.zeros(n * m + 1)
    counts[0] = 1.0  # the distribution of the rank sum statistic, by the recurrence of its generating function
    for i in range(1, m + 1):
        for j in range(n * m, n + i - 1, -1):
            counts[j] -= counts[j - n - i]
        for j in range(i, n * m + 1):
            counts[j] += counts[j - i]
    tail = numpy.cumsum(counts) / counts.sum()
    k = int(numpy.searchsorted(tail, 0.025, side="right"))
    if k == 0:
        return numpy.full(len(base), -numpy.inf), numpy.full(len(base), numpy.inf)
    return differences[:, k - 1], differences[:, -k]


CANDIDATES = {
    "Welch": welch,
    "pooled degrees": pooled,
    "fewest degrees": fewest_degrees,
    "bootstrap by repetition": bootstrap_repetitions,
    "bootstrap of all samples": bootstrap_samples,
    "permutation (rank sum)": rank_sum,
}


def row(candidate, scenario, repetitions, pairs, random):
    options = dict(SCENARIOS[scenario])
    base_options = {**options, "scatter": options.pop("base_scatter", 0.02)}
    base_options.pop("base_scatter", None)
    base, base_steps = log_medians(random, pairs, repetitions, **base_options)
    new, new_steps = log_medians(random, pairs, repetitions, **options)
    low, high = CANDIDATES[candidate](base, new, random, base_steps, new_steps)
    shift = numpy.log(CHANGE)
    width = 100 * numpy.median(numpy.exp(high) - numpy.exp(low))
    return numpy.mean((low <= 0) & (0 <= high)), width, numpy.mean((low + shift > 0) | (high + shift < 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    titles = " | ".join(f"{n}: coverage, width, found" for n in REPETITIONS)
    print(f"| Scenario | Candidate | {titles} |\n| --- | --- |" + " ---: |" * len(REPETITIONS))
    for scenario in SCENARIOS:
        for candidate in CANDIDATES:
            random = numpy.random.default_rng(options.seed)
            cells = []
            for repetitions in REPETITIONS:
                coverage, width, found = row(candidate, scenario, repetitions, options.pairs, random)
                cells.append(f"{100 * coverage:.1f} %, {width:.1f} %, {100 * found:.0f} %")
            print(f"| {scenario} | {candidate} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
