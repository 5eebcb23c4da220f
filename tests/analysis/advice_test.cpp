#include "analysis/advice/advice.h"

#include <gtest/gtest.h>

#include <map>

#include "analysis/report.h"
#include "analysis/situation.h"
#include "results/result_store.h"
#include "source_tree.h"

namespace scalemark::analysis {
namespace {

constexpr unsigned kSeeds = 20;
constexpr int kFewestRight = 17;  // five causes, each with an interval that is wrong on this side in one of forty

/// What an expert would say of a situation, and why.
struct Judged {
  const char* name;
  Situation together;
  Limit expected;
  std::optional<Situation> alone = std::nullopt;  ///< where the baseline has troubles too
};

using enum Limit;

Situation cpu() { return {}; }

/// Four GPUs of one host.
Situation gpus() {
  Situation s;
  s.gpu = true;
  s.compute = 0.05;
  s.scatter = 0.004;
  return s;
}

/// A situation with some members changed.
template <typename... Changes>
Situation with(Situation s, Changes... changes) {
  (changes(s), ...);
  return s;
}

#define SET(member, value) [](Situation& changed) { changed.member = (value); }

Situation noisy_arms(Situation s) { return with(s, SET(arm_scatter, 0.3)); }

const std::vector<Judged>& quiet_situations() {
  static const std::vector<Judged> all{
      {"nothing is lost", cpu(), kNone},
      {"nothing is lost on GPUs", gpus(), kNone},
      {"a small loss in everything, lost in the noise",
       noisy_arms(with(cpu(), SET(wait, 0.004), SET(reduction, 0.06), SET(tail, 0.004), SET(points, false))), kNone},
      {"slow input, lost in the noise", noisy_arms(with(cpu(), SET(wait, 0.02))), kNone},
      {"both decline by heat alike", with(cpu(), SET(decline, 0.1)), kNone},
      {"cached_input was disturbed in the baseline only, which gains nothing", cpu(), kNone,
       with(alone_on(cpu()), SET(cached_input_more, 0.03))},
      {"a few threads more than cores, and nothing lost", with(cpu(), SET(cores, 34)), kNone},
  };
  return all;
}

const std::vector<Judged>& input_situations() {
  static const std::vector<Judged> all{
      {"slow input", with(cpu(), SET(wait, 0.05)), kInput},
      {"slow input, waits not recorded: the phase pass tells", with(cpu(), SET(wait, 0.05), SET(points, false)),
       kInput},
      {"slow input on GPUs", with(gpus(), SET(wait, 0.02)), kInput},
      {"single batches stall, and most steps know nothing of it", with(cpu(), SET(stall, 0.4)), kInput},
      {"slow input, and all cores compute", with(cpu(), SET(wait, 0.05), SET(cores, 32)), kInputOnFullCores},
      {"slow input on GPUs whose loaders have no cores left", with(gpus(), SET(wait, 0.02), SET(cores, 8)),
       kInputOnFullCores},
      {"slow input, and the cores are not known", with(cpu(), SET(wait, 0.05), SET(cores, 0)), kInput},
      {"loader threads in the way of compute", with(cpu(), SET(interference, 0.03), SET(cores, 32)), kCores},
      {"an arm difference that no wait confirms, with free cores", with(cpu(), SET(interference, 0.03)), kNone},
      {"the same without a phase pass", with(cpu(), SET(interference, 0.03), SET(points, false), SET(phases, false)),
       kNone},
      {"a gain of the baseline's broken arm is no input cost", with(cpu(), SET(cores, 32)), kNone,
       with(alone_on(cpu()), SET(cached_input_more, 0.03), SET(cores, 32))},
  };
  return all;
}

const std::vector<Judged>& communication_situations() {
  static const std::vector<Judged> all{
      {"slow link", with(cpu(), SET(hosts, 2), SET(reduction, 0.4), SET(tail, 0.28)), kLongReduction},
      {"slow link between GPUs", with(gpus(), SET(hosts, 2), SET(reduction, 0.1), SET(tail, 0.07)), kLongReduction},
      {"slow link, comm_only left out: the phase pass bounds it",
       with(cpu(), SET(reduction, 0.4), SET(tail, 0.28), SET(comm_only, false)), kLongReduction},
      {"slow link, and nothing but arms",
       with(cpu(), SET(reduction, 0.4), SET(tail, 0.28), SET(comm_only, false), SET(phases, false)), kNone},
      {"tiny batches", with(gpus(), SET(compute, 0.004), SET(reduction, 0.003), SET(tail, 0.0015)), kLongReduction},
      {"exposed tail", with(cpu(), SET(reduction, 0.06), SET(tail, 0.03)), kReductionTail},
      {"exposed tail on GPUs", with(gpus(), SET(reduction, 0.015), SET(tail, 0.006)), kReductionTail},
      {"exposed tail, comm_only left out", with(cpu(), SET(reduction, 0.06), SET(tail, 0.03), SET(comm_only, false)),
       kReductionTail},
      {"exposed tail, lost in the noise",
       noisy_arms(with(cpu(), SET(reduction, 0.06), SET(tail, 0.004), SET(points, false))), kNone},
      {"backward slowed beside the reduction, points not recorded: more than the reduction itself takes",
       with(cpu(), SET(reduction, 0.01), SET(slowed, 0.04), SET(points, false)), kContention},
      {"the same on GPUs", with(gpus(), SET(reduction, 0.002), SET(slowed, 0.008), SET(points, false)), kContention},
      {"the same with more compute threads than cores",
       with(cpu(), SET(reduction, 0.01), SET(slowed, 0.04), SET(points, false), SET(cores, 16)), kCores},
      {"backward slowed beside a long reduction, of which nothing is exposed",
       with(cpu(), SET(reduction, 0.1), SET(slowed, 0.04)), kContention},
      {"the same on GPUs, with a small tail", with(gpus(), SET(reduction, 0.02), SET(slowed, 0.008), SET(tail, 0.002)),
       kContention},
      {"a tail longer than what backward is slowed by",
       with(cpu(), SET(reduction, 0.1), SET(slowed, 0.01), SET(tail, 0.04)), kReductionTail},
      {"slowed backward, lost in the noise", noisy_arms(with(cpu(), SET(reduction, 0.06), SET(slowed, 0.004))), kNone},
  };
  return all;
}

const std::vector<Judged>& rank_situations() {
  static const std::vector<Judged> all{
      {"one slow rank", with(cpu(), SET(slow_rank, 2), SET(slow, 0.04)), kSlowRank},
      {"one slow GPU", with(gpus(), SET(slow_rank, 3), SET(slow, 0.01)), kSlowRank},
      {"one GPU at lower clocks",
       with(gpus(), SET(slow_rank, 3), SET(slow, 0.01), SET(slow_rank_hertz, 1.6e9), SET(slowdown, 0.8)),
       kLoweredClocks},
      {"ranks late in turn", with(cpu(), SET(in_turn, 0.05)), kUnevenRanks},
      {"ranks late in turn on full cores", with(cpu(), SET(in_turn, 0.05), SET(cores, 32)), kCores},
      {"GPUs late in turn", with(gpus(), SET(in_turn, 0.01)), kUnevenRanks},
      {"one slow rank, and slower input", with(cpu(), SET(slow_rank, 2), SET(slow, 0.03), SET(wait, 0.08)), kInput},
  };
  return all;
}

const std::vector<Judged>& machine_situations() {
  static const std::vector<Judged> all{
      {"noisy neighbour", with(cpu(), SET(crowding, 0.2), SET(other_load, 0.7), SET(cores, 36)), kOtherLoad},
      {"noisy neighbour, and nothing stands out",
       noisy_arms(with(cpu(), SET(crowding, 0.1), SET(other_load, 0.7), SET(cores, 36))), kOtherLoad},
      {"noisy neighbour, cores not known", with(cpu(), SET(crowding, 0.2), SET(other_load, 0.7), SET(cores, 0)),
       kOtherLoad},
      {"a neighbour on a host with cores to spare", with(cpu(), SET(other_load, 0.2), SET(cores, 128)), kNone},
      {"a neighbour on cores that GPUs do not need",
       with(gpus(), SET(tail, 0.01), SET(reduction, 0.02), SET(other_load, 0.3)), kReductionTail},
      {"a neighbour who takes less than the slow link",
       with(cpu(), SET(reduction, 0.4), SET(tail, 0.28), SET(other_load, 0.15), SET(cores, 32)), kLongReduction},
      {"oversubscribed cores", with(cpu(), SET(crowding, 0.8), SET(cores, 16)), kCores},
      {"memory bandwidth of four ranks", with(cpu(), SET(crowding, 0.25)), kCrowdedHost},
      {"memory bandwidth of four ranks that fill the cores", with(cpu(), SET(crowding, 0.25), SET(cores, 32)),
       kCrowdedHost},
      {"thermal decline of all GPUs", with(gpus(), SET(crowding, 0.15), SET(clock_hertz, 1.7e9), SET(slowdown, 0.9)),
       kLoweredClocks},
      {"GPUs slower together, at full clocks", with(gpus(), SET(crowding, 0.15)), kSlowerCompute},
      {"one rank on each of four hosts, slower", with(cpu(), SET(hosts, 4), SET(crowding, 0.15)), kSlowerCompute},
      {"communication, and no arm to tell", with(cpu(), SET(reduction, 0.1), SET(tail, 0.05), SET(no_sync, false)),
       kNotMeasured},
  };
  return all;
}

Advice advice_in(const Judged& situation, unsigned seed) {
  const Situation alone = situation.alone.value_or(alone_on(situation.together));
  const Report report = build_report({measured(alone, situation.together, seed)});
  EXPECT_EQ(report.advice.size(), 1u) << situation.name;
  return report.advice.at(0);
}

void expect_expert_advice(const std::vector<Judged>& situations) {
  for (const auto& situation : situations) {
    std::map<int, int> given;
    for (unsigned seed = 1; seed <= kSeeds; ++seed) ++given[static_cast<int>(advice_in(situation, seed).limit)];
    EXPECT_GE(given[static_cast<int>(situation.expected)], kFewestRight)
        << situation.name << ": expected " << static_cast<int>(situation.expected) << ", given "
        << testing::PrintToString(given);
  }
}

const LossPart& input_of(const Report& report) { return report.lost_fixed_work.at(0).part(LossCause::kInput); }

TEST(Advice, AnArmThatCostsLessThanNothingIsFlaggedAndNoGain) {
  const Situation calm = with(cpu(), SET(scatter, 0.002));
  const Report report = build_report({measured(with(alone_on(calm), SET(cached_input_more, 0.03)), calm, 1)});
  EXPECT_EQ(input_of(report).unknown,
            "alone takes longer in the arm cached_input than in full, where nothing is left out");
  EXPECT_TRUE(std::isnan(input_of(report).speedup.estimate));
  ASSERT_EQ(report.flags.size(), 1u);
  EXPECT_EQ(report.flags[0].key.name, "alone");
  EXPECT_EQ(report.flags[0].kind, "arms contradict");
  EXPECT_EQ(report.flags[0].text.find("the step takes 3"), 0u) << report.flags[0].text;
  EXPECT_TRUE(build_report({measured(alone_on(calm), calm, 1)}).flags.empty());
}

TEST(Advice, TheShippedQuickstartIsNotToldToFeedItsInput) {
  const Report report = build_report({results::read_results(source_tree() + "/results/quickstart/quickstart.h5")});
  ASSERT_FALSE(report.advice.empty());
  for (const auto& advice : report.advice) {
    // Its ranks wait for no batch: more workers would take the cores that are short.
    EXPECT_NE(advice.limit, Limit::kInput) << advice.key.name;
    EXPECT_NE(advice.limit, Limit::kInputOnFullCores) << advice.key.name;
    EXPECT_FALSE(advice.input_on_baseline_too) << advice.key.name;
  }
}

TEST(Advice, NothingIsAdvisedAgainstNoise) { expect_expert_advice(quiet_situations()); }
TEST(Advice, Input) { expect_expert_advice(input_situations()); }
TEST(Advice, Communication) { expect_expert_advice(communication_situations()); }
TEST(Advice, Ranks) { expect_expert_advice(rank_situations()); }
TEST(Advice, Machine) { expect_expert_advice(machine_situations()); }

}  // namespace
}  // namespace scalemark::analysis
