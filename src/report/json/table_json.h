#pragma once

#include <string>
#include <vector>

#include "core/text/json_writer.h"
#include "report/section.h"

namespace scalemark::report {

/// Adds the member "<table.name>": {title, columns, rows, remarks}. A row is an object with a member per column of the
/// CSV file, of the same name and digits; what is an empty number there is null.
void add_table(JsonWriter& json, const Table& table, const std::string& title);

/// Adds the member "tables", an object with a member per section that has a table.
void add_tables(JsonWriter& json, const std::vector<Section>& sections);

}  // namespace scalemark::report
