#include "config/nearest_key.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "config/suggestion.h"

namespace scalemark::config {
namespace {

struct OtherName {
  std::string_view word;  ///< as PyTorch, its examples and other tools have it
  std::string_view ours;
};

constexpr std::array kOtherNames{
    OtherName{"ranks", "gpus"},
    OtherName{"world_size", "gpus"},
    OtherName{"nproc", "gpus"},
    OtherName{"bs", "batch_size"},
    OtherName{"batch", "batch_size"},
    OtherName{"batch_per_gpu", "batch_size"},
    OtherName{"batch_per_rank", "batch_size"},
    OtherName{"global_batch", "global_batch_size"},
    OtherName{"arch", "model"},
    OtherName{"architecture", "model"},
    OtherName{"network", "model"},
    OtherName{"data", "dataset.name"},
    OtherName{"data_dir", "dataset.path"},
    OtherName{"root", "dataset.path"},
    OtherName{"num_classes", "dataset.classes"},
    OtherName{"img_size", "dataset.image_size"},
    OtherName{"resolution", "dataset.image_size"},
    OtherName{"opt", "train.optimizer"},
    OtherName{"lr", "train.learning_rate"},
    OtherName{"wd", "train.weight_decay"},
    OtherName{"lr_warmup_epochs", "train.warmup_epochs"},
    OtherName{"norm_weight_decay", "train.decay_norms_and_biases"},
    OtherName{"sync_bn", "train.sync_batch_norm"},
    OtherName{"scheduler", "train.schedule"},
    OtherName{"lr_scheduler", "train.schedule"},
    OtherName{"amp", "train.precision"},
    OtherName{"dtype", "train.precision"},
    OtherName{"gradient_checkpointing", "train.checkpointing"},
    OtherName{"accumulation_steps", "train.accumulation"},
    OtherName{"gradient_accumulation", "train.accumulation"},
    OtherName{"memory_format", "train.channels_last"},
    OtherName{"bucket_size", "train.bucket_mebibytes"},
    OtherName{"bucket_cap_mb", "train.bucket_mebibytes"},
    OtherName{"bucket_mb", "train.bucket_mebibytes"},
    OtherName{"compression", "train.comm_hook"},
    OtherName{"num_workers", "loader.workers"},
    OtherName{"prefetch_factor", "loader.prefetch"},
    OtherName{"pin_memory", "loader.pinned"},
    OtherName{"warmup", "measure.warmup_steps"},
    OtherName{"iterations", "measure.steps"},
    OtherName{"iters", "measure.steps"},
    OtherName{"num_epochs", "measure.epochs"},
    OtherName{"target_accuracy", "measure.target.test_accuracy"},
    OtherName{"eval_every", "measure.target.evaluate_every"},
    OtherName{"reps", "measure.repetitions"},
    OtherName{"repeats", "measure.repetitions"},
    OtherName{"profile", "measure.trace"},
    OtherName{"timeout", "limits.case_timeout"},
    OtherName{"time", "limits.wall_time"},
    OtherName{"time_limit", "limits.wall_time"},
};

constexpr std::array kOtherValues{
    OtherName{"gpu", "cuda"},
    OtherName{"half", "fp16"},
    OtherName{"float16", "fp16"},
    OtherName{"bfloat16", "bf16"},
    OtherName{"float32", "fp32"},
    OtherName{"float", "fp32"},
    OtherName{"double", "fp64"},
    OtherName{"float64", "fp64"},
    OtherName{"mixed", "bf16"},
    OtherName{"dp", "data_parallel"},
    OtherName{"mnist", "fashion-mnist"},
    OtherName{"imagenet", "image-folder"},
    OtherName{"imagefolder", "image-folder"},
    OtherName{"onecycle", "one_cycle"},
};

std::string_view group_of(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

// 0 for the same group, 1 for a slip of it, 2 for another.
std::size_t group_cost(std::string_view written, std::string_view group) {
  if (written == group) return 0;
  return edits_of_slip(written, group) ? 1 : 2;
}

class Nearest {
 public:
  Nearest(const std::string& path, Section section) : path_(path), section_(section) {}

  /// @param word  a name of the key's last component
  void consider(const Key& key, std::string_view word) {
    const auto edits = edits_of_slip(last_component(path_), word);
    if (!edits) return;
    const std::size_t elsewhere = allowed_in(key, section_) ? 0 : 1;
    const std::size_t cost = 6 * *edits + 2 * group_cost(group_of(path_), group_of(key.path)) + elsewhere;
    if (best_ != nullptr && cost >= best_cost_) return;
    best_ = &key;
    best_cost_ = cost;
  }

  const Key* found() const { return best_; }

 private:
  const std::string& path_;
  Section section_;
  const Key* best_ = nullptr;
  std::size_t best_cost_ = 0;
};

}  // namespace

const Key* nearest_key(const std::string& path, Section section) {
  Nearest nearest(path, section);
  for (const Key& key : key_table()) nearest.consider(key, last_component(key.path));
  for (const OtherName& other : kOtherNames) {
    if (const Key* key = find_key(std::string(other.ours))) nearest.consider(*key, other.word);
  }
  return nearest.found();
}

std::string usual_value(const std::string& word) {
  const auto* const known = std::ranges::find(kOtherValues, word, &OtherName::word);
  return known == kOtherValues.end() ? word : std::string(known->ours);
}

}  // namespace scalemark::config
