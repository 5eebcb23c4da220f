#include "core/key_roles.h"

#include <algorithm>
#include <array>

namespace scalemark {
namespace {

constexpr bool kYes = true;
constexpr bool kNo = false;

/// One row of the matrix: the answers in the order of KeyQuestion.
struct RoleAnswers {
  KeyRole role;
  bool efficiency, compare, identity, one_change, resume;
};

constexpr std::array<RoleAnswers, 7> kMatrix{{
    {KeyRole::kScale, kNo, kYes, kYes, kYes, kYes},
    {KeyRole::kWork, kYes, kYes, kYes, kYes, kYes},
    {KeyRole::kTool, kYes, kYes, kYes, kYes, kYes},
    {KeyRole::kLength, kYes, kYes, kYes, kNo, kYes},
    {KeyRole::kSeed, kNo, kNo, kYes, kNo, kYes},
    {KeyRole::kPlan, kNo, kNo, kNo, kNo, kYes},
    {KeyRole::kNone, kNo, kNo, kNo, kNo, kNo},
}};

constexpr std::array kRoles{
    RoleOfKey{"name", KeyRole::kNone},
    RoleOfKey{"description", KeyRole::kNone},
    RoleOfKey{"template", KeyRole::kNone},
    RoleOfKey{"label", KeyRole::kNone},
    RoleOfKey{"gpus", KeyRole::kScale},
    RoleOfKey{"batch_size", KeyRole::kScale},
    RoleOfKey{"global_batch_size", KeyRole::kScale},
    RoleOfKey{"max_batch", KeyRole::kScale},
    RoleOfKey{"batch_step", KeyRole::kScale},  // of a case whose batch was searched for
    RoleOfKey{"probe_of", KeyRole::kScale},    // of a batch that the search tried
    RoleOfKey{"device", KeyRole::kTool},
    RoleOfKey{"model", KeyRole::kWork},
    RoleOfKey{"batch_norm", KeyRole::kWork},
    RoleOfKey{"dataset.name", KeyRole::kWork},
    RoleOfKey{"dataset.path", KeyRole::kNone},
    RoleOfKey{"dataset.images", KeyRole::kWork},
    RoleOfKey{"dataset.image_size", KeyRole::kWork},
    RoleOfKey{"dataset.classes", KeyRole::kWork},
    RoleOfKey{"dataset.augmentation", KeyRole::kWork},
    RoleOfKey{"dataset.resident", KeyRole::kTool},
    RoleOfKey{"dataset.on_error", KeyRole::kWork},
    RoleOfKey{"dataset.storage.latency", KeyRole::kTool},
    RoleOfKey{"dataset.storage.bandwidth", KeyRole::kTool},
    RoleOfKey{"dataset.storage.jitter", KeyRole::kTool},
    RoleOfKey{"train.mode", KeyRole::kScale},
    RoleOfKey{"train.optimizer", KeyRole::kWork},
    RoleOfKey{"train.learning_rate", KeyRole::kScale},
    RoleOfKey{"train.learning_rate_scaling", KeyRole::kScale},
    RoleOfKey{"train.momentum", KeyRole::kWork},
    RoleOfKey{"train.weight_decay", KeyRole::kWork},
    RoleOfKey{"train.decay_norms_and_biases", KeyRole::kWork},
    RoleOfKey{"train.warmup_epochs", KeyRole::kWork},
    RoleOfKey{"train.zero_init_residual", KeyRole::kWork},
    RoleOfKey{"train.label_smoothing", KeyRole::kWork},
    RoleOfKey{"train.sync_batch_norm", KeyRole::kWork},
    RoleOfKey{"train.precision", KeyRole::kWork},
    RoleOfKey{"train.schedule", KeyRole::kWork},
    RoleOfKey{"train.checkpointing", KeyRole::kTool},
    RoleOfKey{"train.accumulation", KeyRole::kWork},
    RoleOfKey{"train.channels_last", KeyRole::kTool},
    RoleOfKey{"train.cuda_graph", KeyRole::kTool},
    RoleOfKey{"train.fused", KeyRole::kTool},
    RoleOfKey{"train.cudnn_benchmark", KeyRole::kTool},
    RoleOfKey{"train.keep_memory", KeyRole::kTool},
    RoleOfKey{"train.bucket_mebibytes", KeyRole::kTool},
    RoleOfKey{"train.bucket_fill", KeyRole::kTool},
    RoleOfKey{"train.comm_hook", KeyRole::kWork},
    RoleOfKey{"train.seed", KeyRole::kSeed},
    RoleOfKey{"nccl.max_ctas", KeyRole::kTool},
    RoleOfKey{"nccl.algo", KeyRole::kTool},
    RoleOfKey{"nccl.proto", KeyRole::kTool},
    RoleOfKey{"loader.workers", KeyRole::kTool},
    RoleOfKey{"loader.prefetch", KeyRole::kTool},
    RoleOfKey{"loader.pinned", KeyRole::kTool},
    RoleOfKey{"measure.warmup_steps", KeyRole::kLength},
    RoleOfKey{"measure.steps", KeyRole::kLength},
    RoleOfKey{"measure.epochs", KeyRole::kLength},
    RoleOfKey{"measure.repetitions", KeyRole::kPlan},
    RoleOfKey{"measure.precision", KeyRole::kPlan},
    RoleOfKey{"measure.most_repetitions", KeyRole::kPlan},
    RoleOfKey{"measure.arms", KeyRole::kPlan},
    RoleOfKey{"measure.evaluate", KeyRole::kPlan},
    RoleOfKey{"measure.trace", KeyRole::kNone},
    RoleOfKey{"measure.target.test_accuracy", KeyRole::kLength},
    RoleOfKey{"measure.target.most_epochs", KeyRole::kLength},
    RoleOfKey{"measure.target.evaluate_every", KeyRole::kLength},
    RoleOfKey{"measure.seeds", KeyRole::kSeed},
    RoleOfKey{"limits.memory", KeyRole::kPlan},
    RoleOfKey{"limits.wall_time", KeyRole::kNone},
    RoleOfKey{"limits.case_timeout", KeyRole::kNone},
};

}  // namespace

std::span<const RoleOfKey> key_roles() { return kRoles; }

std::optional<KeyRole> role_of(std::string_view key) {
  const auto found = std::find_if(kRoles.begin(), kRoles.end(), [key](const RoleOfKey& row) { return row.key == key; });
  return found == kRoles.end() ? std::nullopt : std::optional(found->role);
}

bool counts_for(KeyRole role, KeyQuestion question) {
  const RoleAnswers& row = kMatrix.at(static_cast<std::size_t>(role));
  switch (question) {
    case KeyQuestion::kEfficiency:
      return row.efficiency;
    case KeyQuestion::kCompare:
      return row.compare;
    case KeyQuestion::kIdentity:
      return row.identity;
    case KeyQuestion::kOneChange:
      return row.one_change;
    case KeyQuestion::kResume:
      return row.resume;
  }
  return true;
}

bool counts_for(std::string_view key, KeyQuestion question) {
  return counts_for(role_of(key).value_or(KeyRole::kWork), question);
}

}  // namespace scalemark
