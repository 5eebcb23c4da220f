#include "core/tuning/tunable_keys.h"

#include <algorithm>
#include <array>

namespace scalemark {
namespace {

constexpr bool kSmallIsCheap = true;
constexpr bool kChangesNumbers = true;

constexpr std::array kTunable{
    TunableKey{"dataset.resident", "auto"},
    TunableKey{"train.checkpointing", "false"},
    TunableKey{"train.channels_last", "auto"},
    TunableKey{"train.cuda_graph", "auto"},
    TunableKey{"train.fused", "auto"},
    TunableKey{"train.cudnn_benchmark", "true"},
    TunableKey{"train.keep_memory", "auto"},
    TunableKey{"train.bucket_mebibytes", "25"},
    TunableKey{"train.bucket_fill", "each"},
    TunableKey{"train.comm_hook", "none", !kSmallIsCheap, kChangesNumbers},
    TunableKey{"nccl.max_ctas", "auto", kSmallIsCheap},
    TunableKey{"nccl.algo", "auto"},
    TunableKey{"nccl.proto", "auto"},
    TunableKey{"loader.workers", "2", kSmallIsCheap},
    TunableKey{"loader.prefetch", "2", kSmallIsCheap},
    TunableKey{"loader.pinned", "true"},
};

}  // namespace

std::span<const TunableKey> tunable_keys() { return kTunable; }

const TunableKey* find_tunable(std::string_view key) {
  const auto* found = std::ranges::find(kTunable, key, &TunableKey::key);
  return found == kTunable.end() ? nullptr : found;
}

}  // namespace scalemark
