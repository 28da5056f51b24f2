// Tables of comma-separated values, after RFC 4180: quoted fields may hold commas, line ends and doubled quotes.
//
// The first line names the columns. A byte-order mark is passed over, a line may end with \n or \r\n, empty lines do not count, and
// every other line has as many fields as the first. What does not fit is refused with the number of its line.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "io/result.h"

namespace warchest::io {

struct Csv {
  struct Row {
    std::size_t line = 0;  // on which it begins
    std::vector<std::string> fields;
  };
  std::vector<std::string> columns;
  std::vector<Row> rows;

  // The numbers of one column: `1234.5`, `-3e-2`, `45%`; blanks around a number do not count.
  Result<std::vector<double>> numbers(std::string_view column) const;
};

Result<Csv> parse_csv(std::string_view text);

}  // namespace warchest::io
