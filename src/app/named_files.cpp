#include "app/named_files.h"

#include <iostream>

#include "core/log.h"
#include "core/text/shown_text.h"
#include "report/pages/section_page.h"

namespace scalemark::app {

std::vector<analysis::NamedFile> named_files(const std::vector<std::filesystem::path>& paths,
                                             std::span<const results::ResultFile> files) {
  std::vector<analysis::NamedFile> named;
  for (std::size_t i = 0; i < paths.size(); ++i) named.push_back({shown_line(paths[i].string()), &files[i]});
  return named;
}

void show_page(const report::SectionPage& page, const std::string& json, const std::filesystem::path& output,
               const ShownFiles& shown) {
  if (!output.empty()) {
    for (const auto& path : report::write_section_page(page, output, most_written_bytes(shown)))
      spdlog::info("{} written", path.string());
  }
  std::cout << (json.empty() ? report::section_text(page) : json) << std::flush;
}

}  // namespace scalemark::app
