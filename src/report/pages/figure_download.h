#pragma once

#include <string>
#include <string_view>

namespace scalemark::report {

/// The drawing as a file of its own, in the page's light colours: each class becomes a style attribute, since programs
/// that place an SVG in a document know no style sheet of the page.
std::string standalone_svg(std::string_view svg);

/// "data:image/svg+xml;base64,..."
std::string data_uri(std::string_view type, std::string_view content);

}  // namespace scalemark::report
