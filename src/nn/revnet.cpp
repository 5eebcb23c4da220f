#include "nn/revnet.h"

#include <torch/nn/modules/container/modulelist.h>

#include <string>

#include "nn/layers.h"
#include "nn/reversible_chain.h"

namespace scalemark::nn {
namespace {

constexpr std::int64_t kStemChannels = 32;
constexpr std::array<std::int64_t, 3> kGroupChannels{32, 64, 112};

UnitOptions unit_options(const RevNetOptions& options, std::size_t group, bool first) {
  UnitOptions unit{.in_channels = kGroupChannels[group],
                   .out_channels = kGroupChannels[group],
                   .leading_norm = !first,
                   .norm = options.norm};
  if (first && group > 0) {
    unit.in_channels = kGroupChannels[group - 1];
    unit.stride = 2;
  }
  return unit;
}

}  // namespace

RevNet::RevNet(const RevNetOptions& options)
    : recompute_(options.recompute),
      conv1_(make_convolution({3, kStemChannels, /*kernel_size=*/3, /*stride=*/1}, /*batch_norm=*/false)),
      bn1_(kStemChannels, options.norm) {
  register_module("conv1", conv1_);
  bn1_.register_in(*this, "bn1");
  for (std::size_t group = 0; group < options.units.size(); ++group) {
    add_group(options, group);
  }
  fc_ = register_module("fc", torch::nn::Linear(kGroupChannels.back(), options.classes));
  initialize_convolutions(*this);
}

void RevNet::add_group(const RevNetOptions& options, std::size_t index) {
  torch::nn::ModuleList registered;
  for (std::int64_t i = 0; i < options.units[index]; ++i) {
    const auto unit = std::make_shared<ReversibleUnit>(unit_options(options, index, i == 0));
    registered->push_back(unit);
    if (runs_.empty() || !unit->is_reversible() || !runs_.back().back()->is_reversible()) {
      runs_.emplace_back();
    }
    runs_.back().push_back(unit);
  }
  register_module("group" + std::to_string(index + 1), registered);
}

torch::Tensor RevNet::forward(const torch::Tensor& images) {
  const torch::Tensor stem = bn1_.relu(conv1_->forward(images));
  // No less than fp32 even under autocast: an input is only as exact as the sums that it is taken back from.
  const torch::Tensor x = stem.to(c10::promoteTypes(stem.scalar_type(), at::kFloat));
  const auto halves = x.chunk(2, /*dim=*/1);
  Halves y{halves[0], halves[1]};
  for (const Units& units : runs_) {
    y = through(units, y);
  }
  const torch::Tensor features = torch::cat({y.first, y.second}, /*dim=*/1).relu_();
  return fc_->forward(torch::adaptive_avg_pool2d(features, {1, 1}).flatten(1));
}

Halves RevNet::through(const Units& units, const Halves& x) const {
  if (recompute_ && units.front()->is_reversible() && torch::GradMode::is_enabled()) {
    return reversible_chain(units, x);
  }
  Halves y = x;
  for (const auto& unit : units) {
    y = unit->forward(y);
  }
  return y;
}

}  // namespace scalemark::nn
