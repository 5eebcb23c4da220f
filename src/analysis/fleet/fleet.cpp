#include "analysis/fleet/fleet.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "analysis/comparison/comparison_changes.h"
#include "analysis/fleet/fleet_drift.h"
#include "analysis/fleet/node_groups.h"
#include "analysis/fleet/outliers.h"
#include "analysis/merging/environment.h"
#include "analysis/significance.h"
#include "core/error.h"
#include "core/holm.h"

namespace scalemark::analysis {
namespace {

std::vector<NodeSamples> samples_of(const ComparableCases& cases, std::span<const NamedFile> files) {
  std::vector<NodeSamples> samples;
  for (const auto* one : cases.usable()) add_case_samples(*one, one->file_index, files[one->file_index].name, samples);
  for (std::size_t index = 0; index < files.size(); ++index) {
    if (!cases.is_refused(index)) add_collective_samples(*files[index].file, index, files[index].name, samples);
  }
  return samples;
}

/// The lines of one group, whose p-values are not adjusted yet.
void add_lines(const NodeGroup& group, Fleet& fleet) {
  const std::vector<Outlyingness> found = outlyingness(group.scores(), group.variance_within());
  for (std::size_t i = 0; i < found.size(); ++i) {
    const NodeValue& one = group.nodes[i];
    FleetLine line{one.node, group.subject, group.quantity, group.nodes.size(), one.value};
    line.others = group.value_of(one.score - found[i].beyond);
    line.beyond = group.relative(found[i].beyond);
    line.p_value = found[i].p_value;
    fleet.lines.push_back(std::move(line));
  }
}

void judge(Fleet& fleet) {
  adjust_by_holm(fleet.lines);
  for (FleetLine& line : fleet.lines) line.stands_out = line.p_value < kSignificance && line.beyond >= fleet.threshold;
  std::stable_sort(fleet.lines.begin(), fleet.lines.end(), [](const FleetLine& a, const FleetLine& b) {
    return std::pair(!a.stands_out, a.stands_out ? -a.beyond : 0.0) <
           std::pair(!b.stands_out, b.stands_out ? -b.beyond : 0.0);
  });
}

void add_failures(const ComparableCases& cases, std::span<const NamedFile> files, Fleet& fleet) {
  for (const auto* one : cases.broken_elsewhere_ok()) {
    const std::string hosts = host_names(*one->file);
    fleet.failures.push_back(
        {hosts.empty() ? files[one->file_index].name : hosts, one->key.name, status_and_reason(*one)});
  }
}

/// What is different about the files of the nodes that stand out.
void explain(const std::vector<NodeSamples>& samples, std::span<const NamedFile> files,
             const results::ResultFile* reference, Fleet& fleet) {
  for (FleetLine& line : fleet.lines) {
    if (!line.stands_out || reference == nullptr) continue;
    const auto found = std::ranges::find(samples, line.node, &NodeSamples::node);
    const results::ResultFile* own = files[found->file_index].file;
    if (own != reference)
      line.different = fmt::format("{}", fmt::join(changes_between({reference, 1}, {own, 1}), "; "));
  }
}

void require_something(const Fleet& fleet, bool has_baseline) {
  if (fleet.lines.size() + fleet.drifts.size() + fleet.failures.size() > 0) return;
  if (!fleet.refused.empty())
    throw InputError(fmt::format("{}: {}", fleet.refused.front().name, fleet.refused.front().reason));
  if (has_baseline) throw InputError("the baseline holds no case that the files hold");
  throw InputError(fleet.nodes.size() == 1
                       ? fmt::format("all files are of one node, {}: give a file from each node", fleet.nodes.front())
                       : std::string("no case was measured to its end on two nodes"));
}

}  // namespace

std::size_t Fleet::outliers() const {
  return static_cast<std::size_t>(std::ranges::count_if(lines, &FleetLine::stands_out));
}

std::size_t Fleet::drifted() const {
  return static_cast<std::size_t>(std::ranges::count_if(drifts, &DriftLine::drifted));
}

std::vector<std::string> Fleet::bad_nodes() const {
  std::set<std::string> names;
  for (const FleetLine& line : lines) {
    if (line.stands_out) names.insert(line.node);
  }
  for (const FailedCase& one : failures) names.insert(one.node);
  return {names.begin(), names.end()};
}

std::string fleet_criteria(double threshold) {
  return fmt::format(
      "Each node is held against the others, case by case: step time, bandwidth, clocks and memory by ratios, loading "
      "and jitter by their share of the step's time. A node stands out where it is worse than the median of the others "
      "by {:.3g} % or more, and by more than healthy nodes differ (Student's t over the other nodes, p < {}, adjusted "
      "by Holm over all nodes, cases and quantities).",
      100.0 * threshold, kSignificance);
}

Fleet examine_fleet(std::span<const NamedFile> files, std::span<const NamedFile> baseline,
                    const FleetOptions& options) {
  const ComparableCases cases(files);
  const std::vector<NodeSamples> samples = samples_of(cases, files);
  Fleet fleet;
  fleet.threshold = options.threshold;
  fleet.refused = cases.refused();
  std::set<std::string> nodes;
  for (const NodeSamples& one : samples) nodes.insert(one.node);
  fleet.nodes.assign(nodes.begin(), nodes.end());
  const std::vector<NodeGroup> groups = node_groups(samples);
  for (const NodeGroup& group : groups) {
    if (group.nodes.size() > 1) add_lines(group, fleet);
  }
  judge(fleet);
  add_failures(cases, files, fleet);
  explain(samples, files, cases.reference(), fleet);
  if (!baseline.empty()) {
    const ComparableCases before(baseline);
    fleet.drifts = drift_lines(groups, node_groups(samples_of(before, baseline)), fleet);
  }
  require_something(fleet, !baseline.empty());
  return fleet;
}

}  // namespace scalemark::analysis
