"""Prints "n m, n + m values, ratio low high p" of Welch's test over logarithms by SciPy, for unpaired_ratio_scipy_test.cpp."""

import numpy
from scipy import stats

random = numpy.random.default_rng(11)
for n in range(2, 10):
    for m in range(2, 10):
        numerator = random.lognormal(0.1 * random.standard_normal(), 0.02 * n, n)
        denominator = random.lognormal(0.0, 0.05, m)
        test = stats.ttest_ind(numpy.log(numerator), numpy.log(denominator), equal_var=False)
        interval = test.confidence_interval(0.95)
        ratio = stats.gmean(numerator) / stats.gmean(denominator)
        expected = [ratio, numpy.exp(interval.low), numpy.exp(interval.high), test.pvalue]
        print(n, m, *(repr(float(value)) for value in [*numerator, *denominator, *expected]))
