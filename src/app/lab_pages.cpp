#include "app/lab_pages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "app/shipped_files.h"
#include "config/suggestion.h"
#include "core/error.h"
#include "core/log.h"
#include "lab/find_template.h"
#include "lab/lab_page.h"
#include "lab/read_template.h"
#include "published/import_figures.h"

namespace scalemark::app {
namespace {

/// Beside the configs: those of this folder, then the shipped ones.
lab::Folders template_folders() { return {"configs/templates", shipped_folder() / "configs/templates"}; }

std::filesystem::path wanted_template(const std::string& name) {
  if (const auto path = lab::find_template(name, template_folders())) return *path;
  const auto names = lab::template_names(template_folders());
  const auto near = config::nearest_name(name, names);
  throw InputError(
      fmt::format("--template {}: there is no such template{}; allowed: {}, or the path of a file (docs/templates.md)",
                  name, near ? fmt::format(" (did you mean {}?)", *near) : "",
                  names.empty() ? kNoTemplate : fmt::format("{}", fmt::join(names, ", "))));
}

/// The templates that the files' configs name, each once.
std::vector<std::filesystem::path> named_templates(const ShownFiles& shown) {
  std::vector<std::filesystem::path> paths;
  std::vector<std::string> names;
  for (const auto& file : shown.files) {
    const std::string name = lab::template_of(file);
    if (name.empty() || std::ranges::find(names, name) != names.end()) continue;
    names.push_back(name);
    const auto path = lab::find_template(name, template_folders());
    if (path) {
      paths.push_back(*path);
    } else {
      spdlog::warn(
          "no lab page: the config names the template {}, which was not found; give its file with "
          "--template PATH",
          name);
    }
  }
  return paths;
}

/// The files with the published figures that a template names; nullopt where these are among them or nowhere.
std::optional<ShownFiles> with_published(const lab::LabTemplate& questions, const std::filesystem::path& template_file,
                                         const std::vector<std::filesystem::path>& paths, const ShownFiles& shown,
                                         std::vector<std::string>& notes) {
  const std::string& name = questions.published_file;
  const bool given = std::ranges::any_of(paths, [&name](const auto& path) { return path.filename() == name; });
  if (name.empty() || given) return std::nullopt;
  const auto path = lab::find_published(name, template_file);
  if (!path) {
    notes.push_back(fmt::format("The published figures were not found: give report the path of {} too.", name));
    return std::nullopt;
  }
  ShownFiles all = shown;
  add_shown({*path}, all, published::import_figures);
  return all;
}

report::PageBeside page_of(const std::filesystem::path& template_file, const std::vector<std::filesystem::path>& paths,
                           const ShownFiles& shown, const analysis::Report& report) {
  const lab::LabTemplate questions = lab::read_template(template_file);
  std::vector<std::string> notes;
  const auto all = with_published(questions, template_file, paths, shown, notes);
  if (!all) return lab::page_beside(lab::lab_page(questions, report, notes));
  return lab::page_beside(lab::lab_page(questions, analysis::build_report(all->files), report, notes));
}

}  // namespace

std::vector<report::PageBeside> lab_pages(const std::string& wanted, const std::vector<std::filesystem::path>& paths,
                                          const ShownFiles& shown, const analysis::Report& report) {
  std::vector<report::PageBeside> pages;
  if (wanted == kNoTemplate) return pages;
  const auto files = wanted.empty() ? named_templates(shown) : std::vector{wanted_template(wanted)};
  for (const auto& file : files) pages.push_back(page_of(file, paths, shown, report));
  return pages;
}

}  // namespace scalemark::app
