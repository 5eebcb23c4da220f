#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/image_check.h"

namespace scalemark::data {

/// What the ranks of one host found. They share the work, and each host may have files of its own.
struct HostImages {
  ImageCheck strict;                  ///< of data sets in which a damaged image ends the job
  ImageCheck lenient;                 ///< of those in which it is skipped
  std::vector<std::string> unopened;  ///< why a data set cannot be opened, each reason once
};

/// What a look at the images of an experiment found, before time is spent on them; empty texts: nothing.
struct ImageFindings {
  std::vector<std::string> unopened{};  ///< why a data set cannot be opened
  std::string damaged{};                ///< images that would end the job
  std::string skipped{};                ///< damaged images that will be skipped
  std::string summary{};  ///< how many were looked at, and how many were not, on each host or the worst one
};

/// By the hosts' names. `evaluates`: some case reads the test split; `limit_seconds`: that a host had for a split.
ImageFindings findings_of(const std::map<std::string, HostImages>& hosts, bool evaluates, double limit_seconds);

}  // namespace scalemark::data
