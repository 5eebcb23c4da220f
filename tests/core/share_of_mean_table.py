"""Prints "n m, n + m values, estimate low high of each interval" by NumPy and SciPy, for share_of_mean_scipy_test.cpp.

Ratios of means, paired and not, then shares, paired and not (mean_ratio.h, share_of_mean.h). Variances and covariances
stand in for the residuals of the program.
"""

import numpy
from scipy import stats


def paired(x, y):
    n, ratio = len(x), x.mean() / y.mean()
    cov = numpy.cov(x / x.mean(), y / y.mean())
    half = stats.t.ppf(0.975, n - 1) * numpy.sqrt((cov[0, 0] + cov[1, 1] - 2 * cov[0, 1]) / n)
    return ratio, ratio * numpy.exp(-half), ratio * numpy.exp(half)


def independent(x, y):
    ratio = x.mean() / y.mean()
    test = stats.ttest_ind(x / x.mean(), y / y.mean(), equal_var=False)
    interval = test.confidence_interval(0.95)
    return ratio, ratio * numpy.exp(interval.low), ratio * numpy.exp(interval.high)


def share(part, whole):
    estimate = part.sum() / whole.sum()
    interval = stats.ttest_1samp(part - estimate * whole, 0.0).confidence_interval(0.95)
    return estimate, estimate + interval.low / whole.mean(), estimate + interval.high / whole.mean()


def share_independent(part, other, whole):
    estimate = (part.mean() - other.mean()) / whole.mean()
    interval = stats.ttest_ind(part - estimate * whole, other, equal_var=False).confidence_interval(0.95)
    return estimate, estimate + interval.low / whole.mean(), estimate + interval.high / whole.mean()


random = numpy.random.default_rng(12)
for n in range(2, 9):
    for m in range(2, 9):
        numerator = random.lognormal(0.1 * random.standard_normal(), 0.02 * n, n)
        denominator = random.lognormal(0.0, 0.05, m)
        common = min(n, m)
        x, y = numerator[:common], denominator[:common]
        expected = [*paired(x, y), *independent(numerator, denominator), *share(x - y, x)]
        expected += share_independent(numerator - 0.5, denominator, numerator)
        print(n, m, *(repr(float(value)) for value in [*numerator, *denominator, *expected]))
