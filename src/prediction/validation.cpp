#include "prediction/validation.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/nan.h"
#include "core/statistics.h"
#include "prediction/network_fit.h"
#include "prediction/step_model.h"

namespace scalemark::prediction {
namespace {

constexpr double kErrorBefore = 0.033;
constexpr double kDegreesBefore = 3;

using Uses = std::function<bool(const analysis::MeasuredCase&)>;

double doublings_beyond(int ranks, int measured) {
  return std::max(0.0, std::log2(static_cast<double>(ranks) / measured));
}

/// Errors grow with the distance as those of a random walk do.
double growth(double doublings) { return std::sqrt(1 + doublings); }

double log_error(const Validation& one) { return std::log1p(one.error()); }

std::vector<const analysis::MeasuredCase*> cases_of(const std::vector<TrainingFamily>& families) {
  std::vector<const analysis::MeasuredCase*> cases;
  for (const auto& family : families)
    cases.insert(cases.end(), family.several_ranks.begin(), family.several_ranks.end());
  return cases;
}

/// `one` as it would have been predicted had only the cases that `uses` names been measured.
Validation predicted_from(const analysis::CaseSet& set, const analysis::MeasuredCase& one, const Uses& uses) {
  Validation validation;
  validation.key = one.key;
  validation.measured_seconds = mean_but_for(one.full_seconds, {});
  const auto families = training_families(set, uses);
  const auto family = std::find_if(families.begin(), families.end(),
                                   [&](const TrainingFamily& other) { return other.signature == one.signature; });
  if (family == families.end()) return validation;
  const NetworkModel network = fit_network(cases_of(families)).network();
  validation.predicted_seconds = StepModel(*family, one.key.batch_per_rank).step(network, one.key.ranks).step_seconds;
  validation.doublings = doublings_beyond(one.key.ranks, family->most_ranks());
  return validation;
}

Validation validation_of(const analysis::CaseSet& set, const analysis::MeasuredCase& one) {
  Validation validation = predicted_from(set, one, [&](const auto& other) { return other.key.ranks != one.key.ranks; });
  validation.source = "the other counts";
  if (std::isfinite(validation.predicted_seconds)) return validation;
  validation = predicted_from(set, one, [&](const auto& other) { return &other != &one; });
  validation.source = std::isfinite(validation.predicted_seconds) ? "the other batches of this count"
                                                                  : "nothing: no other case of this training is left";
  return validation;
}

}  // namespace

std::vector<Validation> validate(const analysis::CaseSet& set) {
  std::vector<Validation> validations;
  for (const analysis::MeasuredCase* one : cases_of(training_families(set)))
    validations.push_back(validation_of(set, *one));
  return validations;
}

double ModelError::half_width(double doublings) const {
  return student_t_quantile(kQuantileOf95, degrees_of_freedom) * at_measured_counts * growth(doublings);
}

ModelError model_error(const std::vector<Validation>& validation) {
  double squares = 0;
  double cases = 0;
  std::set<int> counts;  // cases of one count share what is off about it
  for (const auto& one : validation) {
    if (!std::isfinite(one.predicted_seconds)) continue;
    squares += std::pow(log_error(one) / growth(one.doublings), 2);
    ++cases;
    counts.insert(one.key.ranks);
  }
  const auto measured = static_cast<double>(counts.size());
  const double sum = kDegreesBefore * kErrorBefore * kErrorBefore + (cases > 0 ? measured * squares / cases : 0);
  return {std::sqrt(sum / (kDegreesBefore + measured)), kDegreesBefore + measured};
}

double root_mean_square_error(const std::vector<Validation>& validation) {
  double squares = 0;
  double cases = 0;
  for (const auto& one : validation) {
    if (!std::isfinite(one.predicted_seconds)) continue;
    squares += std::pow(log_error(one), 2);
    ++cases;
  }
  return cases > 0 ? std::sqrt(squares / cases) : kNaN;
}

}  // namespace scalemark::prediction
