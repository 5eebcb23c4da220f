#pragma once

#include <cstddef>

namespace scalemark::analysis {

/// The p-value below which the step times of two measurements differ by more than noise.
inline constexpr double kSignificance = 0.05;

/// The p-value below which the repetitions of a case drift. The flags of a steady pair of cases together are to be
/// false in at most 5 of 100.
inline constexpr double kDriftSignificance = 0.02;

/// Fewer repetitions cannot show a drift: in the 24 orders of 4 there are two that only rise or only fall, so that no p
/// is below 0.08; of 5, 0.017.
inline constexpr std::size_t kFewestForDrift = 5;

/// The least part of a loss that a second, independent measurement must find for the two to agree.
inline constexpr double kLeastAgreement = 1.0 / 3.0;

}  // namespace scalemark::analysis
