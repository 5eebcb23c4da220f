#pragma once

#include <string>
#include <vector>

#include "lab/case_numbers.h"
#include "lab/lab_template.h"
#include "report/section.h"

namespace scalemark::lab {

/// A table or a matrix under its title.
struct TitledTable {
  std::string title;
  std::string note;
  report::Table table;
};

/// A question with what the report has to say to it.
struct Answer {
  std::string id;
  std::string question;
  std::vector<std::string> sentences;
  std::vector<std::string> gaps;  ///< what was not measured, and what measures it
  std::vector<report::Matrix> matrices;
  std::vector<TitledTable> tables;
  std::vector<report::Figure> figures;
};

/// Every question of the template in its order. `sections` are the report's.
std::vector<Answer> answers_of(const LabTemplate& questions, const CaseNumbers& numbers,
                               const std::vector<report::Section>& sections);

}  // namespace scalemark::lab
