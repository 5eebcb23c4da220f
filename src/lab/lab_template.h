#pragma once

#include <string>
#include <vector>

#include "lab/selector.h"
#include "lab/sentence.h"

namespace scalemark::lab {

/// A question of a lab, and what of a report answers it.
struct Question {
  std::string id;
  std::string text;
  std::vector<Selector> cases;               ///< those that any of them keeps; empty: all
  std::vector<Sentence> answers;             ///< sentences drawn from the numbers
  std::vector<const CaseQuantity*> numbers;  ///< columns of a table with the cases as rows
  std::vector<std::string> matrices;         ///< batch by ranks, by title
  std::vector<std::string> tables;           ///< of the report, by the names of their CSV files
  std::vector<std::string> figures;          ///< the figures over these tables
  std::vector<std::string> published;        ///< published figures beside measured ones, by name
};

/// A page of a teacher's questions, which a report answers. docs/templates.md describes its file.
struct LabTemplate {
  std::string name;  ///< the file's stem; the page is called after it
  std::string title;
  std::string introduction;
  std::string published_file;  ///< CSV file of published figures; empty: none
  std::vector<Question> questions;
};

}  // namespace scalemark::lab
