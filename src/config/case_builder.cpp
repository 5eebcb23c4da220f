#include "config/case_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace scalemark::config {
namespace {

/// Checks what no single key can: how the values of one case go together.
class CaseCheck {
 public:
  CaseCheck(const CaseConfig& built, const std::vector<Assignment>& top_level, const CasePoint& point, Faults& faults)
      : built_(built), top_level_(top_level), point_(point), faults_(faults) {}

  void batch_is_given(bool sweep_faulty) {
    if (find("batch_size") != nullptr || find("global_batch_size") != nullptr) return;
    if (point_.of_sweep && sweep_faulty) return;  // the fault may be the batch size
    faults_.add(point_.place, point_.path, "has no batch size; allowed: one of batch_size, global_batch_size");
  }

  void global_batch_divides() {
    const Assignment* global = find("global_batch_size");
    if (global == nullptr || std::get<std::int64_t>(global->value) % built_.gpus == 0) return;
    add("global_batch_size", fmt::format("{} is not divisible by {} gpus; allowed: a multiple of the gpus",
                                         to_text(global->value), built_.gpus));
  }

  void single_has_one_gpu() {
    if (built_.train.mode != Mode::kSingle || built_.gpus == 1) return;
    add("gpus", fmt::format("{} do not go with train.mode single; allowed: 1, or train.mode ddp", built_.gpus));
  }

  void accumulation_divides() {
    if (built_.batch_per_gpu % built_.train.accumulation == 0) return;
    add("train.accumulation",
        fmt::format("{} micro-batches do not divide a batch of {} per gpu; allowed: a divisor of it",
                    built_.train.accumulation, built_.batch_per_gpu));
  }

  void nesterov_has_momentum() {
    if (built_.train.optimizer != "sgd-nesterov" || built_.train.momentum > 0) return;
    add("train.momentum", "0 does not go with train.optimizer sgd-nesterov; allowed: a number > 0 and < 1");
  }

  std::string digest_of_file(ModelFiles& files) {
    const ModelFiles::Reading& reading = files.read(built_.model);
    if (!reading.fault.empty()) add("model", reading.fault);
    return reading.digest;
  }

  // Its layers and weights come out of the file as they are.
  void own_network_brings_its_layers() {
    const auto refuse = [this](const char* key, const char* given, const char* allowed) {
      add(key, fmt::format("{} does not go with a network of your own, which is taken as it is; allowed: {}", given,
                           allowed));
    };
    if (!built_.batch_norm) refuse("batch_norm", "false", "true");
    if (built_.train.checkpointing) refuse("train.checkpointing", "true", "false");
    if (built_.train.zero_init_residual) refuse("train.zero_init_residual", "true", "false");
    if (built_.train.sync_batch_norm) refuse("train.sync_batch_norm", "true", "false");
  }

  void revnets_recompute_by_themselves() {
    if (!built_.train.checkpointing || built_.has_own_network() || built_.model.rfind("revnet-", 0) != 0) return;
    add("train.checkpointing", fmt::format("true does not go with model {}, which always computes its activations "
                                           "again; allowed: false",
                                           built_.model));
  }

  void zero_init_has_residual_norms() {
    if (!built_.train.zero_init_residual || built_.has_own_network()) return;
    if (!built_.model.starts_with("resnet") && !built_.model.starts_with("wide_resnet"))
      return add("train.zero_init_residual",
                 fmt::format("true does not go with model {}, which has no residual branch that ends in a norm; "
                             "allowed: false",
                             built_.model));
    if (!built_.batch_norm) add("train.zero_init_residual", "true does not go with batch_norm false; allowed: false");
  }

  void synced_norms_are_of_ranks() {
    if (!built_.train.sync_batch_norm) return;
    if (!built_.batch_norm)
      return add("train.sync_batch_norm", "true does not go with batch_norm false; allowed: false");
    if (built_.model == "vgg16")
      return add("train.sync_batch_norm", "true does not go with model vgg16, which has no batch norm; allowed: false");
    if (built_.train.mode == Mode::kDataParallel)
      add("train.sync_batch_norm",
          "true does not go with train.mode data_parallel, whose replicas take the moments of "
          "their own parts; allowed: false, or train.mode ddp");
  }

  void one_cycle_warms_up_by_itself() {
    if (built_.train.warmup_epochs == 0 || built_.train.schedule != Schedule::kOneCycle) return;
    add("train.warmup_epochs", fmt::format("{} does not go with train.schedule one_cycle, which has a warm-up of its "
                                           "own; allowed: 0",
                                           built_.train.warmup_epochs));
  }

  // Each of VGG's five poolings halves the image.
  void vgg_has_images_to_pool() {
    constexpr int kSmallest = 32;
    if (built_.has_own_network() || !built_.model.starts_with("vgg") || built_.dataset.image_size >= kSmallest) return;
    add("dataset.image_size",
        fmt::format("{} does not go with model {}, whose five poolings halve the image; allowed: at least {}",
                    built_.dataset.image_size, built_.model, kSmallest));
  }

  void max_batch_is_per_gpu() {
    if (!built_.max_batch || !built_.global_batch_fixed) return;
    add("max_batch", "true does not go with global_batch_size; allowed: batch_size, the step of the search");
  }

  // The search runs one probe after the other over the communicator that is there, and a communicator of its own for
  // each is made again and again.
  void max_batch_leaves_nccl_alone() {
    if (!built_.max_batch || built_.nccl == NcclConfig{}) return;
    for (const char* key : {"nccl.max_ctas", "nccl.algo", "nccl.proto"}) {
      if (find_key(key)->get(built_) == find_key(key)->get(CaseConfig{})) continue;
      add(key, "does not go with max_batch true; allowed: auto, or max_batch false");
    }
  }

  void seeds_have_a_target() {
    if (built_.measure.seeds.empty() || built_.measure.has_target()) return;
    const Assignment* written = find("measure.seeds");
    if (written != nullptr)
      faults_.warn(written->place, written->path, "has no effect without measure.target.test_accuracy");
  }

  // A training to an accuracy takes the place of steps and of their repetitions.
  void target_stands_alone() {
    const MeasureConfig& measure = built_.measure;
    if (!measure.has_target()) return;
    const auto refuse = [&](bool given, const char* key, const std::string& value, const char* allowed) {
      if (!given) return;
      add(key, fmt::format("{} does not go with measure.target.test_accuracy; allowed: {}", value, allowed));
    };
    refuse(measure.repetitions_auto, "measure.repetitions", "auto", "a list in measure.seeds, a training each");
    refuse(measure.epochs > 0, "measure.epochs", std::to_string(measure.epochs), "measure.target.most_epochs");
    refuse(measure.trace != "none", "measure.trace", measure.trace, "none");
    refuse(built_.max_batch, "max_batch", "true", "false");
    refuse(built_.train.mode == Mode::kDataParallel, "train.mode", "data_parallel", "ddp, single");
    if (measure.target_epochs_between <= measure.target_most_epochs) return;
    add("measure.target.most_epochs",
        fmt::format("{} is less than the {} of measure.target.evaluate_every; allowed: as many or more",
                    measure.target_most_epochs, measure.target_epochs_between));
  }

  void images_fill_a_batch() {
    if (!built_.dataset.images) return;
    const int ranks = built_.ranks();
    const std::int64_t shard = (*built_.dataset.images + ranks - 1) / ranks;
    if (shard >= built_.batch_per_rank()) return;
    add("dataset.images",
        fmt::format("{} over {} {} are {} each, less than one batch of {}; allowed: at least {}",
                    *built_.dataset.images, ranks, built_.train.mode == Mode::kDataParallel ? "rank" : "gpus", shard,
                    built_.batch_per_rank(), built_.global_batch() - ranks + 1));
  }

 private:
  const Assignment* find(const std::string& key_path) const {
    const auto found = std::find_if(point_.settings.begin(), point_.settings.end(),
                                    [&](const Assignment* setting) { return setting->key->path == key_path; });
    return found != point_.settings.end() ? *found : find_assignment(top_level_, key_path);
  }

  /// Reports at the key where it was written, at the case where the value is a default.
  void add(const std::string& key_path, const std::string& what) {
    const Assignment* written = find(key_path);
    if (written != nullptr) return faults_.add(written->place, written->path, what);
    faults_.add(point_.place, point_.path + "." + key_path, what);
  }

  const CaseConfig& built_;
  const std::vector<Assignment>& top_level_;
  const CasePoint& point_;
  Faults& faults_;
};

}  // namespace

CaseConfig build_case(const std::vector<Assignment>& top_level, const CasePoint& point, bool sweep_faulty,
                      ModelFiles& files, Faults& faults) {
  CaseConfig built;
  for (const Assignment& setting : top_level) setting.key->set(built, setting.value);
  for (const Assignment* setting : point.settings) setting->key->set(built, setting->value);
  // A seed takes the place of a repetition.
  if (built.measure.has_target()) built.measure.repetitions = static_cast<int>(built.seeds().size());
  if (built.measure.repetitions_auto) built.measure.repetitions = kPilotRepetitions;
  CaseCheck check(built, top_level, point, faults);
  check.target_stands_alone();
  check.seeds_have_a_target();
  check.batch_is_given(sweep_faulty);
  check.global_batch_divides();
  check.single_has_one_gpu();
  check.accumulation_divides();
  check.nesterov_has_momentum();
  if (built.has_own_network()) {
    built.model_digest = check.digest_of_file(files);
    check.own_network_brings_its_layers();
  }
  check.revnets_recompute_by_themselves();
  check.vgg_has_images_to_pool();
  check.zero_init_has_residual_norms();
  check.synced_norms_are_of_ranks();
  check.one_cycle_warms_up_by_itself();
  check.max_batch_is_per_gpu();
  check.max_batch_leaves_nccl_alone();
  check.images_fill_a_batch();
  return built;
}

}  // namespace scalemark::config
