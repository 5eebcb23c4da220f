#include "config/key_meanings.h"

#include <fmt/format.h>

#include <array>

#include "config/key_table.h"
#include "config/nearest_key.h"
#include "core/error.h"

namespace scalemark::config {
namespace {

constexpr std::array kMeanings{
    KeyMeaning{"name", "Name of the experiment; result files are named after it"},
    KeyMeaning{"description", "What the experiment is for; `scalemark list configs` shows it"},
    KeyMeaning{"template", "Lab page that `scalemark report` writes of the results: its questions with their answers"},
    KeyMeaning{"label", "Name of a case in reports, in place of the values that differ"},
    KeyMeaning{"gpus", "Ranks of the case, one GPU each, on a CPU too; with `data_parallel` the GPUs of one rank"},
    KeyMeaning{"batch_size", "Images per GPU and step"},
    KeyMeaning{"global_batch_size", "Images of all GPUs together per step, in place of `batch_size`"},
    KeyMeaning{"device", "Where to train; `auto` takes the GPU if there is one"},
    KeyMeaning{"model", "Network to train: a name, or your own by the path of its file (docs/own-network.md)"},
    KeyMeaning{"batch_norm", "Whether the network has batch norm"},
    KeyMeaning{"dataset.name", "Data set to train on; `synthetic` needs no files"},
    KeyMeaning{"dataset.path", "Folder or pack of the data set; empty: its usual place"},
    KeyMeaning{"dataset.images", "Images to use of the training set"},
    KeyMeaning{"dataset.image_size", "Pixels per side that the network gets"},
    KeyMeaning{"dataset.classes",
               "Number of classes; of a folder per class they are counted where the key is left out"},
    KeyMeaning{"dataset.augmentation", "Random changes of each training image"},
    KeyMeaning{"dataset.resident", "Whether the images stay in the GPU's memory"},
    KeyMeaning{"dataset.on_error", "What an unreadable image does: end the job, or be replaced and counted"},
    KeyMeaning{"dataset.storage.latency", "Delay added to each read, to imitate slow storage"},
    KeyMeaning{"dataset.storage.bandwidth", "Limit on what a rank reads per second, to imitate slow storage"},
    KeyMeaning{"dataset.storage.jitter", "Random delay from 0 to this, added to each read"},
    KeyMeaning{"train.mode",
               "How several GPUs train: `ddp` one rank each, `single` one GPU, `data_parallel` one rank with all GPUs"},
    KeyMeaning{"train.optimizer", "Rule by which gradients change the weights"},
    KeyMeaning{"train.learning_rate", "Learning rate at the start"},
    KeyMeaning{"train.learning_rate_scaling", "`linear` multiplies the learning rate by the number of GPUs"},
    KeyMeaning{"train.momentum", "Momentum of sgd, sgd-nesterov and lars"},
    KeyMeaning{"train.weight_decay", "Weight decay"},
    KeyMeaning{"train.decay_norms_and_biases", "Whether weight decay acts on norms and biases too"},
    KeyMeaning{"train.warmup_epochs", "Epochs over which the learning rate rises to its value"},
    KeyMeaning{"train.zero_init_residual", "Start the last norm of each residual branch at 0"},
    KeyMeaning{"train.label_smoothing", "Share of each target that is spread over all classes"},
    KeyMeaning{"train.sync_batch_norm", "Take batch norm's moments over the batches of all ranks"},
    KeyMeaning{"train.precision", "Type in which the network computes"},
    KeyMeaning{"train.schedule", "How the learning rate changes over the epochs"},
    KeyMeaning{"train.checkpointing", "Compute activations again in backward in place of keeping them"},
    KeyMeaning{"train.accumulation", "Micro-batches whose gradients add up to one step"},
    KeyMeaning{"train.channels_last", "Memory layout NHWC in place of NCHW"},
    KeyMeaning{"train.cuda_graph", "Record the step as a CUDA graph and replay it"},
    KeyMeaning{"train.fused", "Use the fused kernels for batch norm and loss"},
    KeyMeaning{"train.cudnn_benchmark", "Let cuDNN try its algorithms and take the fastest"},
    KeyMeaning{"train.keep_memory", "Whether a CPU keeps the memory of large tensors for the next ones"},
    KeyMeaning{"train.bucket_mebibytes", "Size of the buckets in which gradients are reduced, in MiB"},
    KeyMeaning{"train.bucket_fill", "How gradients come into the buckets: each when ready, all together, or as views"},
    KeyMeaning{"train.comm_hook", "Type in which gradients travel between ranks"},
    KeyMeaning{"train.seed", "Seed of weights, order of images and augmentation"},
    KeyMeaning{"nccl.max_ctas", "Most thread blocks of an NCCL collective"},
    KeyMeaning{"nccl.algo", "Algorithm by which NCCL reduces"},
    KeyMeaning{"nccl.proto", "Protocol that NCCL uses"},
    KeyMeaning{"loader.workers", "Threads per rank that load images; 0: the training thread loads"},
    KeyMeaning{"loader.prefetch", "Batches that are ready ahead"},
    KeyMeaning{"loader.pinned", "Load into page-locked memory, which copies to a GPU faster"},
    KeyMeaning{"measure.warmup_steps", "Steps before the timed ones of each repetition"},
    KeyMeaning{"measure.steps", "Timed steps of each repetition"},
    KeyMeaning{"measure.repetitions", "Repetitions of each case; `auto`: as many as `measure.precision` needs"},
    KeyMeaning{"measure.precision", "Half width of the 95 % interval to reach, with `repetitions: auto`"},
    KeyMeaning{"measure.most_repetitions", "Most repetitions of a case, with `repetitions: auto`"},
    KeyMeaning{"measure.epochs", "Whole epochs per repetition, in place of steps"},
    KeyMeaning{"measure.arms", "Ways in which each case is run; their differences show where time goes"},
    KeyMeaning{"measure.evaluate", "Measure test accuracy after each epoch"},
    KeyMeaning{"measure.trace", "Folder for Chrome traces, one per case and rank"},
    KeyMeaning{"measure.target.test_accuracy",
               "Train until the test accuracy reaches this fraction, in place of steps"},
    KeyMeaning{"measure.target.most_epochs", "Epochs after which a training to an accuracy ends; schedules span them"},
    KeyMeaning{"measure.target.evaluate_every", "Epochs between two evaluations of a training to an accuracy"},
    KeyMeaning{"measure.seeds", "Seeds of the trainings to an accuracy, one each; empty: `train.seed`"},
    KeyMeaning{"limits.memory", "Memory per rank above which a case counts as out of memory"},
    KeyMeaning{"limits.wall_time", "Time after which the job stops and can be resumed; `auto`: Slurm's limit"},
    KeyMeaning{"limits.case_timeout", "Time without progress after which a case counts as hung"},
    KeyMeaning{"max_batch", "Search for the largest batch that fits, in steps of `batch_size`"},
};

std::string default_of(const Key& key) {
  if (key.path == "name") return "none, required";
  if (key.path == "batch_size" || key.path == "global_batch_size") return "none, one of the two is required";
  const std::string text = to_text(key.get(CaseConfig{}));
  return text.empty() ? "empty" : text;
}

// In a cell of a Markdown table.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

std::span<const KeyMeaning> key_meanings() { return kMeanings; }

std::vector<KeyLine> key_lines(const std::string& prefix) {
  std::vector<KeyLine> lines;
  for (const KeyMeaning& meaning : kMeanings) {
    if (!meaning.key.starts_with(prefix)) continue;
    const Key& key = *find_key(std::string(meaning.key));
    lines.push_back(
        {key.path, std::string(meaning.text), default_of(key), key.rule.allowed, places_of(key), key.since});
  }
  if (!lines.empty()) return lines;
  const Key* near = nearest_key(prefix, Section::kTop);
  throw InputError(fmt::format("{}: no key begins so{}; scalemark list keys shows all", prefix,
                               near == nullptr ? "" : fmt::format(" (did you mean {}?)", near->path)));
}

std::string key_list(const std::string& prefix) {
  std::string text;
  for (const KeyLine& key : key_lines(prefix)) {
    text += fmt::format("{}\n    {}\n    default: {}\n    allowed: {}; in {}\n", key.path, key.meaning,
                        key.default_text, key.allowed, key.places);
  }
  return text;
}

std::string key_page() {
  std::string page =
      "# Config keys\n\n"
      "Generated from the program's own table: `scalemark list keys --format md > docs/config.md`. `scalemark list "
      "keys "
      "train` shows a part of it.\n\n"
      "A config is a YAML file. Nested maps and dotted keys mean the same, and `--set KEY=VALUE` overrides any of "
      "them.\n"
      "An overlay is a YAML file that says what is different: `scalemark run CONFIG.yaml OVERLAY.yaml ...`, in order, "
      "or `--set @OVERLAY.yaml`.\n"
      "It may set any key, and replaces lists of `sweep` by key and `cases` as a whole; it has no `quick`.\n"
      "`${NAME}` and `${NAME:-default}` take environment variables. `sweep` holds lists, whose product is measured; "
      "`cases` "
      "lists single cases;\n`quick` is laid over the rest by `--set quick=true`.\n\n"
      "| key | meaning | default | allowed | set in | since |\n|---|---|---|---|---|---|\n";
  for (const KeyLine& key : key_lines("")) {
    page += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", key.path, cell(key.meaning), cell(key.default_text),
                        cell(key.allowed), key.places, key.since);
  }
  return page;
}

}  // namespace scalemark::config
