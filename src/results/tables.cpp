#include "results/tables.h"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <variant>

#include "results/attributes.h"
#include "results/datasets.h"

namespace scalemark::results {
namespace {

/// A column is a name and the member of the row that it holds; this one list drives types, writing and reading.
template <class Row>
struct Column {
  const char* name;
  std::variant<std::string Row::*, CaseStatus Row::*, bool Row::*, std::int32_t Row::*, std::int64_t Row::*,
               double Row::*>
      member;
};

constexpr auto kCaseColumns = std::to_array<Column<CaseRow>>({
    {"case", &CaseRow::case_id},
    {"label", &CaseRow::label},
    {"status", &CaseRow::status},
    {"reason", &CaseRow::reason},
    {"model", &CaseRow::model},
    {"dataset", &CaseRow::dataset},
    {"mode", &CaseRow::mode},
    {"precision", &CaseRow::precision},
    {"optimizer", &CaseRow::optimizer},
    {"checkpointing", &CaseRow::checkpointing},
    {"ranks", &CaseRow::ranks},
    {"devices", &CaseRow::devices},
    {"batch_per_rank", &CaseRow::batch_per_rank},
    {"global_batch", &CaseRow::global_batch},
    {"loader_workers", &CaseRow::loader_workers},
    {"parameters", &CaseRow::parameters},
    {"step_seconds", &CaseRow::step_seconds},
    {"step_seconds_low", &CaseRow::step_seconds_low},
    {"step_seconds_high", &CaseRow::step_seconds_high},
    {"images_per_second", &CaseRow::images_per_second},
    {"epoch_seconds", &CaseRow::epoch_seconds},
    {"epoch_seconds_estimated", &CaseRow::epoch_seconds_estimated},
    {"first_epoch_seconds", &CaseRow::first_epoch_seconds},
    {"load_seconds", &CaseRow::load_seconds},
    {"compute_seconds", &CaseRow::compute_seconds},
    {"comm_seconds", &CaseRow::comm_seconds},
    {"exposed_comm_seconds", &CaseRow::exposed_comm_seconds},
    {"peak_memory_bytes", &CaseRow::peak_memory_bytes},
    {"final_loss", &CaseRow::final_loss},
    {"train_accuracy", &CaseRow::train_accuracy},
    {"test_accuracy", &CaseRow::test_accuracy},
});

constexpr auto kRankColumns = std::to_array<Column<RankRow>>({
    {"case", &RankRow::case_id},
    {"rank", &RankRow::rank},
    {"host", &RankRow::host},
    {"device", &RankRow::device},
    {"device_uuid", &RankRow::device_uuid},
    {"pci_id", &RankRow::pci_id},
    {"threads", &RankRow::threads},
    {"peak_memory_bytes", &RankRow::peak_memory_bytes},
});

constexpr const auto& columns_of(const CaseRow*) { return kCaseColumns; }
constexpr const auto& columns_of(const RankRow*) { return kRankColumns; }

/// In memory every column takes one aligned slot; the file holds them packed.
constexpr std::size_t kSlotBytes = 8;

constexpr std::array kStatuses = {CaseStatus::kOk,      CaseStatus::kOom,     CaseStatus::kFailed,
                                  CaseStatus::kTimeout, CaseStatus::kSkipped, CaseStatus::kInvalid};

Handle status_type() {
  Handle type = take(H5Tenum_create(H5T_NATIVE_INT8), "make", {-1, "status type"});
  for (const CaseStatus status : kStatuses)
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
Handle memory_type() {
  const auto& columns = columns_of(static_cast<const Row*>(nullptr));
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
  for (const auto& column : columns_of(&row)) {
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
  if (index >= kStatuses.size()) refuse(what, "holds a status outside its enum");
  value = kStatuses[index];
}

void decode_value(bool& value, const std::byte* slot, ObjectName what) {
  if (*slot > std::byte{1}) refuse(what, "holds a bool outside its enum");
  value = *slot == std::byte{1};
}

template <class Number>
void decode_value(Number& value, const std::byte* slot, ObjectName) {
  std::memcpy(&value, slot, sizeof value);
}

template <class Row>
Row decode(const std::byte* slot, ObjectName what) {
  Row row;
  for (const auto& column : columns_of(&row)) {
    std::visit([&](auto member) { decode_value(row.*member, slot, what); }, column.member);
    slot += kSlotBytes;
  }
  return row;
}

template <class Row>
void write_rows(const Handle& parent, const std::string& name, std::span<const Row> rows) {
  const Handle in_memory = memory_type<Row>();
  const Handle in_file = take(H5Tcopy(in_memory.get()), "copy the type of", {parent.get(), name});
  checked(H5Tpack(in_file.get()), "pack the type of", {parent.get(), name});
  const std::size_t row_bytes = H5Tget_size(in_memory.get());
  std::vector<std::byte> slots(rows.size() * row_bytes);
  for (std::size_t i = 0; i < rows.size(); ++i) encode(rows[i], slots.data() + i * row_bytes);
  write_dataset(parent, name, {rows.size()}, in_file.get(), in_memory.get(), slots.data());
}

/// The library converts between kinds of numbers where it can; anything else would fill rows with rubbish.
template <class Row>
void check_columns(const Handle& file_type, const Handle& row_type, ObjectName what) {
  if (H5Tget_class(file_type.get()) != H5T_COMPOUND) refuse(what, "is not a table");
  unsigned position = 0;
  for (const auto& column : columns_of(static_cast<const Row*>(nullptr))) {
    const int found = H5Tget_member_index(file_type.get(), column.name);
    if (found < 0) refuse(what, fmt::format("has no column '{}'", column.name));
    const Handle stored =
        take(H5Tget_member_type(file_type.get(), static_cast<unsigned>(found)), "read the columns of", what);
    const Handle wanted = take(H5Tget_member_type(row_type.get(), position++), "read the columns of", what);
    const bool same_kind = H5Tget_class(stored.get()) == H5Tget_class(wanted.get()) &&
                           H5Tis_variable_str(stored.get()) == H5Tis_variable_str(wanted.get());
    if (!same_kind) refuse(what, fmt::format("has a column '{}' of another type than the schema", column.name));
  }
}

template <class Row>
std::vector<Row> read_rows(const Handle& parent, const std::string& name) {
  const Handle dataset = open_dataset(parent, name);
  const ObjectName what{dataset.get()};
  const Shape shape = checked_shape(dataset, 1);
  const Handle file_type = take(H5Dget_type(dataset.get()), "read the type of", what);
  const Handle row_type = memory_type<Row>();
  check_columns<Row>(file_type, row_type, what);
  const std::size_t row_bytes = H5Tget_size(row_type.get());
  std::vector<std::byte> slots(element_count(shape) * row_bytes);
  if (slots.empty()) return {};
  const Handle space = take(H5Dget_space(dataset.get()), "read the data space of", what);
  const TextReclaimer reclaimer(row_type.get(), space.get(), slots.data());
  checked(H5Dread(dataset.get(), row_type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, slots.data()), "read table", what);
  std::vector<Row> rows;
  for (std::size_t offset = 0; offset < slots.size(); offset += row_bytes)
    rows.push_back(decode<Row>(slots.data() + offset, what));
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
