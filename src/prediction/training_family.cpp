#include "prediction/training_family.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "prediction/sample_means.h"

namespace scalemark::prediction {
namespace {

double distance(const analysis::MeasuredCase& one, std::int64_t batch_per_rank) {
  return std::abs(std::log(static_cast<double>(one.key.batch_per_rank) / static_cast<double>(batch_per_rank)));
}

/// "resnet18, train.bucket_mebibytes 25": the model, and every entry that another training of the model has otherwise.
std::string name_of(const analysis::Signature& signature, const std::vector<analysis::Signature>& all) {
  std::string name = signature.at("model");
  for (const auto& [entry, value] : signature) {
    const bool tells_apart =
        std::any_of(all.begin(), all.end(), [&, &entry = entry, &value = value](const auto& other) {
          const auto found = other.find(entry);
          return other.at("model") == signature.at("model") && found != other.end() && found->second != value;
        });
    if (tells_apart) name += fmt::format(", {} {}", entry, value);
  }
  return name;
}

}  // namespace

std::size_t TrainingFamily::repetitions() const {
  std::size_t count = several_ranks.front()->full_seconds.size();
  for (const analysis::MeasuredCase* one : several_ranks) count = std::min(count, one->full_seconds.size());
  for (const auto& [batch, one] : one_rank) count = std::min(count, one->full_seconds.size());
  return count;
}

int TrainingFamily::most_ranks() const {
  int most = 0;
  for (const analysis::MeasuredCase* one : several_ranks) most = std::max(most, one->key.ranks);
  return most;
}

std::int64_t TrainingFamily::images() const { return several_ranks.front()->record->images; }

const analysis::MeasuredCase& TrainingFamily::nearest(std::int64_t batch_per_rank) const {
  const analysis::MeasuredCase* best = several_ranks.front();
  for (const analysis::MeasuredCase* one : several_ranks) {
    const double gain = distance(*best, batch_per_rank) - distance(*one, batch_per_rank);
    if (gain > 0 || (gain == 0 && one->key.ranks > best->key.ranks)) best = one;
  }
  return *best;
}

double TrainingFamily::one_rank_seconds(std::int64_t batch_per_rank, LeftOut left_out) const {
  std::map<std::int64_t, double> seconds;
  for (const auto& [batch, one] : one_rank) seconds[batch] = mean_but_for(one->full_seconds, left_out);
  if (seconds.empty()) {
    for (const analysis::MeasuredCase* one : several_ranks)
      seconds[one->key.batch_per_rank] = mean_but_for(means_over_ranks(compute_samples(*one->record)), left_out);
  }
  return ComputeCurve(seconds).at(batch_per_rank);
}

bool TrainingFamily::covers(std::int64_t batch_per_rank) const {
  const auto measured = batches();
  return batch_per_rank >= measured.front() && batch_per_rank <= measured.back();
}

std::vector<std::int64_t> TrainingFamily::batches() const {
  std::set<std::int64_t> batches;
  for (const auto& [batch, one] : one_rank) batches.insert(batch);
  for (const analysis::MeasuredCase* one : several_ranks) batches.insert(one->key.batch_per_rank);
  return {batches.begin(), batches.end()};
}

std::vector<TrainingFamily> training_families(const analysis::CaseSet& set,
                                              const std::function<bool(const analysis::MeasuredCase&)>& uses) {
  std::vector<analysis::Signature> signatures;
  std::vector<TrainingFamily> families;
  for (const analysis::MeasuredCase& one : set.cases) {
    if (!one.ok() || one.full_seconds.empty()) continue;
    const auto known = std::find(signatures.begin(), signatures.end(), one.signature);
    const auto index = static_cast<std::size_t>(known - signatures.begin());
    if (known == signatures.end()) {
      signatures.push_back(one.signature);
      families.emplace_back().signature = one.signature;
    }
    if (analysis::scale_of(one.key) == 1) families[index].one_rank.emplace(one.key.batch_per_rank, &one);
    if (has_schedule(one) && uses(one)) families[index].several_ranks.push_back(&one);
  }
  for (std::size_t i = 0; i < families.size(); ++i) families[i].name = name_of(signatures[i], signatures);
  std::erase_if(families, [](const TrainingFamily& family) { return family.several_ranks.empty(); });
  return families;
}

}  // namespace scalemark::prediction
