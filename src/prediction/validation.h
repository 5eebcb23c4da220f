#pragma once

#include <string>
#include <vector>

#include "analysis/case_set.h"
#include "results/records.h"

namespace scalemark::prediction {

/// A measured case of several ranks, predicted without it.
struct Validation {
  analysis::CaseKey key;
  double measured_seconds = results::kNotMeasured;
  double predicted_seconds = results::kNotMeasured;  ///< NaN where nothing else was measured to predict it from
  double doublings = 0;                              ///< of ranks, beyond the largest count that it was predicted from
  std::string source;                                ///< "the other counts", "the other batches"

  double error() const { return predicted_seconds / measured_seconds - 1; }
};

/// Predicts every case of several ranks from those of other counts, or, where all have one count, from the other
/// cases. What is left out counts neither for compute nor for the network, which is always the fitted one.
std::vector<Validation> validate(const analysis::CaseSet& set);

/// How far the model itself is off, beyond the scatter of what it was given.
struct ModelError {
  double at_measured_counts;  ///< standard deviation, of the logarithm
  double degrees_of_freedom;

  /// Half of the 95 % interval, of the logarithm, `doublings` of ranks beyond the largest measured count.
  double half_width(double doublings) const;
};

/// From the validation, together with what is known of the model before: an error of 3.3 % (docs/evidence.md, "Another
/// network, predicted") counts as much as that of three counts.
ModelError model_error(const std::vector<Validation>& validation);

/// Root mean square of the errors, of the logarithm; NaN without any.
double root_mean_square_error(const std::vector<Validation>& validation);

}  // namespace scalemark::prediction
