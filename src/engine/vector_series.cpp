// Series on columns. A month outside the history's rows is computed all the same where it bears on the others.
#include "engine/vector_series.h"

#include <algorithm>
#include <limits>

#include "kernels/kernels.h"

namespace warchest::engine {
namespace {

const kernels::Kernels& kernel() { return kernels::kernels(); }

void put(const ColumnOrNumber& value, double* out, std::size_t n) {
  if (value.column != nullptr) {
    kernel().copy(value.column, out, n);
  } else {
    kernel().fill(value.number, out, n);
  }
}

// out = a - b
void subtract(const ColumnOrNumber& a, const ColumnOrNumber& b, double* out, std::size_t n) {
  if (a.column != nullptr && b.column != nullptr) {
    kernel().sub.cc(a.column, b.column, out, n);
  } else if (a.column != nullptr) {
    kernel().sub.ck(a.column, b.number, out, n);
  } else if (b.column != nullptr) {
    kernel().sub.kc(a.number, b.column, out, n);
  } else {
    kernel().fill(a.number - b.number, out, n);
  }
}

struct Table {
  const program::PeriodShape& shape;
  std::vector<double*> means, steps;
  std::vector<double*> months;  // of all periods; null where no one will look
};

void solve(Table& table, std::span<const ColumnOrNumber> totals, std::size_t n) {
  const auto& shape = table.shape;
  const std::size_t borders = table.steps.size();
  for (std::size_t p = 0; p < table.means.size(); ++p) {
    const auto length = static_cast<double>(shape.periods[p].before.size());
    if (totals[p].column != nullptr) {
      kernel().div.ck(totals[p].column, length, table.means[p], n);
    } else {
      kernel().fill(totals[p].number / length, table.means[p], n);
    }
  }
  for (std::size_t p = 0; p < borders; ++p) {
    double* step = table.steps[p];
    kernel().sub.cc(table.means[p + 1], table.means[p], step, n);
    if (p > 0) kernel().neg_mul_add.ckc(table.steps[p - 1], shape.forward[p], step, step, n);
  }
  for (std::size_t p = borders; p-- > 0;) {
    double* step = table.steps[p];
    kernel().mul.ck(step, shape.inverse[p], step, n);
    if (p + 1 < borders) kernel().neg_mul_add.ckc(table.steps[p + 1], shape.backward[p], step, step, n);
  }
}

void spread(Table& table, std::size_t n) {
  std::size_t month = 0;
  for (std::size_t p = 0; p < table.means.size(); ++p) {
    const auto& period = table.shape.periods[p];
    for (std::size_t j = 0; j < period.before.size(); ++j, ++month) {
      double* out = table.months[month];
      if (out == nullptr) continue;
      const double* x = table.means[p];
      if (p > 0) {
        kernel().mul_add.ckc(table.steps[p - 1], period.before[j], x, out, n);
        x = out;
      }
      if (p < table.steps.size()) {
        kernel().mul_add.ckc(table.steps[p], period.behind[j], x, out, n);
        x = out;
      }
      if (x != out) kernel().copy(x, out, n);
    }
  }
}

// Whether some month of some path is below its least; least, mask: columns to work in.
bool falls_short(const Table& table, double* least, double* mask, std::size_t n) {
  std::size_t month = 0;
  for (std::size_t p = 0; p < table.means.size(); ++p) {
    kernel().mul.kc(program::kLeastShareOfMean, table.means[p], least, n);
    for (std::size_t j = 0; j < table.shape.periods[p].before.size(); ++j, ++month) {
      kernel().lt.cc(table.months[month], least, mask, n);
      if (kernel().count_nonzero(mask, n) > 0) return true;
    }
  }
  return false;
}

// Few paths need it, so lane by lane.
void mix_until_positive(const Table& table, double* share, std::size_t n) {
  std::fill_n(share, n, 1.0);
  std::size_t month = 0;
  for (std::size_t p = 0; p < table.means.size(); ++p) {
    const double* mean = table.means[p];
    for (std::size_t j = 0; j < table.shape.periods[p].before.size(); ++j, ++month) {
      const double* x = table.months[month];
      for (std::size_t i = 0; i < n; ++i) {
        if (!(x[i] < program::kLeastShareOfMean * mean[i])) continue;
        const double wanted = ((1 - program::kLeastShareOfMean) * mean[i]) / (mean[i] - x[i]);
        if (wanted < share[i]) share[i] = wanted;
      }
    }
  }
  month = 0;
  for (std::size_t p = 0; p < table.means.size(); ++p) {
    const double* mean = table.means[p];
    for (std::size_t j = 0; j < table.shape.periods[p].before.size(); ++j, ++month) {
      double* x = table.months[month];
      for (std::size_t i = 0; i < n; ++i) {
        const double s = share[i] < 0 ? 0 : share[i];
        if (s < 1) x[i] = s * x[i] + (1 - s) * mean[i];
      }
    }
  }
}

}  // namespace

void period_columns(const program::PeriodShape& shape, std::span<const ColumnOrNumber> totals, bool keep_positive, std::int32_t first,
                    std::span<double* const> out, SeriesMemory& memory, Columns& columns, std::size_t n) {
  memory.used = 0;
  Table table{shape, {}, {}, {}};
  for (std::size_t p = 0; p < shape.periods.size(); ++p) table.means.push_back(memory.take(columns));
  for (std::size_t p = 0; p < shape.forward.size(); ++p) table.steps.push_back(memory.take(columns));
  const std::int32_t begin = shape.periods.front().first, end = shape.periods.back().last;
  const std::int32_t rows = static_cast<std::int32_t>(out.size());
  for (std::int32_t m = begin; m <= end; ++m) {
    const bool wanted = m >= first && m < first + rows;
    const bool held = m == end && first + rows > end;  // the last month's value is held after it
    table.months.push_back(wanted ? out[static_cast<std::size_t>(m - first)] : keep_positive || held ? memory.take(columns) : nullptr);
  }
  solve(table, totals, n);
  spread(table, n);
  double *least = memory.take(columns), *mask = memory.take(columns);
  if (keep_positive && falls_short(table, least, mask, n)) mix_until_positive(table, least, n);
  for (std::int32_t i = 0; i < rows; ++i) {
    if (first + i < begin) kernel().fill(0, out[static_cast<std::size_t>(i)], n);
    if (first + i > end) kernel().copy(table.months.back(), out[static_cast<std::size_t>(i)], n);
  }
}

void curve_columns(const program::Curve& curve, std::span<const ColumnOrNumber> values, std::int32_t first, std::span<double* const> out,
                   double* const* scratch, std::size_t n) {
  const auto row = [&](std::int32_t month) -> double* {
    const std::int32_t i = month - first;
    return i >= 0 && i < static_cast<std::int32_t>(out.size()) ? out[static_cast<std::size_t>(i)] : nullptr;
  };
  double *ratio = scratch[0], *factor = scratch[1], *here = scratch[2], *start = scratch[3], *end = scratch[4];
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    const std::int32_t from = curve.anchors[i].month, months = curve.anchors[i + 1].month - from;
    const double per_month = 1.0 / months;
    put(values[i], start, n);
    put(values[i + 1], end, n);
    if (double* x = row(from)) kernel().copy(start, x, n);
    if (months == 1) continue;
    kernel().div.cc(end, start, ratio, n);
    bool all_linear = curve.linear, all_geometric = !curve.linear;
    for (std::size_t lane = 0; lane < n && all_geometric; ++lane) {
      all_geometric = ratio[lane] > 0 && ratio[lane] < std::numeric_limits<double>::infinity();
    }
    if (!all_linear) {
      kernel().log(ratio, factor, n);
      kernel().mul.ck(factor, per_month, factor, n);
      kernel().exp(factor, factor, n);
      kernel().copy(start, here, n);
      for (std::int32_t j = 1; j < months; ++j) {
        kernel().mul.cc(here, factor, here, n);
        if (double* x = row(from + j)) kernel().copy(here, x, n);
      }
    }
    if (all_geometric) continue;
    kernel().sub.cc(end, start, factor, n);
    kernel().mul.ck(factor, per_month, factor, n);
    for (std::int32_t j = 1; j < months; ++j) {
      double* x = row(from + j);
      for (std::size_t lane = 0; x != nullptr && lane < n; ++lane) {
        const bool geometric = !curve.linear && ratio[lane] > 0 && ratio[lane] < std::numeric_limits<double>::infinity();
        if (!geometric) x[lane] = start[lane] + factor[lane] * j;
      }
    }
  }
  const std::int32_t begin = curve.anchors.front().month, last = curve.anchors.back().month;
  for (std::int32_t m = first; m < first + static_cast<std::int32_t>(out.size()); ++m) {
    if (m < begin) put(values.front(), row(m), n);
    if (m >= last) put(values.back(), row(m), n);
  }
}

void lookup_columns(std::span<const double> keys, std::span<const ColumnOrNumber> values, const double* x, double* out,
                    double* const* scratch, std::size_t n) {
  double *found = scratch[0], *along = scratch[1], *rise = scratch[2], *low = scratch[3], *reached = scratch[4];
  put(values.front(), found, n);
  for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
    kernel().sub.ck(x, keys[i], along, n);
    kernel().div.ck(along, keys[i + 1] - keys[i], along, n);
    subtract(values[i + 1], values[i], rise, n);
    put(values[i], low, n);
    kernel().mul_add.ccc(rise, along, low, along, n);
    kernel().le.kc(keys[i], x, reached, n);
    kernel().select.cc(reached, along, found, found, n);
  }
  put(values.back(), low, n);
  kernel().le.kc(keys.back(), x, reached, n);
  kernel().select.cc(reached, low, found, found, n);
  kernel().eq.cc(x, x, reached, n);
  kernel().select.cc(reached, found, x, out, n);
}

}  // namespace warchest::engine
