#include "config/experiment.h"

#include "config/case_builder.h"
#include "config/case_identity.h"
#include "config/case_names.h"
#include "config/compared_cases.h"
#include "config/config_file.h"
#include "config/folder_classes.h"
#include "config/key_binding.h"
#include "config/model_file.h"
#include "config/names.h"
#include "config/override.h"
#include "config/resolved_yaml.h"

namespace scalemark::config {
namespace {

std::string text_setting(const Layer& layer, const std::string& key_path) {
  const Assignment* setting = find_assignment(layer.settings, key_path);
  return setting == nullptr ? "" : std::get<std::string>(setting->value);
}

JobConfig job_config(const Layer& layer) {
  JobConfig job;
  const Assignment* wall_time = find_assignment(layer.settings, "limits.wall_time");
  if (wall_time == nullptr) return job;
  const std::string& text = std::get<std::string>(wall_time->value);
  job.wall_time_auto = text == "auto";
  if (!job.wall_time_auto && text != "none") job.wall_time_seconds = text_seconds(wall_time->value);
  return job;
}

void check_complete(const Layer& layer, const Place& file, Faults& faults) {
  if (layer.written.count("name") == 0)
    faults.add(file, "name", "is missing; allowed: " + find_key("name")->rule.allowed);
  if (layer.gives_sweep || layer.gives_cases) return;
  faults.add(file, "sweep", "is missing; allowed: sweep or cases, such as sweep: {gpus: [1, 2], batch_size: [32]}");
}

std::vector<CaseConfig> build_cases(const Layer& layer, Faults& faults) {
  const std::size_t faults_before = faults.count();
  const std::vector<CasePoint> points = case_points(layer, faults);
  std::vector<CaseConfig> cases;
  cases.reserve(points.size());
  ModelFiles files;
  for (const CasePoint& point : points)
    cases.push_back(build_case(layer.settings, point, layer.sweep_faulty, files, faults));
  name_cases(points, cases);
  number_blocks(cases);
  if (faults.count() == faults_before) check_duplicates(points, cases, faults);
  return cases;
}

}  // namespace

std::vector<std::pair<std::string, ParameterValue>> CaseConfig::parameters() const {
  std::vector<std::pair<std::string, ParameterValue>> parameters;
  for (const Key& key : key_table()) {
    if (is_of_case(key)) parameters.emplace_back(key.path, key.get(*this));
  }
  return parameters;
}

std::vector<std::int64_t> CaseConfig::seeds() const {
  if (!measure.seeds.empty()) return measure.seeds;
  return {static_cast<std::int64_t>(train.seed)};
}

std::string CaseConfig::model_name() const {
  if (!has_own_network()) return model;
  return std::filesystem::path(model).filename().string() + '@' + model_digest;
}

Experiment load_experiment(const std::filesystem::path& path, const std::vector<std::string>& overrides,
                           const Environment& environment) {
  Faults faults;
  const auto document = parse_yaml(read_config_file(path), path.string(), true, faults);
  if (!document) faults.throw_if_any();
  const FileLayers layers = read_file_layers(*document, environment, faults);
  if (document->kind != YamlNode::Kind::kMap) faults.throw_if_any();
  Layer layer = apply_overrides(layers, overrides, environment, faults);
  count_classes(layer);

  Experiment experiment;
  experiment.name = text_setting(layer, "name");
  experiment.description = text_setting(layer, "description");
  check_complete(layer, {path.string(), 1, 1}, faults);
  experiment.job = job_config(layer);
  experiment.cases = build_cases(layer, faults);
  faults.throw_if_any();
  experiment.warnings = faults.warning_lines();
  experiment.resolved_yaml = resolved_yaml(layer);
  experiment.hash = hash_of(experiment.cases);
  return experiment;
}

std::string to_string(Mode mode) { return name_of(mode); }
std::string to_string(Precision precision) { return name_of(precision); }

}  // namespace scalemark::config
