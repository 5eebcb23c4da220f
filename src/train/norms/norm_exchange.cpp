#include "train/norms/norm_exchange.h"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>

#include <algorithm>

#include "comm/reduction.h"

namespace scalemark::train {

at::Tensor NormExchange::gather(const at::Tensor& mine) {
  if (ranks_ == nullptr) {
    pass({Kind::kGather, mine.numel()});
    return mine.unsqueeze(0);
  }
  at::Tensor all = at::empty({ranks_->size(), mine.numel()}, mine.options());
  gather_into(mine, all);
  return all;
}

void NormExchange::sum(const at::Tensor& mine) {
  if (ranks_ == nullptr) return pass({Kind::kSum, mine.numel()});
  sum_up(mine);
}

void NormExchange::begin_step() {
  passed_ = 0;
  if (ranks_ == nullptr) calls_.clear();
}

void NormExchange::connect(comm::Communicator& ranks, const at::Device& device) {
  ranks_ = ranks.split(ranks.size());
  std::int64_t most = 0;
  for (const Call& call : calls_) most = std::max(most, call.values);
  spare_ = at::zeros({most * (ranks.size() + 1)}, at::TensorOptions().dtype(at::kDouble).device(device));
}

void NormExchange::take_part() {
  if (ranks_ == nullptr) return;
  while (passed_ < calls_.size()) {
    const auto [kind, values] = calls_[passed_];
    const at::Tensor mine = spare_.narrow(0, 0, values).zero_();
    if (kind == Kind::kSum) {
      sum_up(mine);
    } else {
      gather_into(mine, spare_.narrow(0, values, values * ranks_->size()));
    }
  }
}

void NormExchange::gather_into(const at::Tensor& mine, const at::Tensor& all) {
  pass({Kind::kGather, mine.numel()});
  ranks_->all_gather(mine, all)->wait();
}

// Not as a reduction of gradients, which those who watch this rank count.
void NormExchange::sum_up(const at::Tensor& mine) {
  pass({Kind::kSum, mine.numel()});
  ranks_->all_reduce_by(comm::Reduction::kSum, mine, mine)->wait();
}

void NormExchange::pass(const Call& call) {
  if (ranks_ == nullptr) {
    calls_.push_back(call);
  } else {
    TORCH_CHECK(passed_ < calls_.size() && calls_[passed_].kind == call.kind && calls_[passed_].values == call.values,
                "batch norm's exchange ", passed_, " of this step is not the one that the first step made");
  }
  ++passed_;
}

}  // namespace scalemark::train
