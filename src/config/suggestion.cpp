#include "config/suggestion.h"

#include <algorithm>
#include <iterator>

namespace scalemark::config {
namespace {

// One letter of two is half the word.
constexpr std::size_t kShortestWord = 3;

std::string lower(std::string_view word) {
  std::string small(word);
  std::ranges::transform(small, small.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return small;
}

std::string digits_of(std::string_view word) {
  std::string digits;
  std::ranges::copy_if(word, std::back_inserter(digits), [](char c) { return c >= '0' && c <= '9'; });
  std::ranges::sort(digits);
  return digits;
}

}  // namespace

std::size_t tolerated_edits(std::string_view word) {
  return word.size() < kShortestWord ? 0 : std::clamp<std::size_t>(word.size() / 3, 1, 4);
}

std::optional<std::size_t> edits_of_slip(std::string_view word, std::string_view candidate) {
  constexpr std::size_t kLongestWord = 100;  // nothing of ours is as long
  if (word.size() > kLongestWord || digits_of(word) != digits_of(candidate)) return std::nullopt;
  const std::size_t edits = edit_distance(lower(word), lower(candidate));
  return edits <= tolerated_edits(word) ? std::optional(edits) : std::nullopt;
}

std::string_view last_component(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> edits(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) edits[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) edits[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = edits[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) edits[i][j] = std::min(edits[i][j], edits[i - 2][j - 2] + 1);
    }
  }
  return edits[a.size()][b.size()];
}

std::optional<std::string> nearest_name(const std::string& word, const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  std::size_t best_cost = 0;
  for (const std::string& candidate : candidates) {
    const auto edits = edits_of_slip(last_component(word), last_component(candidate));
    if (!edits) continue;
    const bool same_group = word.rfind('.') == std::string::npos
                                ? candidate.find('.') == std::string::npos
                                : word.substr(0, word.rfind('.')) == candidate.substr(0, candidate.rfind('.'));
    const std::size_t cost = 2 * *edits + (same_group ? 0 : 1);
    if (best && cost >= best_cost) continue;
    best = candidate;
    best_cost = cost;
  }
  return best;
}

}  // namespace scalemark::config
