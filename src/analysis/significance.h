#pragma once

namespace scalemark::analysis {

/// The p-value below which the step times of two measurements differ by more than noise.
inline constexpr double kSignificance = 0.05;

/// The p-value below which repetitions drift. They are few: 4 of them cannot reach less than 0.08.
inline constexpr double kDriftSignificance = 0.05;

}  // namespace scalemark::analysis
