#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <concepts>
#include <cstdint>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "config/key_table.h"
#include "config/names.h"
#include "core/units.h"

namespace scalemark::config {

template <typename T>
concept Number = std::integral<T> && !std::same_as<T, bool>;
template <typename T>
concept Enumeration = std::is_enum_v<T>;

inline ParameterValue to_parameter(bool value) { return value; }
inline ParameterValue to_parameter(double value) { return value; }
inline ParameterValue to_parameter(const std::string& value) { return value; }
ParameterValue to_parameter(Number auto value) { return static_cast<std::int64_t>(value); }
ParameterValue to_parameter(Enumeration auto value) { return name_of(value); }

inline ParameterValue to_parameter(const std::vector<Arm>& arms) {
  std::vector<std::string> names;
  names.reserve(arms.size());
  for (const Arm arm : arms) names.push_back(name_of(arm));
  return fmt::format("{}", fmt::join(names, ","));
}

inline ParameterValue to_parameter(const std::vector<std::int64_t>& numbers) {
  return fmt::format("{}", fmt::join(numbers, ","));
}

inline void assign(bool& member, const ParameterValue& value) { member = std::get<bool>(value); }
inline void assign(double& member, const ParameterValue& value) { member = std::get<double>(value); }
inline void assign(std::string& member, const ParameterValue& value) { member = std::get<std::string>(value); }

template <Number T>
void assign(T& member, const ParameterValue& value) {
  member = static_cast<T>(std::get<std::int64_t>(value));
}

template <Enumeration T>
void assign(T& member, const ParameterValue& value) {
  member = value_of<T>(std::get<std::string>(value));
}

inline void assign(std::vector<Arm>& arms, const ParameterValue& value) {
  arms.clear();
  std::istringstream names(std::get<std::string>(value));
  for (std::string name; std::getline(names, name, ',');) arms.push_back(value_of<Arm>(name));
}

inline void assign(std::vector<std::int64_t>& numbers, const ParameterValue& value) {
  numbers.clear();
  std::istringstream items(std::get<std::string>(value));
  for (std::string item; std::getline(items, item, ',');) numbers.push_back(std::stoll(item));
}

/// The seconds of a duration's text, 0 where it is none.
inline double text_seconds(const ParameterValue& value) {
  return parse_seconds(std::get<std::string>(value)).value_or(0);
}

/// Maps a (const) CaseConfig& to a reference to its member, or to a member of its member.
template <typename Member>
auto at(Member CaseConfig::*member) {
  return [member](auto& c) -> auto& { return c.*member; };
}
template <typename Group, typename Member>
auto at(Group CaseConfig::*group, Member Group::*member) {
  return [ group, member ](auto& c) -> auto& { return c.*group.*member; };
}

/// A key whose value is a member of CaseConfig, which `access` finds.
template <typename Access>
Key member_key(std::string path, ValueRule rule, Access access, Scope scope = Scope::kSetting) {
  return {std::move(path), scope, std::move(rule), [access](const CaseConfig& c) { return to_parameter(access(c)); },
          [access](CaseConfig& c, const ParameterValue& value) { assign(access(c), value); }};
}

/// The same for an enumeration, all of whose names are available.
template <typename Access>
Key enum_key(std::string path, Access access, std::vector<std::string> unavailable = {}) {
  using Enum = std::remove_cvref_t<decltype(access(std::declval<CaseConfig&>()))>;
  return member_key(std::move(path), choice(all_names<Enum>(), std::move(unavailable)), access);
}

/// The same for an optional number, where `word` stands for nullopt.
template <typename Access>
Key optional_key(std::string path, const std::string& word, ValueRule rule, Access access) {
  return {std::move(path), Scope::kSetting, word_or({word}, std::move(rule)),
          [access, word](const CaseConfig& c) -> ParameterValue {
            const auto& member = access(c);
            return member ? ParameterValue{*member} : ParameterValue{word};
          },
          [access](CaseConfig& c, const ParameterValue& value) {
            using Number = typename std::remove_cvref_t<decltype(access(c))>::value_type;
            const auto* number = std::get_if<Number>(&value);
            access(c) = number != nullptr ? std::optional(*number) : std::nullopt;
          }};
}

/// The same for a duration in seconds, whose text names the unit.
template <typename Access>
Key seconds_key(std::string path, ValueRule rule, Access access) {
  return {std::move(path), Scope::kSetting, std::move(rule),
          [access](const CaseConfig& c) -> ParameterValue { return fmt::format("{}s", access(c)); },
          [access](CaseConfig& c, const ParameterValue& value) { access(c) = text_seconds(value); }};
}

/// The same for a number of per cent, whose text ends in the sign.
template <typename Access>
Key percent_key(std::string path, ValueRule rule, Access access) {
  return {std::move(path), Scope::kSetting, std::move(rule),
          [access](const CaseConfig& c) -> ParameterValue { return fmt::format("{}%", access(c)); },
          [access](CaseConfig& c, const ParameterValue& value) {
            access(c) = parse_percent(std::get<std::string>(value)).value_or(0);
          }};
}

/// The same for an integer that may be left to `auto`, which `is_auto` finds.
template <typename Access, typename Flag>
Key auto_key(std::string path, ValueRule rule, Access access, Flag is_auto) {
  return {std::move(path), Scope::kSetting, word_or({"auto"}, std::move(rule)),
          [access, is_auto](const CaseConfig& c) -> ParameterValue {
            return is_auto(c) ? ParameterValue{"auto"} : to_parameter(access(c));
          },
          [access, is_auto](CaseConfig& c, const ParameterValue& value) {
            is_auto(c) = value == ParameterValue{"auto"};
            if (!is_auto(c)) assign(access(c), value);
          }};
}

/// A key that no case has a value of; `value` is its default.
inline Key constant_key(std::string path, ValueRule rule, const ParameterValue& value, Scope scope) {
  return {std::move(path), scope, std::move(rule), [value](const CaseConfig&) { return value; },
          [](CaseConfig&, const ParameterValue&) {}};
}

}  // namespace scalemark::config
