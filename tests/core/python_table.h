#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "source_tree.h"

namespace scalemark::testing {

struct PipeCloser {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};
using Pipe = std::unique_ptr<std::FILE, PipeCloser>;

/// What a script of tests/core prints; nullptr, and a failure of the test, where it cannot be run.
inline Pipe table_of(const std::string& script) {
  const char* python = std::getenv("SCALEMARK_PYTHON");
  EXPECT_NE(python, nullptr) << "the test is registered with SCALEMARK_PYTHON in its environment";
  if (python == nullptr) return nullptr;
  const std::string command = std::string(python) + " " + source_tree() + "/tests/core/" + script;
  Pipe pipe(popen(command.c_str(), "r"));
  EXPECT_NE(pipe, nullptr);
  return pipe;
}

inline std::vector<double> read_values(std::FILE* pipe, int count) {
  std::vector<double> values(static_cast<std::size_t>(count));
  for (double& value : values) EXPECT_EQ(std::fscanf(pipe, "%lf", &value), 1);
  return values;
}

}  // namespace scalemark::testing
