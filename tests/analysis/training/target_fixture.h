#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "analysis/result_fixture.h"
#include "results/case_summary.h"
#include "results/records.h"

namespace scalemark::analysis {

/// One seed's training, evaluated after every `images` images, each of which took `seconds`.
inline results::TargetRun target_run(std::int64_t seed, std::vector<double> accuracies, double images, double seconds) {
  results::TargetRun run;
  run.seed = seed;
  run.ended = true;
  for (std::size_t i = 1; i <= accuracies.size(); ++i) {
    const auto count = static_cast<double>(i);
    run.epochs.push_back(count * images / 1000);
    run.seconds.push_back(count * seconds);
    run.images.push_back(count * images);
    run.joules.push_back(results::kNotMeasured);
    run.train_accuracy.push_back(results::kNotMeasured);
  }
  run.test_accuracy = std::move(accuracies);
  return run;
}

/// Accuracies of evaluations of which the last one, of `count`, is the first at 0.9.
inline std::vector<double> reaching_at(std::size_t count) {
  std::vector<double> accuracies(count, 0.5);
  accuracies.back() = 0.9;
  return accuracies;
}

/// A case of 1000 training images that trained to 0.9.
inline results::CaseRecord target_case(const std::string& id, std::int32_t ranks, std::int64_t batch_per_rank,
                                       std::vector<results::TargetRun> runs) {
  results::CaseRecord record = make_case(id, ranks, batch_per_rank, {});
  record.arms.clear();
  record.parameters.insert(record.parameters.end(), {{"measure.target.test_accuracy", 0.9},
                                                     {"measure.target.most_epochs", std::int64_t{20}},
                                                     {"measure.target.evaluate_every", 1.0}});
  record.target_runs = std::move(runs);
  results::summarize(record);
  return record;
}

/// Trainings as an experiment has them: 1 and 2 ranks, three global batches, three techniques, three seeds; the largest
/// batch falls short without warm-up. From a fixed seed.
class SyntheticTrainings {
 public:
  results::ResultFile file() {
    std::vector<results::CaseRecord> cases;
    for (const std::string technique : {"plain", "warm-up", "lars"}) {
      for (const std::int32_t ranks : {1, 2}) {
        for (const std::int64_t batch : {64, 256, 1024}) cases.push_back(one(technique, ranks, batch));
      }
    }
    results::ResultFile file = make_file(cases);
    file.title = "time-to-accuracy";
    return file;
  }

  /// The first technique alone: few enough for one figure.
  results::ResultFile few() {
    results::ResultFile all = file();
    all.cases.resize(6);
    return all;
  }

 private:
  results::CaseRecord one(const std::string& technique, std::int32_t ranks, std::int64_t batch) {
    const std::string id = technique + ",gpus=" + std::to_string(ranks) + ",batch=" + std::to_string(batch);
    std::vector<results::TargetRun> runs;
    for (std::int64_t seed = 1; seed <= 3; ++seed) runs.push_back(run(technique, ranks, batch, seed));
    results::CaseRecord record = target_case(id, ranks, batch / ranks, std::move(runs));
    record.row.optimizer = technique == "lars" ? "lars" : "sgd";
    record.parameters.emplace_back("train.warmup_epochs", technique == "plain" ? 0.0 : 2.0);
    record.parameters.emplace_back("train.learning_rate", 0.05 * static_cast<double>(batch) / 64);
    results::summarize(record);
    return record;
  }

  results::TargetRun run(const std::string& technique, std::int32_t ranks, std::int64_t batch, std::int64_t seed) {
    const double batches = std::log2(static_cast<double>(batch) / 64);
    const double needed = (4.0 + (technique == "plain" ? 1.5 : 0.6) * batches) * (1.0 + 0.05 * normal_(random_));
    const double seconds =
        0.5 * 10.0 / (ranks == 1 ? 1.0 : 1.7) / (1.0 + 0.1 * batches) * (1.0 + 0.01 * normal_(random_));
    const bool short_of = technique == "plain" && batch == 1024 && seed == 2;
    std::vector<double> accuracies;
    for (double epochs = 0.5; epochs <= 20.0; epochs += 0.5) {
      const double accuracy = (short_of ? 0.88 : 0.93) - 0.5 * std::exp(-2.81 * epochs / needed);
      accuracies.push_back(accuracy + 0.004 * normal_(random_));
      if (accuracies.back() >= 0.9) break;
    }
    return target_run(seed, std::move(accuracies), 500, seconds);
  }

  std::mt19937 random_{5};
  std::normal_distribution<double> normal_;
};

}  // namespace scalemark::analysis
