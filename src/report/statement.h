// The statements of one path as a table for people, as CSV and as JSON.
#pragma once

#include <cstddef>
#include <string>

#include "analysis/statement.h"

namespace warchest::report {

std::string statements_text(const analysis::Statements& statements, std::size_t width);  // as many periods beside each other as fit
std::string statements_csv(const analysis::Statements& statements);                      // a row for each line, a column for each period
std::string statements_json(const analysis::Statements& statements, const std::string& version, const std::string& sha256);

}  // namespace warchest::report
