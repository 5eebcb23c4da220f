#include "report/pages/documents.h"

#include <fmt/format.h>

#include <span>
#include <system_error>

#include "core/error.h"
#include "core/new_file.h"

namespace scalemark::report {
namespace {

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
    file.write(std::as_bytes(std::span(document.text)));
    file.finish();
  } catch (const std::system_error& error) {
    throw InputError(fmt::format("{}: cannot be written: {}", document.path.string(), error.code().message()));
  }
}

}  // namespace

std::vector<std::filesystem::path> write_documents(const std::filesystem::path& folder,
                                                   const std::vector<Document>& documents) {
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
