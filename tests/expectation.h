// Comparing what was printed with what a test expects, and telling the difference to a person.
//
// Lines are compared whole and exactly. Only text that cannot be known beforehand has a placeholder in the expectation:
//   <<hash>>     hexadecimal digits, such as a file's hash
//   <<version>>  digits and dots, so that a release does not rewrite every expectation
//   <<number>>   digits with a decimal point or separators: a measured time, never a result
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace warchest::tests {

bool line_matches(std::string_view expected, std::string_view actual);

// A difference like that of `diff -u`, or nothing if every line matches. Line numbers count from `first_line`.
std::string difference(const std::vector<std::string>& expected, const std::vector<std::string>& actual, int first_line);

// The actual lines, except that an expected line which matches keeps its placeholders: what --update writes.
std::vector<std::string> updated(const std::vector<std::string>& expected, const std::vector<std::string>& actual);

void drop_blank_end(std::vector<std::string>& lines);

}  // namespace warchest::tests
