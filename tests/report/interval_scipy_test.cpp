#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <random>

#include "analysis/result_fixture.h"
#include "report/report.h"
#include "source_tree.h"
#include "temporary_folder.h"

namespace scalemark::report {
namespace {

using namespace analysis;

constexpr std::int64_t kRepetitions = 5;
constexpr std::int64_t kSteps = 9;

/// Random step times; rank 0 is the slowest of each step, so that the step's time is known without the reduction.
results::StepSamples random_samples(std::int64_t ranks, double seconds, std::mt19937_64& random) {
  std::uniform_real_distribution<double> noise(0.9, 1.1);
  results::StepSamples samples{kSteps, ranks, {}};
  for (std::int64_t step = 0; step < kRepetitions * kSteps; ++step) {
    const double slowest = seconds * noise(random);
    for (std::int64_t rank = 0; rank < ranks; ++rank) samples.seconds.push_back(rank == 0 ? slowest : 0.5 * slowest);
  }
  return samples;
}

void write_steps(const std::filesystem::path& path, const results::StepSamples& samples) {
  std::ofstream file(path);
  file << std::setprecision(17);
  for (std::int64_t step = 0; step < kRepetitions * kSteps; ++step) {
    file << samples.seconds[static_cast<std::size_t>(step * samples.ranks)] << ((step + 1) % kSteps == 0 ? '\n' : ' ');
  }
}

TEST(EfficiencyInterval, AgreesWithSciPy) {
  const char* python = std::getenv("SCALEMARK_PYTHON");
  ASSERT_NE(python, nullptr) << "the test is registered with SCALEMARK_PYTHON in its environment";
  const TemporaryFolder temporary;
  const auto& folder = temporary.path();
  std::mt19937_64 random(7);
  auto base = make_case("base", 1, 10, {1.0});
  auto pair = make_case("pair", 2, 10, {1.0});
  base.arms["full"] = random_samples(1, 1.0, random);
  pair.arms["full"] = random_samples(2, 1.3, random);
  write_report(build_report({make_file({base, pair})}), {folder, false, true});
  write_steps(folder / "base.txt", base.arms["full"]);
  write_steps(folder / "pair.txt", pair.arms["full"]);
  const std::string command =
      std::string(python) + " " + source_tree() + "/tests/report/check_intervals.py " + folder.string();
  EXPECT_EQ(std::system(command.c_str()), 0);
}

}  // namespace
}  // namespace scalemark::report
