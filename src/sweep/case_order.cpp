#include "sweep/case_order.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>

namespace scalemark::sweep {
namespace {

struct Block {
  std::string name;
  std::vector<std::size_t> cases;
  double work = 0;
};

// Pixels of a step stand for its work: only the order matters.
double work_of(const config::CaseConfig& config) {
  const double pixels = static_cast<double>(config.dataset.image_size) * config.dataset.image_size;
  return pixels * static_cast<double>(config.batch_per_gpu) * std::max(1, config.measure.steps);
}

std::vector<Block> blocks_by_work(const std::vector<config::CaseConfig>& cases) {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    auto block = std::find_if(blocks.begin(), blocks.end(), [&](const Block& b) { return b.name == cases[i].block; });
    if (block == blocks.end()) block = blocks.insert(blocks.end(), Block{cases[i].block, {}, 0});
    block->cases.push_back(i);
    block->work += work_of(cases[i]);
  }
  std::stable_sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) { return a.work < b.work; });
  return blocks;
}

}  // namespace

std::vector<Visit> order_visits(const std::vector<config::CaseConfig>& cases,
                                const std::function<int(const config::CaseConfig&)>& done) {
  std::vector<Visit> visits;
  for (const Block& block : blocks_by_work(cases)) {
    int repetitions = 0;
    for (const std::size_t i : block.cases) repetitions = std::max(repetitions, cases[i].measure.repetitions);
    for (int repetition = 0; repetition < repetitions; ++repetition) {
      for (std::size_t turn = 0; turn < block.cases.size(); ++turn) {
        const std::size_t i = block.cases[(turn + static_cast<std::size_t>(repetition)) % block.cases.size()];
        if (repetition < cases[i].measure.repetitions && repetition >= done(cases[i]))
          visits.push_back({i, repetition});
      }
    }
  }
  return visits;
}

}  // namespace scalemark::sweep
