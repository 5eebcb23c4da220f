#include "config/layer_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "config/section_reader.h"
#include "config/variables.h"

namespace scalemark::config {
namespace {

using Kind = YamlNode::Kind;

/// Texts for people: they are recorded as they are written, so that no variable's value gets into a result file by
/// them.
bool is_free_text(const Key& key) { return key.path == "description" || key.path == "label"; }

/// Reads one source into a Layer.
class LayerReader {
 public:
  LayerReader(std::string prefix, const Environment& environment, Faults& faults)
      : prefix_(std::move(prefix)), environment_(environment), faults_(faults) {}

  Layer read(const YamlNode& document) {
    if (document.kind != Kind::kMap) {
      const std::string path = prefix_.empty() ? "" : prefix_.substr(0, prefix_.size() - 1);
      faults_.add(document.place, path, quote(document) + " is given; allowed: a map of keys");
      return layer_;
    }
    SectionReader section(
        Section::kTop, prefix_, faults_,
        [this](const Key& key, const Place&, const std::string& path, const YamlNode& value) {
          layer_.written.insert(key.path);
          if (auto setting = check(key, path, value)) layer_.settings.push_back(*std::move(setting));
        },
        [this](const YamlEntry& entry, const std::string& key_path) { return read_special(entry, key_path); });
    section.read(document);
    check_batch_axes();
    return layer_;
  }

  /// The value of the key `quick`, nullptr where it was not given.
  const YamlEntry* quick() const { return quick_; }

 private:
  bool read_special(const YamlEntry& entry, const std::string& key_path) {
    if (key_path == "sweep") {
      read_sweep(entry);
    } else if (key_path.rfind("sweep.", 0) == 0) {
      YamlNode map{Kind::kMap, entry.value.place, "", false, {}, {}};
      map.entries.push_back({key_path.substr(std::string("sweep.").size()), entry.place, entry.value});
      read_sweep({"sweep", entry.place, std::move(map)});
    } else if (key_path == "cases") {
      read_cases(entry.value);
    } else if (key_path == "quick" && prefix_.empty()) {
      quick_ = &entry;
    } else {
      return false;
    }
    return true;
  }

  void read_sweep(const YamlEntry& entry) {
    const std::size_t faults_before = faults_.count();
    const std::string path = prefix_ + "sweep";
    if (!layer_.gives_sweep) layer_.sweep_place = entry.place;
    layer_.gives_sweep = true;
    if (entry.value.kind != Kind::kMap || entry.value.entries.empty()) {
      const std::string what = entry.value.kind == Kind::kMap ? "the map is empty" : quote(entry.value) + " is given";
      faults_.add(entry.value.place, path, what + "; allowed: a map of lists, such as gpus: [1, 2]");
    } else {
      SectionReader section(Section::kSweep, path + ".", faults_,
                            [this](const Key& key, const Place& place, const std::string& axis_path,
                                   const YamlNode& value) { read_axis(key, place, axis_path, value); });
      section.read(entry.value);
    }
    layer_.sweep_faulty = layer_.sweep_faulty || faults_.count() > faults_before;
  }

  void read_axis(const Key& key, const Place& place, const std::string& path, const YamlNode& list) {
    if (list.kind != Kind::kList || list.items.empty()) {
      const std::string what = list.kind == Kind::kList ? "the list is empty" : quote(list) + " is given";
      faults_.add(list.place, path, fmt::format("{}; allowed: a list of values, each {}", what, key.rule.allowed));
      return;
    }
    if (find_axis(layer_.sweep, key.path) != nullptr) {
      faults_.add(place, path, "is given twice; allowed: once");
      return;
    }
    Axis axis{&key, place, path, {}};
    for (const YamlNode& item : list.items) {
      auto value = check(key, path, item);
      if (value && is_new(axis, *value)) axis.values.push_back(*std::move(value));
    }
    layer_.sweep.push_back(std::move(axis));
  }

  bool is_new(const Axis& axis, const Assignment& value) {
    const bool twice = std::any_of(axis.values.begin(), axis.values.end(),
                                   [&](const Assignment& other) { return other.value == value.value; });
    if (twice) faults_.add(value.place, axis.path, to_text(value.value) + " is listed twice; allowed: once");
    return !twice;
  }

  void read_cases(const YamlNode& list) {
    layer_.gives_cases = true;
    const std::string path = prefix_ + "cases";
    if (list.kind != Kind::kList || list.items.empty()) {
      const std::string what = list.kind == Kind::kList ? "the list is empty" : quote(list) + " is given";
      faults_.add(list.place, path, what + "; allowed: a list of maps, such as {label: baseline, batch_size: 64}");
      return;
    }
    for (std::size_t i = 0; i < list.items.size(); ++i) read_case(list.items[i], fmt::format("{}[{}]", path, i));
  }

  void read_case(const YamlNode& map, const std::string& path) {
    const std::size_t faults_before = faults_.count();
    CaseEntry entry{map.place, path, {}};
    if (map.kind != Kind::kMap) {
      faults_.add(map.place, path, quote(map) + " is given; allowed: a map such as {label: baseline, batch_size: 64}");
    } else {
      SectionReader section(Section::kCase, path + ".", faults_,
                            [&](const Key& key, const Place&, const std::string& key_path, const YamlNode& value) {
                              if (auto setting = check(key, key_path, value))
                                entry.settings.push_back(*std::move(setting));
                            });
      section.read(map);
    }
    check_batch_settings(entry);
    entry.faulty = faults_.count() > faults_before;
    layer_.cases.push_back(std::move(entry));
  }

  std::optional<Assignment> check(const Key& key, const std::string& path, const YamlNode& written) {
    std::vector<std::string> complaints;
    const YamlNode node = is_free_text(key) ? written : expand_variables(written, environment_, complaints);
    for (const std::string& complaint : complaints) faults_.add(node.place, path, complaint);
    if (!complaints.empty()) return std::nullopt;
    Checked checked = key.rule.check(node);
    if (const auto* complaint = std::get_if<Complaint>(&checked)) {
      const std::string allowed = complaint->names_the_allowed ? "" : "; allowed: " + key.rule.allowed;
      faults_.add(node.place, path, complaint->what + allowed);
      return std::nullopt;
    }
    return Assignment{&key, node.place, path, std::get<ParameterValue>(std::move(checked))};
  }

  void check_batch_axes() {
    const Axis* per_rank = find_axis(layer_.sweep, "batch_size");
    const Axis* global = find_axis(layer_.sweep, "global_batch_size");
    if (per_rank == nullptr || global == nullptr) return;
    faults_.add(global->place, global->path, kOneBatchKey);
    layer_.sweep_faulty = true;
  }

  void check_batch_settings(const CaseEntry& entry) {
    const Assignment* global = find_assignment(entry.settings, "global_batch_size");
    const bool both = global != nullptr && find_assignment(entry.settings, "batch_size") != nullptr;
    if (both) faults_.add(global->place, global->path, kOneBatchKey);
  }

  static constexpr const char* kOneBatchKey =
      "is given beside batch_size; allowed: one of batch_size, global_batch_size";

  std::string prefix_;
  const Environment& environment_;
  Faults& faults_;
  Layer layer_;
  const YamlEntry* quick_ = nullptr;
};

}  // namespace

FileLayers read_file_layers(const YamlNode& document, const Environment& environment, Faults& faults) {
  LayerReader file("", environment, faults);
  FileLayers layers{file.read(document), std::nullopt};
  if (file.quick() != nullptr) layers.quick = LayerReader("quick.", environment, faults).read(file.quick()->value);
  return layers;
}

Layer read_override_layer(const YamlNode& document, const Environment& environment, Faults& faults) {
  return LayerReader("", environment, faults).read(document);
}

}  // namespace scalemark::config
