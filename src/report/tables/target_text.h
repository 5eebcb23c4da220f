#pragma once

#include <string>
#include <vector>

#include "analysis/training/training_speedup.h"

namespace scalemark::report {

/// "85 %", "93.5 %".
std::string accuracy_text(double fraction);

/// The row to speak of: at the most ranks, the one with the highest throughput speed-up; null where none has a ratio.
/// The highest training speed-up would be the one whose epochs came out best by chance.
const analysis::TrainingSpeedup* headline_speedup(const std::vector<analysis::TrainingSpeedup>& rows);

/// "2 ranks train 1.80 times the images per second of 1 rank and need 1.20 times the epochs: they reach 85 % 1.50 times
/// as soon (batch 64 per rank)." How much of the throughput speed-up survives.
std::string survival_sentence(const analysis::TrainingSpeedup& row);

/// The case with the shortest time to the highest target; null where none has a time.
const analysis::TimeToAccuracy* soonest(const std::vector<analysis::TimeToAccuracy>& times);

/// "2 ranks, global batch 128, lars".
std::string target_case_words(const analysis::TimeToAccuracy& one);

}  // namespace scalemark::report
