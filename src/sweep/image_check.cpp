#include "sweep/image_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <tuple>

#include "config/text_check.h"
#include "core/host_name.h"
#include "core/log.h"
#include "data/image_check.h"
#include "data/late_notice.h"
#include "sweep/agreement.h"

namespace scalemark::sweep {
namespace {

using data::HostImages;
using data::ImageCheck;
using data::ImageFindings;

constexpr double kLimitSeconds = 30;
constexpr double kSilenceSeconds = 2;
constexpr int kThreadsPerHost = 8;  // that wait for storage, most of the time

/// The data sets that the cases read, each once, whatever is done with their images.
class Looker {
 public:
  Looker(const monitor::ControlGroup& world, DatasetCache& datasets)
      : datasets_(datasets),
        speaks_(world.rank() == 0),
        share_{.part = world.node_rank(),
               .parts = world.node_size(),
               .threads = std::max(1, kThreadsPerHost / world.node_size()),
               .limit_seconds = kLimitSeconds} {}

  void look_at(const config::CaseConfig& config, data::Split split) {
    const bool skips = config.dataset.on_error == config::OnError::kSkip;
    try {
      const auto dataset = open(config, split);
      if (!seen_.emplace(config.dataset.name, config.dataset.path, split, dataset->size(), skips).second) return;
      const auto notice = say_if_late(
          fmt::format("checking the images of {}, for {} s at most", name_of(config, split), kLimitSeconds));
      (skips ? found_.lenient : found_.strict).add(data::check_images(*dataset, share_));
    } catch (const InputError& error) {
      if (std::ranges::find(found_.unopened, error.what()) == found_.unopened.end())
        found_.unopened.emplace_back(error.what());
    }
  }

  const HostImages& found() const { return found_; }

 private:
  // A large folder on a network takes minutes to list.
  std::shared_ptr<const data::Dataset> open(const config::CaseConfig& config, data::Split split) {
    const auto notice = say_if_late(fmt::format("listing the files of {}", name_of(config, split)));
    return datasets_.get(config, split);
  }

  static std::string name_of(const config::CaseConfig& config, data::Split split) {
    const std::string& path = config.dataset.path;
    return fmt::format("{} ({})", path.empty() ? config.dataset.name : path,
                       split == data::Split::kTrain ? "train" : "test");
  }

  std::unique_ptr<data::LateNotice> say_if_late(const std::string& what) const {
    if (!speaks_) return nullptr;
    return std::make_unique<data::LateNotice>(kSilenceSeconds, [what] { spdlog::info("{}", what); });
  }

  DatasetCache& datasets_;
  bool speaks_;
  data::ImageCheckShare share_;
  std::set<std::tuple<std::string, std::string, data::Split, std::int64_t, bool>> seen_;
  HostImages found_;
};

constexpr std::size_t kLongestMessage = 500;
constexpr std::size_t kLongestFindings = 10 * kLongestMessage;  // some messages in one

std::string line_of(char kind, const std::string& message, std::size_t longest = kLongestMessage) {
  return fmt::format("{} {}\n", kind, config::one_line(message, longest));
}

// For the way to rank 0: the counts on one line, the host on the next, then one line per message.
std::string to_text(const HostImages& found) {
  std::string text;
  for (const ImageCheck* check : {&found.strict, &found.lenient})
    text += fmt::format("{} {} {} {} ", check->checked, check->decoded, check->unseen, check->damaged);
  text += fmt::format("\n{}\n", host_name());
  for (const auto& message : found.strict.damages) text += line_of('d', message);
  for (const auto& message : found.lenient.damages) text += line_of('s', message);
  for (const auto& message : found.unopened) text += line_of('u', message);
  return text;
}

void add_text(const std::string& text, std::map<std::string, HostImages>& hosts) {
  std::istringstream lines(text);
  HostImages of_rank;
  for (ImageCheck* check : {&of_rank.strict, &of_rank.lenient})
    lines >> check->checked >> check->decoded >> check->unseen >> check->damaged;
  std::string line;
  std::getline(lines, line);
  std::string host;
  std::getline(lines, host);
  while (std::getline(lines, line)) {
    auto& messages = line[0] == 'd'   ? of_rank.strict.damages
                     : line[0] == 's' ? of_rank.lenient.damages
                                      : of_rank.unopened;
    messages.push_back(line.substr(2));
  }
  HostImages& all = hosts[host];
  all.strict.add(of_rank.strict);
  all.lenient.add(of_rank.lenient);
  all.unopened.insert(all.unopened.end(), of_rank.unopened.begin(), of_rank.unopened.end());
}

std::string to_text(const ImageFindings& findings) {
  std::string text = line_of('d', findings.damaged, kLongestFindings) +
                     line_of('s', findings.skipped, kLongestFindings) + line_of('m', findings.summary);
  for (const auto& message : findings.unopened) text += line_of('u', message);
  return text;
}

ImageFindings findings_in(const std::string& text) {
  ImageFindings findings;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line[0] == 'd') findings.damaged = line.substr(2);
    if (line[0] == 's') findings.skipped = line.substr(2);
    if (line[0] == 'm') findings.summary = line.substr(2);
    if (line[0] == 'u') findings.unopened.push_back(line.substr(2));
  }
  return findings;
}

}  // namespace

ImageFindings check_images(const config::Experiment& experiment, const monitor::ControlGroup& world,
                           DatasetCache& datasets) {
  Looker looker(world, datasets);
  for (const auto& config : experiment.cases) {
    looker.look_at(config, data::Split::kTrain);
    if (config.measure.needs_test_set()) looker.look_at(config, data::Split::kTest);
  }
  std::map<std::string, HostImages> hosts;
  for (const auto& text : world.gather(to_text(looker.found()))) add_text(text, hosts);
  const bool evaluates =
      std::ranges::any_of(experiment.cases, [](const auto& config) { return config.measure.needs_test_set(); });
  return findings_in(world.broadcast(to_text(data::findings_of(hosts, evaluates, kLimitSeconds))));
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
