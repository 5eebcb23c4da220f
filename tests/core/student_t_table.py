"""Prints "dof p quantile" of Student's t by SciPy, for tests/core/student_t_grid_test.cpp."""

from scipy.stats import t

PROBABILITIES = (1e-6, 0.0005, 0.025, 0.1, 0.4, 0.499, 0.6, 0.75, 0.9, 0.975, 0.995, 0.99999)

for dof in range(1, 201):
    for p in PROBABILITIES:
        print(dof, repr(p), repr(float(t.ppf(p, dof))))
