#include "simulations/fleets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "analysis/fleet/fleet.h"
#include "analysis/result_fixture.h"

namespace scalemark::simulations {
namespace {

constexpr int kFleetRepetitions = 7;
constexpr int kFleetSteps = 20;
constexpr int kFleetRanks = 2;
constexpr double kStepSeconds = 0.1;
constexpr double kReductionSeconds = 0.04;
constexpr double kLoadSeconds = 0.002;
constexpr double kSpikeProbability = 0.05;

/// Draws the nodes of one world.
class FleetMaker {
 public:
  FleetMaker(const FleetWorld& world, std::uint64_t seed) : world_(world), random_(seed) {}

  /// A fleet whose first nodes are bad.
  std::vector<results::ResultFile> fleet(BadNode bad) {
    std::vector<results::ResultFile> files;
    files.reserve(static_cast<std::size_t>(world_.nodes));
    for (int node = 0; node < world_.nodes; ++node)
      files.push_back(file_of("node" + std::to_string(node), node < world_.bad_nodes ? bad : BadNode::kNone));
    return files;
  }

 private:
  double normal() { return normal_(random_); }
  double around_one(double scatter) { return std::exp(scatter * normal()); }
  bool happens(double probability) { return std::uniform_real_distribution<double>()(random_) < probability; }

  double repetition_factor() { return std::exp(world_.scatter * (world_.heavy_tails ? student_(random_) : normal())); }

  /// All ranks meet in each step. `spike` is the probability that one takes `times` as long.
  results::StepSamples samples(double seconds, double scatter, double spike, double times) {
    results::StepSamples samples{kFleetSteps, kFleetRanks, {}};
    for (int repetition = 0; repetition < kFleetRepetitions; ++repetition) {
      const double middle = seconds * repetition_factor();
      for (int step = 0; step < kFleetSteps; ++step) {
        const double one = middle * around_one(scatter) * (happens(spike) ? times : 1.0);
        samples.seconds.insert(samples.seconds.end(), kFleetRanks, one);
      }
    }
    return samples;
  }

  results::StepSamples steps_of(BadNode bad) {
    const double seconds = kStepSeconds * around_one(world_.node_scatter) * (bad == BadNode::kSlow ? 1.1 : 1.0);
    if (bad == BadNode::kSpikes) return samples(seconds, world_.scatter, kSpikeProbability, 2.0);
    return samples(seconds, world_.scatter, world_.stall_probability, 5.0);
  }

  results::ResultFile file_of(const std::string& node, BadNode bad) {
    auto record = analysis::make_case("gpus=2", kFleetRanks, 32, std::vector<double>(kFleetRepetitions, kStepSeconds));
    record.arms["full"] = steps_of(bad);
    const double reduction = kReductionSeconds * around_one(world_.node_scatter);
    record.arms["comm_only"] = samples(reduction * (bad == BadNode::kHalfBandwidth ? 2.0 : 1.0), world_.scatter, 0, 1);
    record.bucket_bytes = {25'000'000};
    record.phase_names = {"load"};
    record.phase_seconds = {samples(kLoadSeconds, 0.3, 0, 1)};
    record.arms["phases"] = record.phase_seconds.front();
    record.machine.ranks = kFleetRanks;
    for (int i = 0; i < kFleetRepetitions * kFleetRanks; ++i)
      record.machine.sm_clock_hertz.push_back(1.98e9 * (1.0 + 0.001 * normal()));
    for (auto& row : record.rank_rows) {
      row.host = node;
      row.device_uuid = "GPU-" + node;
      row.peak_memory_bytes = 1e9 * around_one(0.001);
    }
    auto file = analysis::make_file({record});
    file.provenance.hosts = {node, node};
    return file;
  }

  const FleetWorld& world_;
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  std::student_t_distribution<double> student_{3.0};
};

analysis::NodeQuantity wrong_quantity(BadNode bad) {
  if (bad == BadNode::kHalfBandwidth) return analysis::NodeQuantity::kBandwidth;
  return bad == BadNode::kSpikes ? analysis::NodeQuantity::kSpikes : analysis::NodeQuantity::kStep;
}

void count(const analysis::Fleet& fleet, const FleetWorld& world, BadNode bad, FleetFindings& findings) {
  std::vector<std::string> truly_bad;
  for (int node = 0; bad != BadNode::kNone && node < world.bad_nodes; ++node)
    truly_bad.push_back("node" + std::to_string(node));
  const auto is_found = [&](const std::string& node) {
    return std::ranges::any_of(fleet.lines, [&](const analysis::FleetLine& line) {
      return line.stands_out && line.node == node && line.quantity == wrong_quantity(bad);
    });
  };
  const bool others = std::ranges::any_of(fleet.lines, [&](const analysis::FleetLine& line) {
    return line.stands_out && std::ranges::find(truly_bad, line.node) == truly_bad.end();
  });
  findings.found += !truly_bad.empty() && std::ranges::all_of(truly_bad, is_found) ? 1 : 0;
  findings.false_alarms += others ? 1 : 0;
}

const std::vector<FleetWorld>& fleet_worlds() {
  static const std::vector<FleetWorld> worlds{{"2 % scatter"},
                                              {"2 % scatter", 16},
                                              {"2 % scatter", 8},
                                              {"2 % scatter", 4},
                                              {"2 % scatter", 2},
                                              {"five bad ones at once", 64, 0.005, 0.02, false, 0, 5},
                                              {"heavy tails", 64, 0.005, 0.02, true},
                                              {"stalls everywhere, one step in 1000", 64, 0.005, 0.02, false, 0.001},
                                              {"healthy nodes differ by 2 %", 64, 0.02},
                                              {"healthy nodes differ by 2 %", 8, 0.02}};
  return worlds;
}

}  // namespace

const FleetWorld& usual_fleet() { return fleet_worlds().front(); }

FleetFindings fleets_examined(const FleetWorld& world, BadNode bad, int fleets, std::uint64_t seed) {
  FleetMaker maker(world, seed);
  FleetFindings findings;
  for (int i = 0; i < fleets; ++i) {
    const std::vector<results::ResultFile> files = maker.fleet(bad);
    std::vector<analysis::NamedFile> named;
    named.reserve(files.size());
    for (const auto& file : files) named.push_back({file.provenance.hosts.front() + ".h5", &file});
    count(analysis::examine_fleet(named, {}, {}), world, bad, findings);
  }
  return findings;
}

std::string fleet_table(int fleets, std::uint64_t seed) {
  std::string table = fmt::format(
      "{} fleets a cell; a healthy node named / the bad ones found, in %.\n\n"
      "| nodes | number | healthy | a step 10 % slower | half the bandwidth | spikes, 5 % of the time |\n"
      "| --- | --- | --- | --- | --- | --- |\n",
      fleets);
  const auto percent = [fleets](int part) { return 100.0 * part / fleets; };
  for (const FleetWorld& world : fleet_worlds()) {
    table += fmt::format("| {} | {} | {:.1f}", world.name, world.nodes,
                         percent(fleets_examined(world, BadNode::kNone, fleets, seed).false_alarms));
    for (const BadNode bad : {BadNode::kSlow, BadNode::kHalfBandwidth, BadNode::kSpikes}) {
      const FleetFindings found = fleets_examined(world, bad, fleets, seed);
      table += fmt::format(" | {:.1f} / {:.1f}", percent(found.false_alarms), percent(found.found));
    }
    table += " |\n";
  }
  return table;
}

}  // namespace scalemark::simulations
