#pragma once

#include <torch/csrc/jit/serialization/pickle.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace scalemark {

/// Tensors by name, in the order in which they were inserted.
using NamedTensors = c10::Dict<std::string, at::Tensor>;

/// Writes a file that torch.load of Python reads as a dict of tensors.
inline void save_tensors(const std::filesystem::path& path, const NamedTensors& tensors) {
  const std::vector<char> bytes = torch::jit::pickle_save(tensors);
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

}  // namespace scalemark
