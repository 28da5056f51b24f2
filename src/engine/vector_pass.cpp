// One case an operation; the order of roundings is that of ops.def.
#include "engine/vector_pass.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "text/check.h"

namespace warchest::engine {

using namespace program;
using kernels::Pass;

bool fits_a_pass(Op op) {
  switch (op) {
    case Op::power:
    case Op::exp:
    case Op::log:
      return false;
    default:
      return op <= Op::choose2;
  }
}

void PassMaker::instruction(Op op, const Value* values, const Location& target, bool kept) {
  Known known[3];
  for (int i = 0; i < op_operands(op); ++i) known[i] = read(values[i]);
  write(target, compute(op, known), kept);
}

void PassMaker::choose2(const Value* values, const Location& first, bool first_kept, const Location& second, bool second_kept) {
  Known known[5];
  for (int i = 0; i < 5; ++i) known[i] = read(values[i]);
  const Known one = make(Do::choose, known[0], known[1], known[3]), other = make(Do::choose, known[0], known[2], known[4]);
  write(first, one, first_kept);
  write(second, other, second_kept);
}

PassMaker::Known PassMaker::compute(Op op, const Known* v) {
  const Known &a = v[0], &b = v[1], &c = v[2];
  switch (op) {
    case Op::copy:
      return a.from == Pass::From::column ? make(Do::copy, a) : a;
    case Op::add:
      return make(Do::add, a, b);
    case Op::sub:
      return make(Do::sub, a, b);
    case Op::mul:
      return make(Do::mul, a, b);
    case Op::div:
      return make(Do::div, a, b);
    case Op::neg:
      return make(Do::neg, a);
    case Op::abs:
      return make(Do::abs, a);
    case Op::sqrt:
      return make(Do::sqrt, a);
    case Op::floor:
      return make(Do::floor, a);
    case Op::round:
      return make(Do::round, a);
    case Op::min:
      return make(Do::min, a, b);
    case Op::max:
      return make(Do::max, a, b);
    case Op::less:
      return make(Do::less, a, b);
    case Op::less_equal:
      return make(Do::less_equal, a, b);
    case Op::same:
      return make(Do::same, a, b);
    case Op::nearly_equal:
      return make(Do::nearly_equal, a, b);
    case Op::both:
      return make(Do::both, a, b);
    case Op::either:
      return make(Do::either, a, b);
    case Op::opposite:
      return make(Do::opposite, a);
    case Op::choose:
      return make(Do::choose, a, b, c);
    case Op::mul_add:
      return make(Do::add, make(Do::mul, a, b), c);
    case Op::mul_sub:
      return make(Do::sub, make(Do::mul, a, b), c);
    case Op::sub_mul:
      return make(Do::sub, a, make(Do::mul, b, c));
    case Op::add_add:
      return make(Do::add, make(Do::add, a, b), c);
    case Op::add_sub:
      return make(Do::sub, make(Do::add, a, b), c);
    case Op::sub_add:
      return make(Do::add, make(Do::sub, a, b), c);
    case Op::sub_sub:
      return make(Do::sub, make(Do::sub, a, b), c);
    case Op::add_mul:
      return make(Do::mul, make(Do::add, a, b), c);
    case Op::mul_mul:
      return make(Do::mul, make(Do::mul, a, b), c);
    case Op::mul_div:
      return make(Do::div, make(Do::mul, a, b), c);
    case Op::div_mul:
      return make(Do::mul, make(Do::div, a, b), c);
    case Op::both3:
      return make(Do::both, make(Do::both, a, b), c);
    case Op::both_not:
      return make(Do::both_not, a, b);
    case Op::both_less:
      return make(Do::less, b, c, a);
    case Op::both_less_equal:
      return make(Do::less_equal, b, c, a);
    case Op::both_same:
      return make(Do::same, b, c, a);
    default:
      WARCHEST_CHECK(false, "an operation that no pass can do");
  }
  return {};
}

PassMaker::Known PassMaker::make(Do what, Known a, Known b, Known c) {
  Pass::Operation x;
  x.what = what;
  x.a = a;
  x.b = b;
  x.c = c;
  pass_.operations.push_back(x);
  return {Pass::From::result, static_cast<std::uint32_t>(pass_.operations.size() - 1)};
}

PassMaker::Known PassMaker::read(const Value& value) { return value.is_column ? column(value.column) : number(value); }

PassMaker::Holding* PassMaker::holding(const Location& location) {
  const auto found = std::find_if(now_.begin(), now_.end(), [&](const Holding& one) { return one.location == location; });
  return found == now_.end() ? nullptr : &*found;
}

PassMaker::Known PassMaker::column(const Location& location) {
  if (const Holding* known = holding(location)) return known->value;
  const Known out{Pass::From::column, static_cast<std::uint32_t>(columns_.size())};
  columns_.push_back(location);
  now_.push_back({location, out, true});
  return out;
}

PassMaker::Known PassMaker::number(const Value& value) {
  const auto same = [&](const Value& other) {
    if (value.is_scheduled || other.is_scheduled) return value.is_scheduled == other.is_scheduled && value.schedule == other.schedule;
    return std::bit_cast<std::uint64_t>(value.number) == std::bit_cast<std::uint64_t>(other.number);
  };
  const auto found = std::find_if(numbers_.begin(), numbers_.end(), same);
  if (found == numbers_.end()) {
    numbers_.push_back(value);
    return {Pass::From::number, static_cast<std::uint32_t>(numbers_.size() - 1)};
  }
  return {Pass::From::number, static_cast<std::uint32_t>(found - numbers_.begin())};
}

void PassMaker::store(const Location& target, Known value) {
  Pass::Operation store;
  store.what = Do::store;
  store.a = value;
  if (!regions_.empty()) store.b = regions_.back().mask;  // of a rest: nothing
  const auto known = std::find(columns_.begin(), columns_.end(), target);
  store.column = static_cast<std::uint32_t>(known - columns_.begin());
  if (known == columns_.end()) columns_.push_back(target);
  pass_.operations.push_back(store);
}

void PassMaker::forget(const Location& location) {
  std::erase_if(now_, [&](const Holding& one) {
    const bool row = location.fixed == nullptr && one.location.fixed == nullptr && one.location.history == location.history;
    return one.location == location || row;
  });
}

void PassMaker::write(const Location& target, Known value, bool kept) {
  const bool all_lanes =
      std::all_of(regions_.begin(), regions_.end(), [](const Region& one) { return one.mask.from == Pass::From::nothing; });
  const bool saved = kept && all_lanes;
  if (saved) store(target, value);
  forget(target);
  now_.push_back({target, value, saved});
}

void PassMaker::begin(Known skip_where_not, Known mask, std::vector<Written> written) {
  for (const Written& one : written) {
    Holding* held = holding(one.location);
    if (held == nullptr || held->saved || !one.wanted) continue;
    held->saved = true;
    store(one.location, held->value);
  }
  regions_.push_back({pass_.operations.size(), mask, std::move(written)});
  Pass::Operation skip;
  skip.what = Do::skip;
  skip.a = skip_where_not;
  pass_.operations.push_back(skip);
}

void PassMaker::open(const Value& mask, std::vector<Written> written) {
  Known known = read(mask);
  if (!regions_.empty() && regions_.back().mask.from != Pass::From::nothing) {
    known = make(Do::both, regions_.back().mask, known);
  } else if (known.from != Pass::From::result) {
    known = make(Do::both, known, known);  // whatever becomes of the column
  }
  begin(known, known, std::move(written));
}

void PassMaker::open_rest(const Value& mask, std::vector<Written> written) { begin(read(mask), {}, std::move(written)); }

void PassMaker::close() {
  for (const Written& one : regions_.back().written) {
    const Holding* held = holding(one.location);
    if (held != nullptr && !held->saved && one.wanted) store(one.location, held->value);
  }
  const Region region = std::move(regions_.back());
  regions_.pop_back();
  for (const Written& one : region.written) forget(one.location);
  pass_.operations[region.skip].count = static_cast<std::uint32_t>(pass_.operations.size() - region.skip - 1);
}

std::unique_ptr<ReadyPass> PassMaker::take(const std::function<const double*(const Location&)>& fixed, std::uint32_t index,
                                           std::vector<Patch>& patches) {
  auto out = std::make_unique<ReadyPass>();
  for (std::uint32_t i = 0; i < columns_.size(); ++i) {
    out->columns.push_back(fixed(columns_[i]));
    pass_.columns.push_back({out->columns.back()});
    if (out->columns.back() != nullptr) continue;
    Patch patch;
    patch.what = Patch::What::pass_column;
    patch.operand = i;
    patch.step = index;
    patch.location = columns_[i];
    patches.push_back(patch);
  }
  for (std::uint32_t i = 0; i < numbers_.size(); ++i) {
    const Value& value = numbers_[i];
    const auto missing = [](double x) { return std::isnan(x); };
    const std::vector<double>* months = value.is_scheduled ? &program_.schedules[value.schedule] : nullptr;
    out->numbers.push_back(value.number);
    pass_.numbers.push_back({months != nullptr ? std::any_of(months->begin(), months->end(), missing) : missing(value.number),
                             months == nullptr && std::bit_cast<std::uint64_t>(value.number) == 0});
    if (months == nullptr) continue;
    Patch patch;
    patch.what = Patch::What::pass_number;
    patch.operand = i;
    patch.step = index;
    patch.schedule = value.schedule;
    patches.push_back(patch);
  }
  out->code = kernels::compile(pass_);
  return out;
}

}  // namespace warchest::engine
