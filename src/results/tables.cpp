#include "results/tables.h"

#include <fmt/format.h>

#include <cstring>
#include <variant>

#include "results/attributes.h"
#include "results/datasets.h"
#include "results/quantities.h"

namespace scalemark::results {
namespace {

template <class Row>
using Columns = std::span<const TableColumn<Row>>;

/// In memory every column takes one aligned slot; the file holds them packed.
constexpr std::size_t kSlotBytes = 8;

Handle status_type() {
  Handle type = take(H5Tenum_create(H5T_NATIVE_INT8), "make", {-1, "status type"});
  for (const CaseStatus status : kCaseStatuses)
    checked(H5Tenum_insert(type.get(), to_string(status), &status), "make", {-1, "status type"});
  return type;
}

template <class Row>
struct SlotType {
  Handle operator()(std::string Row::*) const { return text_type(); }
  Handle operator()(CaseStatus Row::*) const { return status_type(); }
  Handle operator()(bool Row::*) const { return boolean_type(); }
  Handle operator()(std::int32_t Row::*) const { return Handle(H5Tcopy(H5T_STD_I32LE)); }
  Handle operator()(std::int64_t Row::*) const { return Handle(H5Tcopy(H5T_STD_I64LE)); }
  Handle operator()(double Row::*) const { return Handle(H5Tcopy(H5T_IEEE_F64LE)); }
};

template <class Row>
Handle memory_type(Columns<Row> columns) {
  Handle type = take(H5Tcreate(H5T_COMPOUND, columns.size() * kSlotBytes), "make", {-1, "row type"});
  std::size_t offset = 0;
  for (const auto& column : columns) {
    const Handle member = std::visit(SlotType<Row>{}, column.member);
    checked(H5Tinsert(type.get(), column.name, offset, member.get()), "make column", {-1, column.name});
    offset += kSlotBytes;
  }
  return type;
}

/// Puts a member into its slot; a string goes in as the address of its characters.
template <class Row>
void encode(const Row& row, std::byte* slot) {
  for (const auto& column : table_columns<Row>()) {
    std::visit(
        [&](auto member) {
          if constexpr (std::is_same_v<decltype(member), std::string Row::*>) {
            const char* const characters = (row.*member).c_str();
            std::memcpy(slot, static_cast<const void*>(&characters), sizeof characters);
          } else {
            std::memcpy(slot, &(row.*member), sizeof(row.*member));
          }
        },
        column.member);
    slot += kSlotBytes;
  }
}

void decode_value(std::string& value, const std::byte* slot, ObjectName) {
  const char* characters = nullptr;
  std::memcpy(static_cast<void*>(&characters), slot, sizeof characters);
  value = characters == nullptr ? "" : characters;
}

void decode_value(CaseStatus& value, const std::byte* slot, ObjectName what) {
  const auto index = std::to_integer<std::size_t>(*slot);
  if (index >= kCaseStatuses.size()) refuse(what, "holds a status outside its enum");
  value = kCaseStatuses[index];
}

void decode_value(bool& value, const std::byte* slot, ObjectName what) {
  if (*slot > std::byte{1}) refuse(what, "holds a bool outside its enum");
  value = *slot == std::byte{1};
}

template <class Number>
void decode_value(Number& value, const std::byte* slot, ObjectName) {
  std::memcpy(&value, slot, sizeof value);
}

/// Members of columns that the file lacks keep their initial values.
template <class Row>
Row decode(Columns<Row> columns, const std::byte* slot, ObjectName what) {
  Row row;
  for (const auto& column : columns) {
    std::visit([&](auto member) { decode_value(row.*member, slot, what); }, column.member);
    slot += kSlotBytes;
  }
  return row;
}

/// [column] what each column holds, for whoever reads the file without this program.
template <class Row>
void describe_columns(const Handle& dataset) {
  std::vector<std::string> units;
  std::vector<std::string> long_names;
  for (const auto& column : table_columns<Row>()) {
    units.emplace_back(column.quantity.units);
    long_names.emplace_back(column.quantity.long_name);
  }
  write_attribute(dataset, "units", std::span<const std::string>(units));
  write_attribute(dataset, "long_name", std::span<const std::string>(long_names));
}

template <class Row>
void write_rows(const Handle& parent, const std::string& name, std::span<const Row> rows) {
  const Handle in_memory = memory_type(table_columns<Row>());
  const Handle in_file = take(H5Tcopy(in_memory.get()), "copy the type of", {parent.get(), name});
  checked(H5Tpack(in_file.get()), "pack the type of", {parent.get(), name});
  const std::size_t row_bytes = H5Tget_size(in_memory.get());
  std::vector<std::byte> slots(rows.size() * row_bytes);
  for (std::size_t i = 0; i < rows.size(); ++i) encode(rows[i], slots.data() + i * row_bytes);
  describe_columns<Row>(write_dataset(parent, name, {rows.size()}, in_file.get(), in_memory.get(), slots.data()));
}

/// The library converts between kinds of numbers where it can; anything else would fill rows with rubbish.
template <class Row>
void check_kind(const TableColumn<Row>& column, const Handle& stored, ObjectName what) {
  const Handle wanted = std::visit(SlotType<Row>{}, column.member);
  const bool same_kind = H5Tget_class(stored.get()) == H5Tget_class(wanted.get()) &&
                         H5Tis_variable_str(stored.get()) == H5Tis_variable_str(wanted.get());
  if (!same_kind) refuse(what, fmt::format("has a column '{}' of another type than the schema", column.name));
}

/// The columns of the catalogue that the file has. The file may have others, of a newer version, which nobody asks for.
template <class Row>
std::vector<TableColumn<Row>> stored_columns(const Handle& file_type, ObjectName what) {
  if (H5Tget_class(file_type.get()) != H5T_COMPOUND) refuse(what, "is not a table");
  std::vector<TableColumn<Row>> columns;
  for (const auto& column : table_columns<Row>()) {
    const int found = H5Tget_member_index(file_type.get(), column.name);
    if (found < 0 && column.if_absent == IfAbsent::kRefuse)
      refuse(what, fmt::format("has no column '{}'", column.name));
    if (found < 0) continue;
    const auto index = static_cast<unsigned>(found);
    check_kind(column, take(H5Tget_member_type(file_type.get(), index), "read the columns of", what), what);
    columns.push_back(column);
  }
  return columns;
}

template <class Row>
std::vector<Row> read_rows(const Handle& parent, const std::string& name) {
  const Handle dataset = open_dataset(parent, name);
  const ObjectName what{dataset.get()};
  const Shape shape = checked_shape(dataset, 1);
  const auto columns = stored_columns<Row>(take(H5Dget_type(dataset.get()), "read the type of", what), what);
  const Handle row_type = memory_type(Columns<Row>(columns));
  const std::size_t row_bytes = H5Tget_size(row_type.get());
  std::vector<std::byte> slots(element_count(shape) * row_bytes);
  if (slots.empty()) return {};
  const Handle space = take(H5Dget_space(dataset.get()), "read the data space of", what);
  const TextReclaimer reclaimer(row_type.get(), space.get(), slots.data());
  checked(H5Dread(dataset.get(), row_type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, slots.data()), "read table", what);
  std::vector<Row> rows;
  for (std::size_t offset = 0; offset < slots.size(); offset += row_bytes)
    rows.push_back(decode(Columns<Row>(columns), slots.data() + offset, what));
  return rows;
}

}  // namespace

void write_table(const Handle& parent, const std::string& name, std::span<const CaseRow> rows) {
  write_rows(parent, name, rows);
}

void write_table(const Handle& parent, const std::string& name, std::span<const RankRow> rows) {
  write_rows(parent, name, rows);
}

std::vector<CaseRow> read_case_table(const Handle& parent, const std::string& name) {
  return read_rows<CaseRow>(parent, name);
}

std::vector<RankRow> read_rank_table(const Handle& parent, const std::string& name) {
  return read_rows<RankRow>(parent, name);
}

}  // namespace scalemark::results
