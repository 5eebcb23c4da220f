#pragma once

#include "analysis/report.h"

namespace scalemark::report {

/// What the page's first screen is about. Points into the report; null where the files hold no such thing.
struct Headline {
  const analysis::ScalingRow* row = nullptr;  ///< at the most ranks, the one of the highest efficiency
  bool weak = false;                          ///< of the fixed batch per rank; else of the fixed global batch
  const analysis::LostSpeedup* lost = nullptr;
  const analysis::Advice* advice = nullptr;
  const analysis::CaseLine* fastest = nullptr;
  const analysis::ValidityFlag* busy = nullptr;  ///< the machine was busy with other work: no number is a headline

  /// Whether the row's efficiency lies below 1 beyond doubt, or has no interval.
  bool loses() const;

  /// Whether its interval holds 1, so that nobody can tell.
  bool may_be_ideal() const;
};

Headline headline_of(const analysis::Report& report);

/// The part of `lost` that takes the most of its step, of those whose interval lies above 0; null where none does.
const analysis::LossPart* largest_loss(const analysis::LostSpeedup& lost);

/// Whether a part is known to be a loss, and large enough to be named.
bool is_named_loss(const analysis::LossPart& part);

/// Of the residual: "causes not measured apart (such as slower compute beside other ranks)".
const char* title_of(analysis::LossCause cause);

/// The change of one key with the largest effect on throughput that stands out of the noise; null where there is none.
const analysis::OneChange* largest_change(const analysis::Report& report);

}  // namespace scalemark::report
