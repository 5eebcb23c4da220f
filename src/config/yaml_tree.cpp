#include "config/yaml_tree.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>
#include <unordered_map>
#include <utility>

#include "config/text_check.h"

namespace scalemark::config {
namespace {

constexpr int kMostNodes = 10'000;  ///< aliases counted as often as they are used
constexpr std::size_t kDeepestNesting = 32;

/// Ends the parse: what follows in the text is not worth reading.
struct Abandoned : std::runtime_error {
  Abandoned(Place where, const std::string& what) : std::runtime_error(what), place(std::move(where)) {}
  Place place;
};

int count_nodes(const YamlNode& node) {
  int count = 1;
  for (const YamlNode& item : node.items) count += count_nodes(item);
  for (const YamlEntry& entry : node.entries) count += 1 + count_nodes(entry.value);
  return count;
}

/// Builds the tree from yaml-cpp's events: its own tree drops what must be checked here (duplicate keys, places of
/// nulls).
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string source, bool has_lines, Faults& faults)
      : source_(std::move(source)), has_lines_(has_lines), faults_(faults) {}

  std::optional<YamlNode> take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (root_) throw Abandoned(place_of(mark), "a second YAML document starts here; allowed: one");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(start(YamlNode::Kind::kNothing, mark, "?"), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = start(YamlNode::Kind::kScalar, mark, tag);
    node.text = value;
    node.quoted = tag == "!";
    add(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto anchored = anchors_.find(anchor);
    if (anchored == anchors_.end()) throw Abandoned(place_of(mark), "an alias refers to the value that it is part of");
    spend(anchored->second.nodes, mark);
    YamlNode node = anchored->second.node;
    node.place = place_of(mark);
    add(std::move(node), 0);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    push(start(YamlNode::Kind::kList, mark, tag), anchor);
  }
  void OnSequenceEnd() override { pop(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    push(start(YamlNode::Kind::kMap, mark, tag), anchor);
  }
  void OnMapEnd() override { pop(); }

  Place place_of(const YAML::Mark& mark) const {
    if (!has_lines_) return {source_};
    return {source_, std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1};
  }

 private:
  struct OpenNode {
    YamlNode node;
    YAML::anchor_t anchor;
    std::optional<YamlNode> key;  ///< of a map's entry whose value comes next
  };
  struct AnchoredNode {
    YamlNode node;
    int nodes;
  };

  void spend(int nodes, const YAML::Mark& mark) {
    spent_ += nodes;
    if (spent_ > kMostNodes) {
      throw Abandoned(place_of(mark), fmt::format("too many values, aliases included; allowed: {}", kMostNodes));
    }
  }

  YamlNode start(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
    spend(1, mark);
    const bool explicit_tag = !tag.empty() && tag != "?" && tag != "!";
    if (explicit_tag)
      faults_.add(place_of(mark), "", fmt::format("YAML tags are not allowed; remove {}", one_line(tag, 40)));
    YamlNode node;
    node.kind = kind;
    node.place = place_of(mark);
    return node;
  }

  void push(YamlNode node, YAML::anchor_t anchor) {
    if (open_.size() >= kDeepestNesting) {
      throw Abandoned(node.place, fmt::format("nested too deeply; allowed: {} levels", kDeepestNesting));
    }
    open_.push_back({std::move(node), anchor, std::nullopt});
  }

  void pop() {
    OpenNode done = std::move(open_.back());
    open_.pop_back();
    add(std::move(done.node), done.anchor);
  }

  void add(YamlNode node, YAML::anchor_t anchor) {
    if (anchor != 0) anchors_[anchor] = {node, count_nodes(node)};
    if (open_.empty()) {
      root_ = std::move(node);
    } else if (open_.back().node.kind == YamlNode::Kind::kList) {
      open_.back().node.items.push_back(std::move(node));
    } else if (!open_.back().key) {
      open_.back().key = std::move(node);
    } else {
      add_entry(open_.back(), std::move(node));
    }
  }

  void add_entry(OpenNode& map, YamlNode value) {
    const YamlNode key = *std::exchange(map.key, std::nullopt);
    if (key.kind != YamlNode::Kind::kScalar) {
      faults_.add(key.place, "", "a key is no text; allowed: a name");
      return;
    }
    if (value.kind == YamlNode::Kind::kNothing) value.place = key.place;  // yaml-cpp puts it on the next line
    map.node.entries.push_back({key.text, key.place, std::move(value)});
  }

  std::string source_;
  bool has_lines_;
  Faults& faults_;
  std::optional<YamlNode> root_;
  std::vector<OpenNode> open_;
  std::unordered_map<YAML::anchor_t, AnchoredNode> anchors_;
  int spent_ = 0;
};

Place place_of_offset(const std::string& text, std::size_t offset, const std::string& source, bool has_lines) {
  if (!has_lines) return {source};
  const std::string before = text.substr(0, offset);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t line_start = before.rfind('\n') == std::string::npos ? 0 : before.rfind('\n') + 1;
  return {source, static_cast<int>(line), static_cast<int>(offset - line_start) + 1};
}

std::string explain(const YAML::ParserException& error, const std::string& text) {
  const auto at = static_cast<std::size_t>(std::max(error.mark.pos, 0));
  const bool in_flow = at >= 1 && at < text.size() && text[at] == '{' && text[at - 1] == '$';
  return fmt::format("not valid YAML: {}{}", error.msg,
                     in_flow ? "; inside {...} or [...] put \"${NAME}\" in quotes" : "");
}

/// Where a carriage return stands without a line feed. YAML takes it for the end of a line, yaml-cpp for a letter: what
/// follows it in a comment would be dropped without a word.
std::optional<std::size_t> find_lone_return(const std::string& text) {
  for (auto at = text.find('\r'); at != std::string::npos; at = text.find('\r', at + 1)) {
    if (text.substr(at + 1, 1) != "\n") return at;
  }
  return std::nullopt;
}

/// A tab before the first word of the line on which parsing ended at `fault`: YAML's own message does not name it.
std::optional<std::size_t> find_indenting_tab(const std::string& text, std::size_t fault) {
  const std::size_t line = fault == 0 ? 0 : text.rfind('\n', fault - 1) + 1;
  const std::size_t first = text.find_first_not_of(" -", line);
  return first < text.size() && text[first] == '\t' ? std::optional(first) : std::nullopt;
}

}  // namespace

std::optional<YamlNode> parse_yaml(const std::string& text, const std::string& source, bool has_lines, Faults& faults) {
  if (const auto offset = find_unprintable(text)) {
    faults.add(place_of_offset(text, *offset, source, has_lines), "",
               "a byte that is no text; allowed: UTF-8 without control characters");
    return std::nullopt;
  }
  if (const auto offset = find_lone_return(text)) {
    faults.add(place_of_offset(text, *offset, source, has_lines), "",
               "a carriage return without a line feed; allowed: lines that end in LF or CRLF");
    return std::nullopt;
  }
  TreeBuilder builder(source, has_lines, faults);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
    auto root = builder.take_root();
    if (!root) faults.add(place_of_offset(text, 0, source, has_lines), "", "holds no value");
    return root;
  } catch (const YAML::ParserException& error) {
    const auto tab = find_indenting_tab(text, static_cast<std::size_t>(std::max(error.mark.pos, 0)));
    const auto place = tab ? place_of_offset(text, *tab, source, has_lines) : builder.place_of(error.mark);
    faults.add(place, "", tab ? "a tab in the indentation; allowed: spaces" : explain(error, text));
  } catch (const Abandoned& reason) {
    faults.add(reason.place, "", reason.what());
  }
  return std::nullopt;
}

}  // namespace scalemark::config
