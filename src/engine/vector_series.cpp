// Series on columns. A month outside the history's rows is computed all the same where it bears on the others.
#include "engine/vector_series.h"

#include <algorithm>
#include <limits>
#include <utility>

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
void mix_until_positive(const program::PeriodShape& shape, std::span<double* const> means, std::span<double* const> months,
                        std::size_t lane) {
  double share = 1;
  std::size_t month = 0;
  for (std::size_t p = 0; p < means.size(); ++p) {
    const double mean = means[p][lane];
    for (std::size_t j = 0; j < shape.periods[p].before.size(); ++j, ++month) {
      const double x = months[month][lane];
      if (!(x < program::kLeastShareOfMean * mean)) continue;
      const double wanted = ((1 - program::kLeastShareOfMean) * mean) / (mean - x);
      if (wanted < share) share = wanted;
    }
  }
  if (share < 0) share = 0;
  if (!(share < 1)) return;
  month = 0;
  for (std::size_t p = 0; p < means.size(); ++p) {
    const double mean = means[p][lane];
    for (std::size_t j = 0; j < shape.periods[p].before.size(); ++j, ++month) {
      double& x = months[month][lane];
      x = share * x + (1 - share) * mean;
    }
  }
}

// A pass in the making: values by what they are.
class Making {
 public:
  using Do = kernels::Pass::Do;
  using Value = kernels::Pass::Value;
  using From = kernels::Pass::From;

  Value number(double x) {
    numbers.push_back(x);
    pass.numbers.push_back({});
    return {From::number, static_cast<std::uint32_t>(numbers.size() - 1)};
  }
  Value column(const double* at) {
    pass.columns.push_back({at});
    return {From::column, static_cast<std::uint32_t>(pass.columns.size() - 1)};
  }
  Value make(Do what, Value a, Value b) {
    kernels::Pass::Operation x;
    x.what = what;
    x.a = a;
    x.b = b;
    pass.operations.push_back(x);
    return {From::result, static_cast<std::uint32_t>(pass.operations.size() - 1)};
  }
  void store(Value value, double* to) {
    kernels::Pass::Operation x;
    x.what = Do::store;
    x.a = value;
    x.column = column(to).index;
    pass.operations.push_back(x);
  }

  kernels::Pass pass;
  std::vector<double> numbers;
};

}  // namespace

std::unique_ptr<PeriodPass> PeriodPass::make(const program::PeriodShape& shape, std::span<const ColumnOrNumber> totals, bool keep_positive,
                                             std::int32_t first, std::span<double* const> out, Columns& columns) {
  if (!kernels::compiles_passes()) return nullptr;
  std::unique_ptr<PeriodPass> made(new PeriodPass(shape, keep_positive));
  using Do = Making::Do;
  Making m;
  // As solve() and spread(), in their order.
  std::vector<Making::Value> means, steps;
  for (std::size_t p = 0; p < shape.periods.size(); ++p) {
    const auto length = static_cast<double>(shape.periods[p].before.size());
    made->means_.push_back(columns.take(1));
    means.push_back(totals[p].column != nullptr ? m.make(Do::div, m.column(totals[p].column), m.number(length))
                                                : m.number(totals[p].number / length));
    if (keep_positive) m.store(means.back(), made->means_.back());
  }
  const std::size_t borders = shape.forward.size();
  for (std::size_t p = 0; p < borders; ++p) {
    steps.push_back(m.make(Do::sub, means[p + 1], means[p]));
    if (p > 0) steps[p] = m.make(Do::sub, steps[p], m.make(Do::mul, steps[p - 1], m.number(shape.forward[p])));
  }
  for (std::size_t p = borders; p-- > 0;) {
    steps[p] = m.make(Do::mul, steps[p], m.number(shape.inverse[p]));
    if (p + 1 < borders) steps[p] = m.make(Do::sub, steps[p], m.make(Do::mul, steps[p + 1], m.number(shape.backward[p])));
  }
  const std::int32_t begin = shape.periods.front().first, end = shape.periods.back().last;
  const auto rows = static_cast<std::int32_t>(out.size());
  Making::Value fell_short;
  std::int32_t month = begin;
  for (std::size_t p = 0; p < means.size(); ++p) {
    const auto& period = shape.periods[p];
    const Making::Value least = keep_positive ? m.make(Do::mul, m.number(program::kLeastShareOfMean), means[p]) : Making::Value{};
    for (std::size_t j = 0; j < period.before.size(); ++j, ++month) {
      Making::Value x = means[p];
      if (p > 0) x = m.make(Do::add, m.make(Do::mul, steps[p - 1], m.number(period.before[j])), x);
      if (p < borders) x = m.make(Do::add, m.make(Do::mul, steps[p], m.number(period.behind[j])), x);
      const bool wanted = month >= first && month < first + rows, held = month == end && first + rows > end;
      made->months_.push_back(wanted ? out[static_cast<std::size_t>(month - first)] : keep_positive || held ? columns.take(1) : nullptr);
      if (made->months_.back() != nullptr) m.store(x, made->months_.back());
      if (!keep_positive) continue;
      const Making::Value here = m.make(Do::less, x, least);
      fell_short = fell_short.from == Making::From::nothing ? here : m.make(Do::either, fell_short, here);
    }
  }
  if (keep_positive) {
    made->short_ = columns.take(1);
    m.store(fell_short, made->short_);
  }
  for (std::int32_t i = 0; i < rows; ++i) {
    if (first + i < begin) made->before_.push_back(out[static_cast<std::size_t>(i)]);
    if (first + i > end) made->behind_.push_back(out[static_cast<std::size_t>(i)]);
  }
  for (const auto& column : m.pass.columns) made->columns_.push_back(column.fixed);
  made->numbers_ = std::move(m.numbers);
  made->code_ = kernels::compile(m.pass);
  if (made->code_ == nullptr) return nullptr;
  return made;
}

void PeriodPass::run(std::size_t n) const {
  code_->run(columns_.data(), numbers_.data(), n);
  if (keep_positive_ && kernel().count_nonzero(short_, n) > 0) {
    for (std::size_t lane = 0; lane < n; ++lane) {
      if (short_[lane] != 0) mix_until_positive(shape_, means_, months_, lane);
    }
  }
  for (double* row : before_) kernel().fill(0, row, n);
  for (double* row : behind_) kernel().copy(months_.back(), row, n);
}

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
  if (keep_positive && falls_short(table, least, mask, n)) {
    for (std::size_t lane = 0; lane < n; ++lane) mix_until_positive(shape, table.means, table.months, lane);
  }
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
