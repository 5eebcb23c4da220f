#include "lab/read_template.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "analysis/published_beside.h"
#include "config/config_file.h"
#include "config/faults.h"
#include "config/suggestion.h"
#include "config/value_rule.h"
#include "config/yaml_tree.h"
#include "core/error.h"
#include "lab/find_template.h"
#include "report/names.h"

namespace scalemark::lab {
namespace {

using config::Faults;
using config::YamlEntry;
using config::YamlNode;
using Kind = YamlNode::Kind;

constexpr std::size_t kLongestText = 4000;
constexpr std::size_t kMostQuestions = 100;
constexpr std::size_t kMostItems = 100;

std::vector<std::string> published_names() {
  std::vector<std::string> names;
  for (const auto& figure : analysis::published_figures()) names.push_back(figure.name);
  return names;
}

/// A key of a template or of a question, and what reads its value.
struct TemplateKey {
  const char* name;
  bool required;
  std::function<void(const YamlEntry&, const std::string& key_path)> read;
};

class TemplateReader {
 public:
  TemplateReader(std::string name, Faults& faults) : faults_(faults) { template_.name = std::move(name); }

  LabTemplate read(const YamlNode& document) {
    const auto text = [this](std::string& into) {
      return [this, &into](const YamlEntry& entry, const std::string& key_path) {
        into = read_text(entry.value, key_path);
      };
    };
    read_keys(
        document, "",
        {{"title", true, text(template_.title)},
         {"introduction", false, text(template_.introduction)},
         {"published", false,
          [this](const auto& entry, const auto& key_path) { read_published_file(entry, key_path); }},
         {"questions", true, [this](const auto& entry, const auto& key_path) { read_questions(entry, key_path); }}});
    return std::move(template_);
  }

 private:
  /// Reads the entries of a map by `keys`, and says which are unknown, twice there or missing.
  void read_keys(const YamlNode& map, const std::string& prefix, const std::vector<TemplateKey>& keys) {
    if (map.kind != Kind::kMap)
      return fault(
          map, prefix.empty() ? "" : prefix.substr(0, prefix.size() - 1),
          fmt::format("{} is given; allowed: a map of {}", config::quote(map), fmt::join(names_of(keys), ", ")));
    std::set<std::string> seen;
    for (const YamlEntry& entry : map.entries) {
      const std::string key_path = prefix + entry.key;
      const auto key = std::ranges::find(keys, entry.key, [](const TemplateKey& one) { return std::string(one.name); });
      if (!seen.insert(entry.key).second) {
        faults_.add(entry.place, key_path, "is given twice; allowed: once");
      } else if (key == keys.end()) {
        report_unknown_key(entry, key_path, keys);
      } else {
        key->read(entry, key_path);
      }
    }
    for (const auto& key : keys) {
      if (key.required && !seen.contains(key.name)) faults_.add(map.place, prefix + key.name, "is missing");
    }
  }

  static std::vector<std::string> names_of(const std::vector<TemplateKey>& keys) {
    std::vector<std::string> names;
    names.reserve(keys.size());
    for (const auto& key : keys) names.emplace_back(key.name);
    return names;
  }

  void report_unknown_key(const YamlEntry& entry, const std::string& key_path, const std::vector<TemplateKey>& keys) {
    const std::vector<std::string> names = names_of(keys);
    const auto meant = config::nearest_name(entry.key, names);
    faults_.add(entry.place, key_path,
                meant ? fmt::format("unknown key; did you mean {}?", *meant)
                      : fmt::format("unknown key; allowed: {}", fmt::join(names, ", ")));
  }

  void read_questions(const YamlEntry& entry, const std::string& key_path) {
    const auto& list = entry.value;
    if (list.kind != Kind::kList || list.items.empty() || list.items.size() > kMostQuestions)
      return fault(
          list.kind == Kind::kNothing ? entry.place : list.place, key_path,
          fmt::format("{} is given; allowed: a list of 1 to {} questions", config::quote(list), kMostQuestions));
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      template_.questions.emplace_back();
      read_question(list.items[i], fmt::format("{}[{}].", key_path, i), template_.questions.back());
    }
  }

  void read_question(const YamlNode& map, const std::string& prefix, Question& question) {
    const auto names = [this](std::vector<std::string>& into, std::string kind, std::vector<std::string> known) {
      return [this, &into, kind = std::move(kind), known = std::move(known)](const YamlEntry& entry,
                                                                             const std::string& key_path) {
        read_list(entry, key_path, [&](const std::string& name) {
          if (std::ranges::find(known, name) == known.end()) refuse_name(name, kind, known);
          into.push_back(name);
        });
      };
    };
    const auto parsed = [this](auto add) {
      return [this, add](const YamlEntry& entry, const std::string& key_path) { read_list(entry, key_path, add); };
    };
    read_keys(map, prefix,
              {{"id", true,
                [this, &question](const auto& entry, const auto& key_path) { read_id(entry, key_path, question); }},
               {"question", true,
                [this, &question](const auto& entry, const auto& key_path) {
                  question.text = read_text(entry.value, key_path);
                }},
               {"cases", false,
                parsed([&question](const std::string& text) { question.cases.push_back(Selector::parse(text)); })},
               {"answers", false,
                parsed([&question](const std::string& text) { question.answers.push_back(parse_sentence(text)); })},
               {"numbers", false,
                parsed([&question](const std::string& text) { question.numbers.push_back(&named_quantity(text)); })},
               {"matrices", false, names(question.matrices, "matrix", report::matrix_names())},
               {"tables", false, names(question.tables, "table", report::table_names())},
               {"figures", false, names(question.figures, "table that has figures", report::drawn_table_names())},
               {"published", false, names(question.published, "published figure", published_names())}});
  }

  void read_id(const YamlEntry& entry, const std::string& key_path, Question& question) {
    question.id = read_by(config::file_name(), entry.value, key_path);
    if (!question.id.empty() && !ids_.insert(question.id).second)
      fault(entry.value, key_path, fmt::format("{} is the id of two questions; allowed: ids that differ", question.id));
  }

  void read_published_file(const YamlEntry& entry, const std::string& key_path) {
    template_.published_file = read_by(config::file_name(), entry.value, key_path);
    if (!template_.published_file.empty() && !template_.published_file.ends_with(".csv"))
      fault(entry.value, key_path,
            template_.published_file + " is no CSV file; allowed: the name of one, such as figures.csv");
  }

  /// A list of texts, or one of them alone, each handed to `add`, which throws InputError for one that is wrong.
  void read_list(const YamlEntry& entry, const std::string& key_path,
                 const std::function<void(const std::string&)>& add) {
    if (entry.value.kind == Kind::kScalar) return read_item(entry.value, key_path, add);
    if (entry.value.kind != Kind::kList || entry.value.items.size() > kMostItems)
      return fault(
          entry.value.kind == Kind::kNothing ? entry.place : entry.value.place, key_path,
          fmt::format("{} is given; allowed: a text, or a list of up to {}", config::quote(entry.value), kMostItems));
    for (std::size_t i = 0; i < entry.value.items.size(); ++i)
      read_item(entry.value.items[i], fmt::format("{}[{}]", key_path, i), add);
  }

  void read_item(const YamlNode& item, const std::string& key_path,
                 const std::function<void(const std::string&)>& add) {
    const std::string text = read_text(item, key_path);
    if (text.empty()) return;
    try {
      add(text);
    } catch (const InputError& error) {
      fault(item, key_path, error.what());
    }
  }

  /// The lines of a text as one; empty where it is none, which is a fault.
  std::string read_text(const YamlNode& node, const std::string& key_path) {
    std::string text = read_by(config::text(kLongestText, true), node, key_path);
    std::ranges::replace(text, '\n', ' ');
    return std::string(trimmed(text));
  }

  std::string read_by(const config::ValueRule& rule, const YamlNode& node, const std::string& key_path) {
    const config::Checked checked = rule.check(node);
    const auto* complaint = std::get_if<config::Complaint>(&checked);
    if (complaint == nullptr) {
      std::string text = config::to_text(std::get<config::ParameterValue>(checked));
      if (trimmed(text).empty()) fault(node, key_path, "is empty; allowed: " + rule.allowed);
      return text;
    }
    fault(node, key_path, complaint->what + (complaint->names_the_allowed ? "" : "; allowed: " + rule.allowed));
    return "";
  }

  void fault(const YamlNode& node, const std::string& key_path, const std::string& what) {
    fault(node.place, key_path, what);
  }
  void fault(const config::Place& place, const std::string& key_path, const std::string& what) {
    faults_.add(place, key_path, what);
  }

  Faults& faults_;
  LabTemplate template_;
  std::set<std::string> ids_;
};

}  // namespace

LabTemplate parse_template(const std::string& name, const std::string& source, const std::string& text) {
  Faults faults;
  const auto document = config::parse_yaml(text, source, true, faults);
  if (!document) faults.throw_if_any();
  LabTemplate read = TemplateReader(name, faults).read(*document);
  faults.throw_if_any();
  return read;
}

LabTemplate read_template(const std::filesystem::path& path) {
  const std::string name = path.stem().string();
  if (!is_template_name(name))
    throw InputError(
        fmt::format("{}: the page is called after the file, which may have letters, digits, '.', '_' and '-', and may "
                    "not be 'report'",
                    path.string()));
  return parse_template(name, path.string(), config::read_config_file(path));
}

}  // namespace scalemark::lab
