#include "config/suggestion.h"

#include <algorithm>

namespace scalemark::config {
namespace {

std::string_view last_component(std::string_view path) {
  const std::size_t dot = path.rfind('.');
  return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

std::size_t tolerated_edits(std::string_view word) { return std::clamp<std::size_t>(word.size() / 3, 1, 4); }

}  // namespace

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
  constexpr std::size_t kLongestWord = 100;  // nothing of ours is as long
  if (word.size() > kLongestWord) return std::nullopt;
  std::optional<std::string> best;
  std::size_t best_edits = 0;
  const auto consider = [&](const std::string& candidate, std::size_t edits, std::size_t tolerated, std::size_t cost) {
    if (edits > tolerated || (best && edits + cost >= best_edits)) return;
    best = candidate;
    best_edits = edits + cost;
  };
  for (const std::string& candidate : candidates) {
    consider(candidate, edit_distance(word, candidate), tolerated_edits(word), 0);
    const std::string_view last = last_component(word);
    consider(candidate, edit_distance(last, last_component(candidate)), tolerated_edits(last), 1);
  }
  return best;
}

}  // namespace scalemark::config
