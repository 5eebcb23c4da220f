#pragma once

#include <string>

#include "prediction/network_fit.h"

namespace scalemark::prediction {

/// Markdown: a line per level, with intervals; what the measurements do not identify is called unknown.
std::string network_page(const NetworkFit& network);

/// The network in the form that --network reads, to be changed: what if the link between nodes were twice as fast? A
/// number that is not known is the word "unknown", which --network refuses until a number stands there.
std::string network_yaml(const NetworkFit& network);

}  // namespace scalemark::prediction
