"""Prints "n m, n + m values, ratio low high p" of two means by SciPy, for mean_ratio_scipy_test.cpp: p of a ratio of 1.

The logarithm of a ratio of means has the relative variance of each mean: Welch's test of two numbers ln(mean) with the standard
deviations std / mean. Of sides of equal size a second row, with m = 0, has the paired test over x / mean(x) - y / mean(y).
"""

import numpy
from scipy import stats


def row(n, m, values, log_ratio, error, freedom):
    half = stats.t.ppf(0.975, freedom) * error
    p = 2 * stats.t.sf(abs(log_ratio) / error, freedom)
    expected = [numpy.exp(log_ratio), numpy.exp(log_ratio - half), numpy.exp(log_ratio + half), p]
    print(n, m, *(repr(float(value)) for value in [*values, *expected]))


random = numpy.random.default_rng(11)
for n in range(2, 10):
    for m in range(2, 10):
        x = random.lognormal(0.1 * random.standard_normal(), 0.02 * n, n)
        y = random.lognormal(0.0, 0.05, m)
        scaled = x / x.mean(), y / y.mean()
        welch = stats.ttest_ind(*scaled, equal_var=False)
        error = numpy.sqrt(stats.sem(scaled[0]) ** 2 + stats.sem(scaled[1]) ** 2)
        log_ratio = numpy.log(x.mean() / y.mean())
        row(n, m, [*x, *y], log_ratio, error, welch.df)
        if n == m:
            row(n, 0, [*x, *y], log_ratio, stats.sem(scaled[0] - scaled[1]), n - 1)
