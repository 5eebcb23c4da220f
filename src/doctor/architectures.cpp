#include "doctor/architectures.h"

#include <charconv>

namespace scalemark::doctor {
namespace {

// Whether any number behind `marker` satisfies `fits`.
template <typename Predicate>
bool any_number(std::string_view text, std::string_view marker, Predicate fits) {
  for (auto at = text.find(marker); at != std::string_view::npos; at = text.find(marker, at + 1)) {
    const std::string_view rest = text.substr(at + marker.size());
    int number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    // sm_90a and sm_100f hold code for that very GPU, or its family: not what a library promises to others.
    const bool is_plain = end == rest.data() + rest.size() || (*end != 'a' && *end != 'f');
    if (error == std::errc{} && is_plain && fits(number)) return true;
  }
  return false;
}

}  // namespace

bool runs_on(std::string_view flags, int capability) {
  return any_number(flags, "code=sm_", [&](int code) { return code / 10 == capability / 10 && code <= capability; }) ||
         any_number(flags, "code=compute_", [&](int code) { return code <= capability; });
}

}  // namespace scalemark::doctor
