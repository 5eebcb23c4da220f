#include "config/network_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "config/config_file.h"
#include "config/suggestion.h"
#include "config/value_rule.h"
#include "config/yaml_tree.h"
#include "core/units.h"

namespace scalemark::config {
namespace {

using Kind = YamlNode::Kind;

constexpr double kLongestLatencySeconds = 10;
constexpr std::size_t kLongestName = 100;
constexpr std::int64_t kMostRanksPerNode = 4096;

const std::map<std::string, ValueRule>& rules() {
  static const std::map<std::string, ValueRule> table{{"name", text(kLongestName)},
                                                      {"ranks_per_node", integer(1, kMostRanksPerNode)},
                                                      {"intra_node.latency", latency(kLongestLatencySeconds)},
                                                      {"intra_node.bandwidth", bandwidth()},
                                                      {"inter_node.latency", latency(kLongestLatencySeconds)},
                                                      {"inter_node.bandwidth", bandwidth()}};
  return table;
}

bool is_level(const std::string& key_path) { return key_path == "intra_node" || key_path == "inter_node"; }

class NetworkReader {
 public:
  explicit NetworkReader(Faults& faults) : faults_(faults) {}

  void read(const YamlNode& map, const std::string& prefix) {
    for (const YamlEntry& entry : map.entries) {
      const std::string key_path = prefix + entry.key;
      if (!seen_.insert(key_path).second) {
        faults_.add(entry.place, key_path, "is given twice; allowed: once");
      } else if (is_level(key_path)) {
        read_level(entry, key_path);
      } else {
        read_value(entry, key_path);
      }
    }
  }

  void check_complete(const Place& file) {
    for (const auto& [key_path, rule] : rules()) {
      if (!seen_.contains(key_path)) faults_.add(file, key_path, "is missing; allowed: " + rule.allowed);
    }
  }

  template <typename Value>
  Value get(const std::string& key_path) const {
    return std::get<Value>(values_.at(key_path));
  }

 private:
  void read_level(const YamlEntry& entry, const std::string& key_path) {
    if (entry.value.kind == Kind::kMap) return read(entry.value, key_path + ".");
    faults_.add(entry.value.place, key_path, quote(entry.value) + " is given; allowed: a map of latency and bandwidth");
  }

  void read_value(const YamlEntry& entry, const std::string& key_path) {
    const auto rule = rules().find(key_path);
    if (rule == rules().end()) return report_unknown(entry, key_path);
    const Checked checked = rule->second.check(entry.value);
    if (const auto* complaint = std::get_if<Complaint>(&checked)) {
      const std::string allowed = complaint->names_the_allowed ? "" : "; allowed: " + rule->second.allowed;
      faults_.add(entry.value.place, key_path, complaint->what + allowed);
    } else {
      values_[key_path] = std::get<ParameterValue>(checked);
    }
  }

  void report_unknown(const YamlEntry& entry, const std::string& key_path) {
    std::vector<std::string> names;
    for (const auto& [known, rule] : rules()) names.push_back(known);
    const auto meant = nearest_name(key_path, names);
    faults_.add(entry.place, key_path,
                meant ? fmt::format("unknown key; did you mean {}?", *meant)
                      : fmt::format("unknown key; allowed: {}", fmt::join(names, ", ")));
  }

  Faults& faults_;
  std::set<std::string> seen_;
  std::map<std::string, ParameterValue> values_;
};

NetworkLevel level_of(const NetworkReader& reader, const std::string& level) {
  return {*parse_seconds(reader.get<std::string>(level + ".latency")), reader.get<double>(level + ".bandwidth")};
}

}  // namespace

NetworkFile load_network(const std::filesystem::path& path) {
  Faults faults;
  const auto document = parse_yaml(read_config_file(path), path.string(), true, faults);
  if (!document) faults.throw_if_any();
  NetworkReader reader(faults);
  reader.read(*document, "");
  reader.check_complete({path.string(), 1, 1});
  faults.throw_if_any();
  return {reader.get<std::string>("name"), static_cast<int>(reader.get<std::int64_t>("ranks_per_node")),
          level_of(reader, "intra_node"), level_of(reader, "inter_node")};
}

}  // namespace scalemark::config
