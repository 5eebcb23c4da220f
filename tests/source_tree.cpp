#include "source_tree.h"

namespace scalemark {

std::string source_tree() { return SCALEMARK_SOURCE_DIR; }

}  // namespace scalemark
