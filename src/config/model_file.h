#pragma once

#include <map>
#include <string>

#include "config/value_rule.h"

namespace scalemark::config {

/// What `model` may be: a registered network, or the path of a TorchScript file.
ValueRule model_rule();

/// The files of one config's networks, each read once.
class ModelFiles {
 public:
  struct Reading {
    std::string digest;  ///< the first 16 hex digits of the SHA-256 of its content
    std::string fault;   ///< why it cannot be read, and what to do; empty: it can
  };

  const Reading& read(const std::string& path);

 private:
  std::map<std::string, Reading> readings_;
};

}  // namespace scalemark::config
