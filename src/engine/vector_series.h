// Period tables, curves and lookups on columns of paths: what program/series.h defines for one path, in the same order of operations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/columns.h"
#include "kernels/pass.h"
#include "program/program.h"
#include "program/series.h"

namespace warchest::engine {

struct ColumnOrNumber {
  const double* column = nullptr;  // null: the number, for all lanes
  double number = 0;
};

// Columns that a period table needs for a while; they are kept from block to block.
struct SeriesMemory {
  std::vector<double*> columns;
  std::size_t used = 0;
  double* take(Columns& from) {
    if (used == columns.size()) columns.push_back(from.take(1));
    return columns[used++];
  }
};

// A period table as one pass over its columns (kernels/pass.h), made once for the columns of a machine: out[i] is the column of month
// first + i, and totals stand where they will stand in every block.
class PeriodPass {
 public:
  // Null where the kernels in use have no passes, or the system no memory for one.
  static std::unique_ptr<PeriodPass> make(const program::PeriodShape& shape, std::span<const ColumnOrNumber> totals, bool keep_positive,
                                          std::int32_t first, std::span<double* const> out, Columns& columns);
  void run(std::size_t n) const;

 private:
  PeriodPass(const program::PeriodShape& shape, bool keep_positive) : shape_(shape), keep_positive_(keep_positive) {}

  const program::PeriodShape& shape_;
  const bool keep_positive_;
  std::unique_ptr<kernels::CompiledPass> code_;
  std::vector<const double*> columns_;  // a column too far from the first to be reckoned from it is looked up here
  std::vector<double> numbers_;
  std::vector<double*> means_, months_;   // of all periods
  double* short_ = nullptr;               // whether some month fell below its least
  std::vector<double*> before_, behind_;  // rows outside the periods
};

// out[i] is the column of month first + i.
void period_columns(const program::PeriodShape& shape, std::span<const ColumnOrNumber> totals, bool keep_positive, std::int32_t first,
                    std::span<double* const> out, SeriesMemory& memory, Columns& columns, std::size_t n);
void curve_columns(const program::Curve& curve, std::span<const ColumnOrNumber> values, std::int32_t first, std::span<double* const> out,
                   double* const* scratch, std::size_t n);
void lookup_columns(std::span<const double> keys, std::span<const ColumnOrNumber> values, const double* x, double* out,
                    double* const* scratch, std::size_t n);

}  // namespace warchest::engine
