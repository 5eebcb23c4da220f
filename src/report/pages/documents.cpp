#include "report/pages/documents.h"

#include <fmt/format.h>

#include <span>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "core/new_file.h"
#include "core/units.h"

namespace scalemark::report {
namespace {

constexpr std::size_t kBlockBytes = 1 << 20;

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw InputError(fmt::format("{}: cannot make the folder: {}", folder.string(), error.message()));
}

void refuse_existing(const std::vector<Document>& documents) {
  for (const auto& document : documents) {
    if (!std::filesystem::exists(document.path)) continue;
    throw InputError(
        fmt::format("{}: exists already; give another folder to --output, or remove it", document.path.string()));
  }
}

void write_document(const Document& document) {
  try {
    NewFile file(document.path);
    std::string held;
    const auto write_held = [&] {
      file.write(std::as_bytes(std::span(held)));
      held.clear();
    };
    document.write([&](std::string_view part) {
      held += part;
      if (held.size() >= kBlockBytes) write_held();
    });
    write_held();
    file.finish();
  } catch (const std::system_error& error) {
    throw InputError(fmt::format("{}: cannot be written: {}", document.path.string(), error.code().message()));
  }
}

void refuse_too_much(const std::filesystem::path& folder, const std::vector<Document>& documents,
                     std::size_t most_bytes) {
  if (most_bytes == kAnyBytes) return;
  std::size_t bytes = 0;
  for (const auto& document : documents) {
    document.write([&](std::string_view part) {
      bytes += part.size();
      if (bytes > most_bytes)
        throw InputError(fmt::format("{}: would hold more than {}, which is out of proportion to the input",
                                     folder.string(), format_bytes(static_cast<double>(most_bytes))));
    });
  }
}

}  // namespace

std::vector<std::filesystem::path> write_documents(const std::filesystem::path& folder,
                                                   const std::vector<Document>& documents, std::size_t most_bytes) {
  refuse_too_much(folder, documents, most_bytes);
  make_folder(folder);
  refuse_existing(documents);
  std::vector<std::filesystem::path> paths;
  for (const auto& document : documents) {
    write_document(document);
    paths.push_back(document.path);
  }
  return paths;
}

}  // namespace scalemark::report
