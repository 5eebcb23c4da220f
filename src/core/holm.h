#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace scalemark {

/// Holm's step-down adjustment (Scandinavian Journal of Statistics 6, 1979): calling everything below 0.05 a finding
/// is wrong in at most 5 % of all families, however the tests depend on each other. NaN stays NaN and is not counted.
std::vector<double> holm_adjusted(std::span<const double> p_values);

/// The same of tests that hold their p-values, each as its member `p_value`.
template <typename Test>
void adjust_by_holm(std::vector<Test>& tests) {
  std::vector<double> p_values;
  p_values.reserve(tests.size());
  for (const Test& test : tests) p_values.push_back(test.p_value);
  const std::vector<double> adjusted = holm_adjusted(p_values);
  for (std::size_t i = 0; i < tests.size(); ++i) tests[i].p_value = adjusted[i];
}

}  // namespace scalemark
