#pragma once

#include "app/pack_options.h"

namespace scalemark::app {

/// Packs a data set into one file, and says what went in. @throws InputError
void pack(const PackOptions& options);

}  // namespace scalemark::app
