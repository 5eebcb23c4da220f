#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace scalemark::report {

/// A file to write and what it holds.
struct Document {
  std::filesystem::path path;
  std::string text;
};

/// Makes the folder where it does not exist and writes every document. Returns their paths.
/// @throws InputError where one exists already (nothing is written then) or cannot be written.
std::vector<std::filesystem::path> write_documents(const std::filesystem::path& folder,
                                                   const std::vector<Document>& documents);

}  // namespace scalemark::report
