#include "config/catalog.h"

#include <algorithm>
#include <system_error>

#include "config/config_file.h"
#include "config/key_table.h"
#include "config/text_check.h"
#include "config/yaml_tree.h"
#include "core/error.h"

namespace scalemark::config {
namespace {

std::string first_line(const std::string& text) { return one_line(text.substr(0, text.find('\n')), 200); }

ConfigSummary summarize(const std::filesystem::path& path) {
  ConfigSummary summary{path, path.stem().string(), ""};
  try {
    Faults faults;
    const auto document = parse_yaml(read_config_file(path), path.filename().string(), true, faults);
    faults.throw_if_any();
    for (const YamlEntry& entry : document->entries) {
      if (entry.value.kind != YamlNode::Kind::kScalar) continue;
      if (entry.key == "name") summary.name = first_line(entry.value.text);
      if (entry.key == "description") summary.description = first_line(entry.value.text);
    }
  } catch (const InputError& error) {
    summary.description = "cannot be read: " + first_line(error.what());
  }
  return summary;
}

}  // namespace

std::vector<std::string> available_values(const std::string& key_path) {
  const Key* key = find_key(key_path);
  return key == nullptr ? std::vector<std::string>{} : key->rule.names;
}

std::vector<ConfigSummary> list_configs(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::directory_iterator files(folder, error);
  if (error) throw InputError(folder.string() + ": cannot list its configs: " + error.message());
  std::vector<std::filesystem::path> paths;
  for (const auto& file : files) {
    if (file.path().extension() == ".yaml") paths.push_back(file.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<ConfigSummary> summaries;
  summaries.reserve(paths.size());
  for (const auto& path : paths) summaries.push_back(summarize(path));
  return summaries;
}

}  // namespace scalemark::config
