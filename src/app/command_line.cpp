#include "app/command_line.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "app/run_options.h"
#include "config/suggestion.h"
#include "core/environment.h"

namespace scalemark::app {
namespace {

using Words = std::vector<std::string>;

bool is_option(const std::string& word) {
  const bool dashed = word.size() > 1 && word.front() == '-';
  const bool number = dashed && (word[1] == '.' || (word[1] >= '0' && word[1] <= '9'));
  return dashed && !number && word != "--";
}

bool ends_in(const std::string& word, std::initializer_list<const char*> extensions) {
  const std::string extension = std::filesystem::path(word).extension();
  return std::ranges::any_of(extensions, [&](const char* one) { return extension == one; });
}

Words names_of_commands(const CLI::App& app) {
  Words names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  return names;
}

/// "--output" of "--output=x", "-b" of "-b8".
std::string name_of_option(const std::string& word) {
  if (!word.starts_with("--")) return word.substr(0, 2);
  return word.substr(0, word.find('='));
}

Words names_of_options(const CLI::App& command) {
  Words names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

// A beginning that only one name has, or a slip of the hand.
std::optional<std::string> meant_option(const std::string& name, const Words& names) {
  const auto begins = [&](const std::string& other) { return other.starts_with(name); };
  if (name.size() > 2 && std::ranges::count_if(names, begins) == 1) return *std::ranges::find_if(names, begins);
  if (auto near = config::nearest_name(name, names)) return near;
  const auto letter = [&](const std::string& other) {
    return name.size() == 2 && other.substr(1, 2) == "-" + name.substr(1);
  };
  return std::ranges::count_if(names, letter) == 1 ? std::optional(*std::ranges::find_if(names, letter)) : std::nullopt;
}

[[noreturn]] void refuse_option(const CLI::App& app, const CLI::App& command, const std::string& name) {
  const std::string full = &app == &command ? app.get_name() : app.get_name() + " " + command.get_name();
  const auto meant = meant_option(name, names_of_options(command));
  throw InputError(meant ? fmt::format("{}: did you mean {}?", name, *meant)
                         : fmt::format("{}: {} has no such option; {} --help lists them", name, full, full));
}

[[noreturn]] void refuse_command(const CLI::App& app, const std::string& word) {
  const std::string& program = app.get_name();
  if (ends_in(word, {".yaml", ".yml"}))
    throw InputError(fmt::format("{0}: is a config; to measure it: {1} run {0}", word, program));
  if (ends_in(word, {".h5"}))
    throw InputError(fmt::format("{0}: is a result file; to read it: {1} report {0}", word, program));
  const Words names = names_of_commands(app);
  if (const auto near = config::nearest_name(word, names))
    throw InputError(fmt::format("{}: did you mean {} {}?", word, program, *near));
  throw InputError(fmt::format("{}: is no command; commands: {}", word, fmt::join(names, ", ")));
}

/// The command line as far as CLI11 explains its faults too little: commands, options and their values.
CLI::App& checked_command(CLI::App& app, const Words& words) {
  if (words.empty())
    throw InputError(fmt::format("no command is given; commands: {}; {} --help explains them",
                                 fmt::join(names_of_commands(app), ", "), app.get_name()));
  if (is_option(words.front())) {
    if (app.get_option_no_throw(name_of_option(words.front())) == nullptr)
      refuse_option(app, app, name_of_option(words.front()));
    return app;
  }
  const Words names = names_of_commands(app);
  if (std::ranges::find(names, words.front()) == names.end()) refuse_command(app, words.front());
  return *app.get_subcommand(words.front());
}

void check_options(const CLI::App& app, const CLI::App& command, const Words& words) {
  for (std::size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
    if (!is_option(words[i])) continue;
    const std::string name = name_of_option(words[i]);
    const CLI::Option* option = command.get_option_no_throw(name);
    if (option == nullptr) refuse_option(app, command, name);
    if (option->get_items_expected_max() == 0 || words[i] != name) continue;
    const bool has_value = i + 1 < words.size() && !is_option(words[i + 1]);
    if (!has_value && option->get_items_expected_min() == 0) continue;
    if (!has_value) throw InputError(fmt::format("{}: has no value; write {} {}", name, name, option->get_type_name()));
    ++i;
  }
}

// What the command takes, such as "CONFIG.yaml".
std::string arguments_of(const CLI::App& command) {
  std::string arguments;
  for (const CLI::Option* option : command.get_options([](const CLI::Option* one) { return one->get_required(); })) {
    const std::string name = option->get_positional() ? "" : option->get_name() + " ";
    arguments += fmt::format(" {}{}", name, option->get_type_name());
  }
  return arguments;
}

[[noreturn]] void refuse_missing(const CLI::App& app, const CLI::App& command) {
  const auto missing =
      command.get_options([](const CLI::Option* one) { return one->get_required() && one->count() == 0; });
  const std::string name = missing.empty()                     ? "an argument"
                           : missing.front()->get_positional() ? missing.front()->get_type_name()
                                                               : missing.front()->get_name();
  throw InputError(
      fmt::format("{} is missing; write {} {}{}", name, app.get_name(), command.get_name(), arguments_of(command)));
}

// A list that the shell has cut at its spaces leaves a bracket open.
bool is_open(const std::string& word) {
  return std::ranges::count(word, '[') + std::ranges::count(word, '{') >
         std::ranges::count(word, ']') + std::ranges::count(word, '}');
}

/// A word that the command has no use for.
[[noreturn]] void refuse_word(const CLI::App& command, const std::string& first, const Words& words) {
  const auto cut = std::ranges::find_if(words, is_open);
  if (cut != words.end())
    throw InputError(fmt::format("{}: a value with spaces needs quotes, such as --set 'sweep.gpus=[1, 2]'", *cut));
  if (first.ends_with('='))
    throw InputError(fmt::format("{}: KEY=VALUE is one word, without spaces or in quotes", first));
  if (first.find('=') != std::string::npos)
    throw InputError(fmt::format("{0}: an override needs its option: --set {0}", first));
  throw InputError(fmt::format("{}: {} takes no such argument; scalemark {} --help shows what it takes", first,
                               command.get_name(), command.get_name()));
}

}  // namespace

std::optional<ExitCode> read_command_line(CLI::App& app, std::vector<std::string> words) {
  const CLI::App& command = checked_command(app, words);
  check_options(app, command, words);
  try {
    Words reversed(words.rbegin(), words.rend());  // as CLI11 wants them
    app.parse(reversed);
  } catch (const CLI::Success& wanted) {
    if (launcher_rank().value_or(0) == 0) app.exit(wanted);
    return ExitCode::kSuccess;
  } catch (const CLI::RequiredError&) {
    refuse_missing(app, command);
  } catch (const CLI::ExtrasError&) {
    const Words extra = command.remaining();
    refuse_word(command, extra.empty() ? "" : extra.front(), words);
  } catch (const NoOverlay& extra) {
    refuse_word(command, extra.word, words);
  } catch (const CLI::ParseError& error) {
    throw InputError(error.what());
  }
  return std::nullopt;
}

}  // namespace scalemark::app
