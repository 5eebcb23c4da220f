#pragma once

#include <span>

#include "core/statistics.h"

namespace scalemark {

/// Something that happened between two looks: after `low`, and at `high` at the latest.
struct Crossing {
  double low = 0.0;
  double high = 0.0;
};

/// What the unknown places within the looks add at least to the variance of a crossing: width^2 / 12, of a place that
/// is as likely anywhere between the two looks; mean over the crossings.
double variance_within(std::span<const Crossing> crossings);

/// The mean of the upper ends, where each was first seen, and an interval of 95 % for the mean of what happened. It
/// reaches from the lower bound of the mean of the lower ends to the upper bound of the mean of the upper ends, each by
/// Student's t with a variance of variance_within() at least: several that fall between the same two looks scatter all
/// the same. Not below 0. One crossing: its two ends, which say nothing of scatter. NaN where an end is not known.
Interval mean_of_crossings(std::span<const Crossing> crossings);

}  // namespace scalemark
