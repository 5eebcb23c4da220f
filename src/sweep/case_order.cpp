#include "sweep/case_order.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

namespace scalemark::sweep {
namespace {

struct Block {
  std::vector<std::size_t> cases;  // from small steps to large
  double work = 0;
};

// Pixels of a step stand for its work: only the order matters.
double step_work(const config::CaseConfig& config) {
  const double pixels = static_cast<double>(config.dataset.image_size) * config.dataset.image_size;
  return pixels * static_cast<double>(config.batch_per_gpu);
}

std::vector<Block> blocks_by_work(const std::vector<config::CaseConfig>& cases) {
  std::map<int, Block> by_number;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Block& block = by_number[cases[i].block];
    block.cases.push_back(i);
    block.work += step_work(cases[i]) * std::max(1, cases[i].measure.steps);
  }
  std::vector<Block> blocks;
  for (auto& [number, block] : by_number) {
    std::stable_sort(block.cases.begin(), block.cases.end(),
                     [&](std::size_t a, std::size_t b) { return step_work(cases[a]) < step_work(cases[b]); });
    blocks.push_back(std::move(block));
  }
  std::stable_sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) { return a.work < b.work; });
  return blocks;
}

/// The rounds of a block, one after the other.
class Rounds {
 public:
  Rounds(std::vector<std::size_t> cases, std::uint64_t seed) : cases_(std::move(cases)), random_(seed) {}

  std::vector<std::size_t> next() {
    std::vector<std::size_t> round = cases_;
    if (number_ > 0) {
      const auto first = static_cast<std::ptrdiff_t>(random_() % round.size());
      std::rotate(round.begin(), round.begin() + first, round.end());
    }
    if (number_ % 2 == 1) std::reverse(round.begin(), round.end());
    ++number_;
    return round;
  }

 private:
  std::vector<std::size_t> cases_;
  std::mt19937_64 random_;
  int number_ = 0;
};

}  // namespace

std::vector<Visit> order_visits(const std::vector<config::CaseConfig>& cases,
                                const std::function<int(const config::CaseConfig&)>& done, std::uint64_t seed) {
  std::vector<Visit> visits;
  for (const Block& block : blocks_by_work(cases)) {
    int repetitions = 0;
    for (const std::size_t i : block.cases) repetitions = std::max(repetitions, cases[i].measure.repetitions);
    Rounds rounds(block.cases, seed);
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      for (const std::size_t i : rounds.next()) {
        if (repetition < cases[i].measure.repetitions && repetition >= done(cases[i]))
          visits.push_back({i, repetition});
      }
    }
  }
  return visits;
}

}  // namespace scalemark::sweep
