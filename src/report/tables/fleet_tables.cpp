#include "report/tables/fleet_tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include "report/charts/bar_charts.h"
#include "report/tables/compared_cells.h"

namespace scalemark::report {
namespace {

using analysis::DriftLine;
using analysis::Fleet;
using analysis::FleetLine;
using analysis::NodeQuantity;

constexpr std::size_t kMostBars = 20;

std::string value_text(NodeQuantity quantity, double value) {
  if (quantity == NodeQuantity::kClock && std::isfinite(value)) return fmt::format("{:.0f} MHz", value / 1e6);
  return to_text(value, analysis::row_of(quantity).unit);
}

std::string quantity_name(const FleetLine& line) { return analysis::row_of(line.quantity).name; }

Columns<FleetLine> line_columns() {
  Columns<FleetLine> columns;
  columns.text("node", "node", &FleetLine::node)
      .text("quantity", "quantity", quantity_name)
      .text("case", "case", &FleetLine::subject)
      .text("value", "", [](const FleetLine& line) { return value_text(line.quantity, line.value); })
      .text("others", "", [](const FleetLine& line) { return value_text(line.quantity, line.others); })
      .number("", "value", Unit::kNone, &FleetLine::value)
      .number("", "others_median", Unit::kNone, &FleetLine::others)
      .text("worse by", "", [](const FleetLine& line) { return signed_percent(line.beyond); })
      .number("", "worse_by_fraction", Unit::kNone, &FleetLine::beyond)
      .text("p", "", [](const FleetLine& line) { return p_value_text(line.p_value); })
      .number("", "p_value_adjusted", Unit::kNone, &FleetLine::p_value)
      .count("nodes", "nodes", &FleetLine::nodes)
      .text("", "stands_out", [](const FleetLine& line) { return std::string(line.stands_out ? "yes" : "no"); })
      .text("what is different", "different", &FleetLine::different);
  return columns;
}

/// Bars of the ratios of those that stand out; shares of the step's time have none.
std::vector<Figure> outlier_figures(const std::vector<FleetLine>& lines) {
  std::vector<RatioBar> bars;
  std::string words;
  for (const FleetLine& line : lines) {
    if (analysis::row_of(line.quantity).is_share || bars.size() == kMostBars) continue;
    const double ratio = line.value / line.others;
    bars.push_back({fmt::format("{}: {} of {}", line.node, quantity_name(line), line.subject),
                    {ratio, NAN, NAN},
                    analysis::row_of(line.quantity).less_is_worse});
    words += fmt::format(" {}: {:.3g} times.", bars.back().name, ratio);
  }
  const std::string title = "Nodes that stand out, over the median of the others";
  Figure figure{title, draw_ratios(bars, title, fmt::format("A bar for each quantity of a node.{}", words)), {}};
  if (figure.svg.empty()) return {};
  return {figure};
}

Section outlier_section(const Fleet& fleet) {
  std::vector<FleetLine> outliers;
  std::ranges::copy_if(fleet.lines, std::back_inserter(outliers), &FleetLine::stands_out);
  Section section{"Nodes that stand out", analysis::fleet_criteria(fleet.threshold),
                  line_columns().table("nodes_outliers", "No node stands out.", outliers)};
  section.figures = outlier_figures(outliers);
  return section;
}

Section failure_section(const Fleet& fleet) {
  using analysis::FailedCase;
  Columns<FailedCase> columns;
  columns.text("node", "node", &FailedCase::node)
      .text("case", "case", &FailedCase::subject)
      .text("reason", "reason", &FailedCase::reason);
  return {"Cases that are ok on most nodes, and not here", "", columns.table("nodes_failed", "", fleet.failures)};
}

/// A row of the overview: the worst case of each quantity.
struct NodeOverview {
  std::string node;
  std::array<double, 6> beyond{NAN, NAN, NAN, NAN, NAN, NAN};
};

Section overview_section(const Fleet& fleet) {
  std::map<std::string, NodeOverview> by_node;
  for (const std::string& node : fleet.nodes) by_node[node].node = node;
  for (const FleetLine& line : fleet.lines) {
    double& worst = by_node[line.node].beyond.at(static_cast<std::size_t>(line.quantity));
    worst = std::fmax(worst, line.beyond);
  }
  std::vector<NodeOverview> rows;
  rows.reserve(by_node.size());
  for (auto& [node, row] : by_node) rows.push_back(row);
  Columns<NodeOverview> columns;
  columns.text("node", "node", &NodeOverview::node);
  for (const auto& quantity : analysis::node_quantities()) {
    const auto index = static_cast<std::size_t>(quantity.quantity);
    columns.text(quantity.name, "", [index](const NodeOverview& row) { return signed_percent(row.beyond.at(index)); });
    std::string name = quantity.name;
    std::ranges::replace(name, ' ', '_');
    columns.number("", name + "_worse_by_fraction", Unit::kNone,
                   [index](const NodeOverview& row) { return row.beyond.at(index); });
  }
  Section section{
      "All nodes",
      "How much worse a node is than the median of the others, in the case in which it is worst: step time, "
      "bandwidth, clock and memory by their ratio, loading and jitter in hundredths of the step's time.",
      columns.table("nodes", "", rows)};
  section.in_markdown = false;
  return section;
}

Section drift_section(const Fleet& fleet) {
  Columns<DriftLine> columns;
  columns.text("nodes", "node", [](const DriftLine& line) { return line.node.empty() ? "all" : line.node; })
      .text("quantity", "quantity", [](const DriftLine& line) { return analysis::row_of(line.quantity).name; })
      .text("case", "case", &DriftLine::subject)
      .text("now", "", [](const DriftLine& line) { return value_text(line.quantity, line.value); })
      .text("baseline", "", [](const DriftLine& line) { return value_text(line.quantity, line.baseline); })
      .number("", "value", Unit::kNone, &DriftLine::value)
      .number("", "baseline", Unit::kNone, &DriftLine::baseline)
      .text("worse by", "", [](const DriftLine& line) { return signed_percent(line.beyond); })
      .number("", "worse_by_fraction", Unit::kNone, &DriftLine::beyond)
      .text("p", "", [](const DriftLine& line) { return p_value_text(line.p_value); })
      .number("", "p_value_adjusted", Unit::kNone, &DriftLine::p_value)
      .text("drifted", "drifted", [](const DriftLine& line) { return std::string(line.drifted ? "yes" : "no"); });
  return {"Since the baseline",
          "The median of all nodes compared with that of the baseline, and each node compared with itself in the "
          "baseline. A node has drifted if the difference reaches the threshold and is beyond the nodes' scatter (p < "
          "0.05, Holm).",
          columns.table("nodes_drift", "", fleet.drifts)};
}

/// Every number, for a program.
Section complete_section(const Fleet& fleet) { return {"", "", line_columns().table("nodes_all", "", fleet.lines)}; }

std::string why_of(const Fleet& fleet, const std::string& node) {
  std::set<std::string> reasons;
  for (const FleetLine& line : fleet.lines) {
    if (line.stands_out && line.node == node) reasons.insert(quantity_name(line));
  }
  for (const auto& one : fleet.failures) {
    if (one.node == node) reasons.insert("a case that is not ok");
  }
  return fmt::format("{} ({})", node, fmt::join(reasons, ", "));
}

}  // namespace

std::string fleet_summary(const Fleet& fleet) {
  std::vector<std::string> bad;
  for (const std::string& node : fleet.bad_nodes()) bad.push_back(why_of(fleet, node));
  std::string text = fmt::format("{}: ", counted(fleet.nodes.size(), "node"));
  if (bad.empty()) {
    text += fleet.lines.empty() ? "no other node to compare with" : "none stands out";
  } else {
    text += fmt::format("{} {} out", fmt::join(bad, ", "), bad.size() == 1 ? "stands" : "stand");
  }
  if (!fleet.drifts.empty())
    text += fleet.drifted() == 0 ? "; nothing drifted since the baseline"
                                 : fmt::format("; {} drifted since the baseline", counted(fleet.drifted(), "quantity"));
  return text + ".";
}

SectionPage fleet_page(const Fleet& fleet, const std::string& title) {
  return {"nodes",
          title.empty() ? "Nodes" : fmt::format("Nodes of {}", title),
          fleet_summary(fleet),
          {outlier_section(fleet), failure_section(fleet), drift_section(fleet), overview_section(fleet),
           refused_section("nodes_refused", fleet.refused), complete_section(fleet)}};
}

}  // namespace scalemark::report
