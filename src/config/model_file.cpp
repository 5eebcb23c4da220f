#include "config/model_file.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "config/suggestion.h"
#include "config/yaml_tree.h"
#include "core/hash/sha256.h"
#include "core/registered_names.h"

namespace scalemark::config {
namespace {

constexpr const char* kAllowedFile = "a TorchScript file, as scripts/export-model writes it";

// Endings of what other tools call a model.
bool looks_like_file(std::string_view text) {
  constexpr std::array<std::string_view, 7> kEndings{".pth", ".pt2", ".pkl", ".ts", ".onnx", ".safetensors", ".bin"};
  if (text.find('/') != std::string_view::npos) return true;
  for (const auto ending : kEndings)
    if (text.ends_with(ending)) return true;
  return false;
}

// The file beside a missing one whose name was probably meant.
std::optional<std::string> neighbour_like(const std::filesystem::path& missing) {
  std::error_code error;
  const auto folder = missing.parent_path();
  const std::filesystem::directory_iterator entries(folder.empty() ? "." : folder, error);
  if (error) return std::nullopt;
  std::optional<std::string> nearest;
  std::size_t fewest = 0;
  for (const auto& entry : entries) {
    if (!is_network_file(entry.path().filename().string())) continue;
    const auto edits = edits_of_slip(missing.stem().string(), entry.path().stem().string());
    if (!edits || (nearest && *edits >= fewest)) continue;
    nearest = (folder / entry.path().filename()).string();
    fewest = *edits;
  }
  return nearest;
}

std::string fault(const std::string& path, const std::string& reason) {
  const auto meant = reason == std::strerror(ENOENT) ? neighbour_like(path) : std::nullopt;
  return fmt::format("{} cannot be read: {}{}; allowed: {}", path, reason,
                     meant ? " (did you mean " + *meant + "?)" : "", kAllowedFile);
}

ModelFiles::Reading read_file(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return {{}, fault(path, "it is a folder")};
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) return {{}, fault(path, std::strerror(errno == 0 ? EIO : errno))};
  constexpr std::size_t kDigits = 16;
  return {sha256(content).substr(0, kDigits), {}};
}

}  // namespace

ValueRule model_rule() {
  constexpr std::size_t kLongestPath = 4096;
  ValueRule name = choice({kNetworkNames.begin(), kNetworkNames.end()});
  ValueRule path = text(kLongestPath);
  const auto check = [of_name = std::move(name.check), of_path = std::move(path.check)](const YamlNode& node) {
    const bool is_text = node.kind == YamlNode::Kind::kScalar;
    if (is_text && is_network_file(node.text)) return of_path(node);
    if (is_text && looks_like_file(node.text))
      return Checked{Complaint{
          fmt::format("{} does not end in {}, as TorchScript files do here", quote(node), kNetworkFileEnding)}};
    return of_name(node);
  };
  return {check, name.allowed + ", or the path of a TorchScript file that ends in " + std::string(kNetworkFileEnding),
          std::move(name.names)};
}

const ModelFiles::Reading& ModelFiles::read(const std::string& path) {
  const auto [place, is_new] = readings_.try_emplace(path);
  if (is_new) place->second = read_file(path);
  return place->second;
}

}  // namespace scalemark::config
