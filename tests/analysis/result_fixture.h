#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/case_summary.h"
#include "results/records.h"

namespace scalemark::analysis {

/// Step times of an arm, the same in every step and rank of a repetition: its repetition medians are `medians`.
inline results::StepSamples steady_samples(const std::vector<double>& medians, std::int64_t ranks) {
  constexpr std::int64_t kSteps = 4;
  results::StepSamples samples{kSteps, ranks, {}};
  for (const double seconds : medians) {
    samples.seconds.insert(samples.seconds.end(), static_cast<std::size_t>(kSteps * ranks), seconds);
  }
  return samples;
}

/// An ok case of ResNet-10 on 1000 images, one thread per rank on one host, with the given medians of its full arm.
inline results::CaseRecord make_case(const std::string& id, std::int32_t ranks, std::int64_t batch_per_rank,
                                     const std::vector<double>& medians) {
  results::CaseRecord record;
  record.row.case_id = id;
  record.row.status = results::CaseStatus::kOk;
  record.row.model = "resnet10";
  record.row.dataset = "fashion-mnist";
  record.row.mode = "ddp";
  record.row.precision = "fp32";
  record.row.optimizer = "sgd";
  record.row.ranks = ranks;
  record.row.devices = ranks;
  record.row.batch_per_rank = batch_per_rank;
  record.row.global_batch = batch_per_rank * ranks;
  record.row.block = 1;
  record.row.parameters = 4903242;
  record.images = 1000;
  record.planned_repetitions = static_cast<std::int64_t>(medians.size());
  record.parameters = {{"gpus", std::int64_t{ranks}}, {"batch_size", batch_per_rank}, {"train.channels_last", "auto"}};
  record.arms["full"] = steady_samples(medians, ranks);
  for (std::int32_t rank = 0; rank < ranks; ++rank) {
    results::RankRow row{id, rank, "node1", "Some Processor", "", "", 1};
    row.peak_memory_bytes = 1048576.0 * (rank + 1);
    record.rank_rows.push_back(row);
  }
  results::summarize(record);
  return record;
}

inline results::ResultFile make_file(const std::vector<results::CaseRecord>& cases,
                                     const std::string& created = "2024-05-01T10:00:00Z") {
  results::ResultFile file;
  file.title = "quickstart";
  file.created = created;
  file.software_version = "0.1.0";
  file.git_commit = "0123abc";
  file.provenance.versions = {{"LibTorch", "2.11.0"}, {"MPI", "4.1.4"}};
  file.provenance.command_line = "scalemark run quickstart.yaml";
  file.provenance.config = "name: quickstart\n";
  file.provenance.hosts = {"node1", "node1"};
  file.cases = cases;
  return file;
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace scalemark::analysis
