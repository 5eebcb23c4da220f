#include <fmt/format.h>

#include <map>
#include <sstream>

#include "report/tables/columns.h"
#include "report/tables/tables.h"

namespace scalemark::report {
namespace {

struct ProvenanceLine {
  std::string file;
  std::string item;
  std::string value;
};

/// What one file says about itself, line by line.
class ProvenanceOf {
 public:
  explicit ProvenanceOf(const std::string& file) : file_(file) {}

  void add(const std::string& item, const std::string& value) {
    if (!value.empty()) lines_.push_back({file_, item, value});
  }

  /// "2 ranks: node1": equal values are counted.
  void add_counted(const std::string& item, const std::vector<std::string>& values) {
    std::map<std::string, int> count;
    for (const auto& value : values) ++count[value];
    for (const auto& [value, times] : count) {
      lines_.push_back({file_, item, times == 1 ? value : fmt::format("{} ranks: {}", times, value)});
    }
  }

  const std::vector<ProvenanceLine>& lines() const { return lines_; }

 private:
  std::string file_;
  std::vector<ProvenanceLine> lines_;
};

std::vector<ProvenanceLine> lines_of(const std::string& name, const results::ResultFile& file) {
  const results::Provenance& provenance = file.provenance;
  ProvenanceOf held(name);
  held.add("title", file.title);
  held.add("institution", file.institution);
  held.add("source", file.source);
  held.add("created", file.created);
  std::istringstream history(file.history);
  for (std::string line; std::getline(history, line);) held.add("history", line);
  held.add("command", provenance.command_line);
  held.add("software version", file.software_version);
  held.add("git commit", file.git_commit);
  for (const auto& [library, version] : provenance.versions) {
    if (library != "scalemark") held.add("version of " + library, version);
  }
  held.add_counted("host", provenance.hosts);
  held.add_counted("device", provenance.devices);
  held.add("topology", provenance.topology);
  for (const auto& [variable, value] : provenance.environment) held.add("environment " + variable, value);
  return held.lines();
}

}  // namespace

Section provenance_section(const std::vector<results::ResultFile>& files) {
  Columns<ProvenanceLine> columns;
  columns.text("file", "file", &ProvenanceLine::file)
      .text("item", "item", &ProvenanceLine::item)
      .text("value", "value", &ProvenanceLine::value);
  std::vector<ProvenanceLine> lines;
  for (std::size_t index = 0; index < files.size(); ++index) {
    for (auto& line : lines_of(analysis::file_name(index), files[index])) lines.push_back(std::move(line));
  }
  return {"Environment and provenance", "Where the numbers come from, file by file.",
          columns.table("provenance", "No file was read.", lines)};
}

}  // namespace scalemark::report
