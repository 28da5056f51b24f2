// Period tables, curves and lookups on columns of paths: what program/series.h defines for one path, in the same order of operations.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/columns.h"
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

// out[i] is the column of month first + i.
void period_columns(const program::PeriodShape& shape, std::span<const ColumnOrNumber> totals, bool keep_positive, std::int32_t first,
                    std::span<double* const> out, SeriesMemory& memory, Columns& columns, std::size_t n);
void curve_columns(const program::Curve& curve, std::span<const ColumnOrNumber> values, std::int32_t first, std::span<double* const> out,
                   double* const* scratch, std::size_t n);
void lookup_columns(std::span<const double> keys, std::span<const ColumnOrNumber> values, const double* x, double* out,
                    double* const* scratch, std::size_t n);

}  // namespace warchest::engine
