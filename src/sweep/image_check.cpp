#include "sweep/image_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <sstream>
#include <tuple>

#include "config/text_check.h"
#include "core/log.h"
#include "data/image_check.h"
#include "sweep/agreement.h"

namespace scalemark::sweep {
namespace {

using data::ImageCheck;

constexpr double kLimitSeconds = 30;
constexpr int kThreadsPerHost = 8;  // that wait for storage, most of the time

/// What one rank found, and then all of them.
struct Found {
  ImageCheck sound;    // of data sets in which a damaged image ends the job
  ImageCheck lenient;  // of those in which it is skipped
  std::vector<std::string> unopened;
};

/// The data sets that the cases read, each once, whatever is done with their images.
class Looker {
 public:
  Looker(const monitor::ControlGroup& world, DatasetCache& datasets)
      : datasets_(datasets),
        share_{.part = world.node_rank(),
               .parts = world.node_size(),
               .threads = std::max(1, kThreadsPerHost / world.node_size()),
               .limit_seconds = kLimitSeconds} {}

  void look_at(const config::CaseConfig& config, data::Split split) {
    const bool skips = config.dataset.on_error == config::OnError::kSkip;
    try {
      const auto dataset = datasets_.get(config, split);
      if (!seen_.emplace(config.dataset.name, config.dataset.path, split, dataset->size(), skips).second) return;
      (skips ? found_.lenient : found_.sound).add(data::check_images(*dataset, share_));
    } catch (const InputError& error) {
      if (std::ranges::find(found_.unopened, error.what()) == found_.unopened.end())
        found_.unopened.emplace_back(error.what());
    }
  }

  const Found& found() const { return found_; }

 private:
  DatasetCache& datasets_;
  data::ImageCheckShare share_;
  std::set<std::tuple<std::string, std::string, data::Split, std::int64_t, bool>> seen_;
  Found found_;
};

constexpr std::size_t kLongestMessage = 500;

std::string line_of(char kind, const std::string& message) {
  return fmt::format("{} {}\n", kind, config::one_line(message, kLongestMessage));
}

// For the way to rank 0: the counts on one line, then one per message.
std::string to_text(const Found& found) {
  std::string text;
  for (const ImageCheck* check : {&found.sound, &found.lenient})
    text += fmt::format("{} {} {} {} ", check->checked, check->decoded, check->unseen, check->damaged);
  text += '\n';
  for (const auto& message : found.sound.damages) text += line_of('d', message);
  for (const auto& message : found.lenient.damages) text += line_of('s', message);
  for (const auto& message : found.unopened) text += line_of('u', message);
  return text;
}

void add_text(const std::string& text, Found& all) {
  std::istringstream lines(text);
  for (ImageCheck* check : {&all.sound, &all.lenient}) {
    ImageCheck of_rank;
    lines >> of_rank.checked >> of_rank.decoded >> of_rank.unseen >> of_rank.damaged;
    check->add(of_rank);
  }
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line)) {
    auto& messages = line[0] == 'd' ? all.sound.damages : line[0] == 's' ? all.lenient.damages : all.unopened;
    if (std::ranges::find(messages, line.substr(2)) == messages.end()) messages.push_back(line.substr(2));
  }
  std::ranges::sort(all.sound.damages);
  std::ranges::sort(all.lenient.damages);
}

// "3 damaged images: A; B; C"
std::string named(const ImageCheck& check) {
  if (check.damages.empty()) return {};
  // Hosts that share a file system find the same ones; only those that are named can be told apart.
  const auto distinct = static_cast<std::int64_t>(check.damages.size());
  const std::int64_t count = distinct < data::kMostDamages ? distinct : check.damaged;
  const auto shown = std::min<std::ptrdiff_t>(distinct, 5);
  return fmt::format("{} damaged image(s): {}{}", count,
                     fmt::join(check.damages.begin(), check.damages.begin() + shown, "; "),
                     distinct > shown ? "; ..." : "");
}

std::string summary_of(const Found& found, bool evaluates) {
  const std::int64_t checked = found.sound.checked + found.lenient.checked;
  const std::int64_t unseen = found.sound.unseen + found.lenient.unseen;
  if (checked + unseen == 0) return {};
  return fmt::format(
      "{} images looked at (how their files begin and end), {} of them decoded{}{}", checked,
      found.sound.decoded + found.lenient.decoded, evaluates ? "" : "; no case reads the test split",
      unseen == 0 ? ""
                  : fmt::format("; {} not looked at: a split is checked for {} s at most, and of a pack only a sample",
                                unseen, kLimitSeconds));
}

}  // namespace

ImageFindings check_images(const config::Experiment& experiment, const monitor::ControlGroup& world,
                           DatasetCache& datasets) {
  Looker looker(world, datasets);
  for (const auto& config : experiment.cases) {
    looker.look_at(config, data::Split::kTrain);
    if (config.measure.evaluate) looker.look_at(config, data::Split::kTest);
  }
  Found all;
  for (const auto& text : world.gather(to_text(looker.found()))) add_text(text, all);
  Found agreed;
  add_text(world.broadcast(to_text(all)), agreed);
  const bool evaluates =
      std::ranges::any_of(experiment.cases, [](const auto& config) { return config.measure.evaluate; });
  return {agreed.unopened, named(agreed.sound), named(agreed.lenient), summary_of(agreed, evaluates)};
}

void require_sound_images(const config::Experiment& experiment, const monitor::ControlGroup& world,
                          DatasetCache& datasets) {
  const ImageFindings findings = check_images(experiment, world, datasets);
  if (world.rank() == 0) {
    if (!findings.skipped.empty()) spdlog::warn("{}; they will be skipped", findings.skipped);
    if (!findings.summary.empty()) spdlog::info("{}", findings.summary);
  }
  if (!findings.unopened.empty()) throw AgreedInputError(fmt::format("{}", fmt::join(findings.unopened, "\n")));
  if (!findings.damaged.empty())
    throw AgreedInputError(findings.damaged + "\nreplace the files, or set dataset.on_error: skip");
}

}  // namespace scalemark::sweep
