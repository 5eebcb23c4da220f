#include "core/credentials.h"

#include <algorithm>
#include <array>
#include <cctype>

extern char** environ;

namespace scalemark {
namespace {

constexpr std::string_view kMask = "***";
constexpr std::size_t kShortestCredential = 8;

char upper(char c) { return static_cast<char>(std::toupper(static_cast<unsigned char>(c))); }

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

bool in_name(char c) { return is_alphanumeric(c) || c == '_' || c == '-' || c == '.'; }

bool in_word(char c) {
  constexpr std::string_view kEndsOfWords = "\"'`,;&<>()[]{}";
  return std::isgraph(static_cast<unsigned char>(c)) != 0 && kEndsOfWords.find(c) == std::string_view::npos;
}

void mask_known(std::string& text, const std::string& credential) {
  if (credential.empty()) return;
  for (auto at = text.find(credential); at != std::string::npos; at = text.find(credential, at + kMask.size())) {
    text.replace(at, credential.size(), kMask);
  }
}

/// Where the word ends that begins at `first`.
std::size_t end_of_word(const std::string& text, std::size_t first) {
  return static_cast<std::size_t>(
      std::find_if_not(text.begin() + static_cast<std::ptrdiff_t>(first), text.end(), in_word) - text.begin());
}

/// NAME=VALUE
void mask_assignments(std::string& text) {
  for (auto equals = text.find('='); equals != std::string::npos; equals = text.find('=', equals + 1)) {
    std::size_t begin = equals;
    while (begin > 0 && in_name(text[begin - 1])) --begin;
    if (!names_credential(std::string_view(text).substr(begin, equals - begin))) continue;
    const bool quoted = text.find_first_of("\"'", equals + 1) == equals + 1;
    const std::size_t value = equals + (quoted ? 2 : 1);
    const std::size_t end =
        quoted ? std::min(text.size(), text.find(text[value - 1], value)) : end_of_word(text, value);
    if (end > value) text.replace(value, end - value, kMask);
  }
}

/// scheme://user:password@host
void mask_addresses(std::string& text) {
  constexpr std::string_view kMark = "://";
  for (auto at = text.find(kMark); at != std::string::npos; at = text.find(kMark, at + 1)) {
    const std::size_t begin = at + kMark.size();
    const std::size_t end = std::min(end_of_word(text, begin), text.find('/', begin));
    const std::size_t user_end = std::string_view(text).substr(0, end).rfind('@');
    if (user_end != std::string::npos && user_end > begin) text.replace(begin, user_end - begin, kMask);
  }
}

/// Keys of AWS, GitHub, GitLab, Hugging Face and Slack, JSON Web Tokens.
bool begins_as_a_key(std::string_view word) {
  constexpr std::array<std::string_view, 13> kBeginnings{
      "AKIA", "ASIA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "hf_", "glpat-", "github_pat_", "xoxb-", "xoxp-", "eyJ"};
  constexpr std::size_t kShortestKey = 20;
  return word.size() >= kShortestKey && std::any_of(kBeginnings.begin(), kBeginnings.end(),
                                                    [&](auto beginning) { return word.starts_with(beginning); });
}

void mask_keys(std::string& text) {
  for (std::size_t begin = 0; begin < text.size(); ++begin) {
    if (!in_name(text[begin])) continue;
    std::size_t end = begin;
    while (end < text.size() && in_name(text[end])) ++end;
    if (begins_as_a_key(std::string_view(text).substr(begin, end - begin))) {
      text.replace(begin, end - begin, kMask);
      end = begin + kMask.size();
    }
    begin = end;
  }
}

}  // namespace

bool names_credential(std::string_view name) {
  constexpr std::array<std::string_view, 6> kWords{"TOKEN", "JWT", "SECRET", "KEY", "PASS", "CRED"};
  std::string upper_case(name);
  std::transform(name.begin(), name.end(), upper_case.begin(), upper);
  return std::any_of(kWords.begin(), kWords.end(),
                     [&](auto word) { return upper_case.find(word) != std::string::npos; });
}

std::vector<std::string> credentials_in_environment() {
  std::vector<std::string> credentials;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos || !names_credential(text.substr(0, equals))) continue;
    const std::string_view value = text.substr(equals + 1);
    if (value.size() >= kShortestCredential) credentials.emplace_back(value);
  }
  return credentials;
}

std::string without_credentials(std::string text, const std::vector<std::string>& known) {
  for (const auto& credential : known) mask_known(text, credential);
  mask_assignments(text);
  mask_addresses(text);
  mask_keys(text);
  return text;
}

}  // namespace scalemark
