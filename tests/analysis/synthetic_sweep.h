#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "analysis/result_fixture.h"

namespace scalemark::analysis {

/// A sweep as a cluster would give it: 15 batches at 1, 2, 4 and 8 GPUs, every arm, noise, a slow rank, a case that
/// ran out of memory, accuracies. From a fixed seed.
class SyntheticSweep {
 public:
  results::ResultFile file() {
    std::vector<results::CaseRecord> cases;
    for (std::int64_t batch = 2; batch <= 32768; batch *= 2) {
      for (std::int32_t ranks = 1; ranks <= 8; ranks *= 2) cases.push_back(one(ranks, batch));
    }
    results::ResultFile file = make_file(cases, "2024-05-06T07:08:09Z");
    file.institution = "Institute of Measurement";
    file.provenance.topology = "8 ranks on 2 hosts\nnode1: 4 ranks\nnode2: 4 ranks";
    file.provenance.environment = {{"SLURM_JOB_ID", "17"}, {"OMP_NUM_THREADS", "4"}};
    file.provenance.hosts = {"node1", "node1", "node1", "node1", "node2", "node2", "node2", "node2"};
    return file;
  }

  /// As configs/hpml-lab5.yaml measures it: a sweep, and two cases beside it that are no part of it.
  results::ResultFile lab5() {
    std::vector<results::CaseRecord> cases;
    for (const std::int32_t ranks : {1, 2, 4}) {
      for (const std::int64_t batch : {32, 128, 512, 2048, 8192}) {
        cases.push_back(with(one(ranks, batch), "", "measure.epochs", std::int64_t{2}));
        cases.back().epoch_seconds = {20.0, 18.0};
        results::summarize(cases.back());
      }
    }
    cases.push_back(with(one(4, 2048), "large-batch", "measure.epochs", std::int64_t{5}));
    cases.push_back(with(one(1, 128), "single-128", "measure.epochs", std::int64_t{5}));
    results::ResultFile file = make_file(cases);
    file.title = "hpml-lab5";
    return file;
  }

  /// A sweep over bucket sizes on two ranks, by two batches, and single changes.
  results::ResultFile with_buckets_and_changes() {
    std::vector<results::CaseRecord> cases;
    for (const std::int64_t batch : {32, 512}) {
      for (const double bucket : {1.0, 4.0, 8.0, 25.0}) {
        const std::string label = "bucket-" + std::to_string(static_cast<int>(bucket)) + "-" + std::to_string(batch);
        cases.push_back(with(one(2, batch), label, "train.bucket_mebibytes", bucket));
      }
      cases.push_back(with(one(2, batch), "together-" + std::to_string(batch), "train.bucket_mebibytes", 1.0));
      cases.back().parameters.emplace_back("train.bucket_fill", "together");
      cases.push_back(with(one(1, batch), "alone-" + std::to_string(batch), "train.bucket_mebibytes", 1.0));
      cases.push_back(with(one(4, batch), "four-" + std::to_string(batch), "train.bucket_mebibytes", 1.0));
    }
    cases.push_back(with(one(1, 1024), "alone-1024", "train.bucket_mebibytes", 1.0));
    for (auto& record : cases) {
      if (record.parameters.back().first != "train.bucket_fill")
        record.parameters.emplace_back("train.bucket_fill", "each");
    }
    return make_file(cases);
  }

  /// The record under a label, with a key of the config set.
  static results::CaseRecord with(results::CaseRecord record, const std::string& label, const std::string& key,
                                  const results::ParameterValue& value) {
    record.row.label = label;
    if (!label.empty()) record.row.case_id = label;
    record.parameters.emplace_back(key, value);
    return record;
  }

  results::CaseRecord one(std::int32_t ranks, std::int64_t batch) {
    const std::string id = "gpus=" + std::to_string(ranks) + ",batch_size=" + std::to_string(batch);
    results::CaseRecord record = make_case(id, ranks, batch, {1.0});
    record.row.loader_workers = 2;
    if (ranks < 8 && batch == 32768) return out_of_memory(record);
    const double compute = 0.010 + 0.00025 * static_cast<double>(batch);
    const double communication = ranks == 1 ? 0.0 : 0.004 + 0.002 * std::log2(ranks);
    const double input = 0.0002 + 0.00002 * static_cast<double>(batch) * std::sqrt(ranks);
    fill_arms(record, compute, communication, input);
    fill_phases(record, compute, communication, input);
    fill_training(record);
    for (auto& row : record.rank_rows) {
      row.host = row.rank < 4 ? "node1" : "node2";
      row.device = "NVIDIA H100 80GB HBM3";
      row.device_uuid = "GPU-0000-" + std::to_string(row.rank);
      row.pci_id = "0000:1a:00." + std::to_string(row.rank);
      row.peak_memory_bytes = 6e8 + 9e5 * static_cast<double>(batch) + 1e6 * row.rank;
    }
    record.planned_repetitions = kRepetitions;
    results::summarize(record);
    return record;
  }

 private:
  static constexpr std::int64_t kRepetitions = 5;
  static constexpr std::int64_t kSteps = 50;

  static results::CaseRecord out_of_memory(results::CaseRecord record) {
    record.row.status = results::CaseStatus::kOom;
    record.row.reason = "limits.memory: 30.1 GiB are needed and 16 GiB allowed";
    record.arms.clear();
    results::summarize(record);
    return record;
  }

  double noise() { return 1.0 + 0.01 * normal_(random_) + (uniform_(random_) < 0.01 ? 0.3 : 0.0); }

  /// Ranks that reduce leave the step together; rank 5 computes 6 % longer.
  results::StepSamples samples(std::int64_t ranks, bool together, double compute, double rest) {
    results::StepSamples samples{kSteps, ranks, {}};
    std::vector<double> step(static_cast<std::size_t>(ranks));
    for (std::int64_t i = 0; i < kRepetitions * kSteps; ++i) {
      for (std::size_t rank = 0; rank < step.size(); ++rank) {
        step[rank] = (compute * (rank == 5 ? 1.06 : 1.0) + rest) * noise();
      }
      const double slowest = *std::max_element(step.begin(), step.end());
      for (const double seconds : step)
        samples.seconds.push_back(together ? slowest * (1 - 1e-3 * uniform_(random_)) : seconds);
    }
    return samples;
  }

  void fill_arms(results::CaseRecord& record, double compute, double communication, double input) {
    const std::int64_t ranks = record.row.ranks;
    record.arms["full"] = samples(ranks, true, compute, communication + input);
    record.arms["cached_input"] = samples(ranks, true, compute, communication);
    if (ranks == 1) return;
    record.arms["no_sync"] = samples(ranks, false, compute, input);
    record.arms["comm_only"] = samples(ranks, true, 0.0, 2 * communication);
    record.bucket_bytes = {1 << 20, 18 << 20};
    record.bucket_seconds = {samples(ranks, true, 0.0, communication), samples(ranks, true, 0.0, communication)};
  }

  void fill_phases(results::CaseRecord& record, double compute, double communication, double input) {
    const std::int64_t ranks = record.row.ranks;
    record.phase_names = {"load", "transfer", "forward", "backward", "reduce", "optimizer"};
    record.phase_seconds = {samples(ranks, false, 0.0, 0.8 * input),       samples(ranks, false, 0.0, 0.2 * input),
                            samples(ranks, false, 0.3 * compute, 0.0),     samples(ranks, false, 0.6 * compute, 0.0),
                            samples(ranks, false, 0.0, 2 * communication), samples(ranks, false, 0.1 * compute, 0.0)};
    record.arms["phases"] = samples(ranks, true, compute, 2 * communication + input);
    auto& step = record.arms["phases"].seconds;
    for (std::size_t i = 0; i < step.size(); ++i) {
      double covered = 0.0;
      for (const auto& phase : record.phase_seconds) covered += phase.seconds[i];
      step[i] = covered * 1.02;
    }
    record.bucket_ready_seconds = {samples(ranks, false, 0.2 * compute, 0.0),
                                   samples(ranks, false, 0.5 * compute, 0.0)};
  }

  void fill_training(results::CaseRecord& record) {
    for (int step = 0; step < kSteps + 5; ++step) record.loss.push_back(0.3 + 2.0 * std::exp(-0.05 * step) * noise());
    record.accuracy = {{0.71, 0.69}, {0.83, 0.80}, {0.88, 0.84}};
  }

  std::mt19937 random_{11};
  std::normal_distribution<double> normal_;
  std::uniform_real_distribution<double> uniform_;
};

/// Names that would break a page which does not escape them.
inline results::ResultFile hostile_file() {
  const std::string hostile = "</title><script>alert('x')</script>&lt;\"'\x01\xff]]>--><svg onload=alert(1)>";
  SyntheticSweep sweep;
  std::vector<results::CaseRecord> cases{sweep.one(1, 32), sweep.one(8, 32), sweep.one(8, 64)};
  for (auto& record : cases) {
    record.row.label = hostile + record.row.case_id;
    for (auto& row : record.rank_rows) row.host = row.device = row.device_uuid = hostile;
  }
  cases[2].row.status = results::CaseStatus::kFailed;
  cases[2].row.reason = hostile;
  results::ResultFile file = make_file(cases);
  file.title = file.institution = file.created = hostile;
  file.provenance.config = file.provenance.topology = file.provenance.command_line = hostile;
  file.provenance.environment = {{hostile, hostile}};
  return file;
}

}  // namespace scalemark::analysis
