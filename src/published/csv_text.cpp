#include "published/csv_text.h"

#include <string_view>
#include <utility>

#include "config/text_check.h"
#include "core/utf8.h"

namespace scalemark::published {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// Walks over the text and knows the place of every character.
class Cursor {
 public:
  Cursor(const std::string& source, std::string_view text) : text_(text), place_{source, 1, 1} {}

  bool at_end() const { return at_ == text_.size(); }
  bool at_line_end() const { return at_end() || peek() == '\n' || (peek() == '\r' && text_.substr(at_, 2) == "\r\n"); }
  char peek() const { return text_[at_]; }
  const config::Place& place() const { return place_; }

  char take() {
    const char taken = text_[at_++];
    if (taken == '\n') {
      ++place_.line;
      place_.column = 1;
    } else if (at_end() || !is_continuation_byte(peek())) {
      ++place_.column;  // after the last byte of a character
    }
    return taken;
  }

  bool take_if(char wanted) {
    if (at_end() || peek() != wanted) return false;
    take();
    return true;
  }

  void take_line_end() {
    take_if('\r');
    take_if('\n');
  }

  std::string take_rest_of_line() {
    std::string rest;
    while (!at_line_end()) rest += take();
    return rest;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  config::Place place_;
};

class Reader {
 public:
  Reader(Cursor cursor, config::Faults& faults) : cursor_(std::move(cursor)), faults_(faults) {}

  CsvText read() {
    CsvText csv;
    while (!cursor_.at_end() && faults_.count() == 0) {
      if (cursor_.take_if('#')) {
        const config::Place place = cursor_.place();
        csv.comments.push_back({cursor_.take_rest_of_line(), place});
      } else if (!cursor_.at_line_end()) {
        std::vector<CsvField> record = read_record();
        if (csv.header.empty()) {
          csv.header = std::move(record);
        } else {
          csv.rows.push_back(std::move(record));
        }
      }
      cursor_.take_line_end();
    }
    return csv;
  }

 private:
  std::vector<CsvField> read_record() {
    std::vector<CsvField> fields;
    do {
      CsvField field{"", cursor_.place()};
      field.text = cursor_.take_if('"') ? read_quoted(field.place) : read_plain();
      fields.push_back(std::move(field));
    } while (faults_.count() == 0 && cursor_.take_if(','));
    return fields;
  }

  std::string read_quoted(const config::Place& begin) {
    std::string text;
    while (!cursor_.at_end()) {
      if (!cursor_.take_if('"')) {
        text += cursor_.take();
      } else if (cursor_.take_if('"')) {
        text += '"';
      } else {
        if (!cursor_.at_line_end() && cursor_.peek() != ',')
          faults_.add(cursor_.place(), "", "text after a closing quote; a quote inside quotes is written twice");
        return text;
      }
    }
    faults_.add(begin, "", "a quote that is never closed");
    return text;
  }

  std::string read_plain() {
    std::string text;
    while (!cursor_.at_line_end() && cursor_.peek() != ',') {
      if (cursor_.peek() == '"') {
        faults_.add(cursor_.place(), "", "a quote inside a field that does not begin with one");
        return text;
      }
      text += cursor_.take();
    }
    return text;
  }

  Cursor cursor_;
  config::Faults& faults_;
};

config::Place place_of(const std::string& source, std::string_view text, std::size_t offset) {
  Cursor cursor(source, text.substr(0, offset));
  while (!cursor.at_end()) cursor.take();
  return cursor.place();
}

}  // namespace

CsvText parse_csv(const std::string& source, const std::string& text, config::Faults& faults) {
  std::string_view content = text;
  if (content.starts_with(kByteOrderMark)) content.remove_prefix(kByteOrderMark.size());
  if (const auto offset = config::find_unprintable(std::string(content))) {
    faults.add(place_of(source, content, *offset), "", "a byte that is no printable UTF-8");
    return {};
  }
  return Reader(Cursor(source, content), faults).read();
}

}  // namespace scalemark::published
