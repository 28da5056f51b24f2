// Instructions in a row as one pass (vector_pass.h), with the guards and rests among them that are small enough: what of it must be in
// memory behind the pass, and what a region writes.
#include <algorithm>

#include "engine/resolver.h"
#include "program/arithmetic.h"

namespace warchest::engine {

using namespace program;

namespace {

constexpr std::size_t kFewestInPass = 2;
constexpr std::size_t kMostInRegion = 48;  // a guard with more runs on gathered lanes

}  // namespace

std::size_t Resolver::pass(const std::vector<Instruction>& all, std::size_t at, std::size_t end, Frame& frame, Code& code) {
  if (!passes_ || refused_) return 0;
  std::size_t to = at;
  while (to < end) {
    const std::size_t more = fits(all, to, end, resting_ && frame.kind == Frame::Kind::direct ? 1 : 0);
    if (more == 0) break;
    to += more;
  }
  if (to - at < kFewestInPass) return 0;
  PassMaker maker(program_);
  const Row row{all, at, to, frame, code};
  const bool resting = resting_ && frame.kind == Frame::Kind::direct;
  if (resting) maker.open_rest(value(frame, *resting_), written_by(row, at, to));
  fill_pass(maker, row, kept_of(all, at, to));
  if (resting) maker.close();
  const auto fixed = [&](const Location& location) -> const double* {
    return location.fixed == nullptr && location.absolute ? address(*out_, program_, location, 0) : location.fixed;
  };
  Step step;
  step.action = Action::pass;
  step.data = static_cast<std::uint32_t>(out_->passes.size());
  out_->passes.push_back(maker.take(fixed, step.data, code.patches));
  if (out_->passes.back()->code == nullptr) refused_ = true;
  push(code, step);
  last_.code = nullptr;
  return to - at;
}

std::size_t Resolver::fits(const std::vector<Instruction>& all, std::size_t at, std::size_t end, int depth) {
  if (all[at].op != Op::guard && all[at].op != Op::rest) return fits_a_pass(all[at].op) ? 1 : 0;
  const std::size_t inner = at + 1 + all[at].data;
  if (depth == kernels::kDeepestSkip || all[at].data == 0 || inner > end) return 0;
  if (all[at].op == Op::guard && all[at].data > kMostInRegion) return 0;
  for (std::size_t i = at + 1; i < inner;) {
    const std::size_t more = fits(all, i, inner, depth + 1);
    if (more == 0) return 0;
    i += more;
  }
  return inner - at;
}

std::vector<bool> Resolver::kept_of(const std::vector<Instruction>& all, std::size_t at, std::size_t to) const {
  std::vector<bool> kept(2 * (to - at)), guarded(to - at);
  for (std::size_t i = at; i < to; ++i) {
    if (all[i].op != Op::guard || guarded[i - at]) continue;
    for (std::size_t j = i + 1; j <= i + all[i].data; ++j) guarded[j - at] = true;
  }
  std::vector<SlotId> written;
  const auto last = [&](SlotId id) {
    if (id == kNoSlot || std::find(written.begin(), written.end(), id) != written.end()) return false;
    if (program_.slots[id].keep == Keep::history) return true;
    written.push_back(id);
    return program_.slots[id].keep != Keep::temporary || read_after(all, to, to, id);
  };
  for (std::size_t i = to; i-- > at;) {
    if (guarded[i - at] || all[i].op == Op::guard || all[i].op == Op::rest) continue;
    kept[2 * (i - at) + 1] = last(all[i].target2);
    kept[2 * (i - at)] = last(all[i].target);
  }
  return kept;
}

void Resolver::fill_pass(PassMaker& maker, const Row& row, const std::vector<bool>& kept) {
  std::vector<std::size_t> ends;  // of the open guards
  for (std::size_t i = row.at; i < row.end; ++i) {
    while (!ends.empty() && ends.back() == i) {
      maker.close();
      ends.pop_back();
    }
    const Instruction& x = row.all[i];
    if (x.op == Op::guard || x.op == Op::rest) {
      const Value mask = value(row.frame, x.a);
      ends.push_back(i + 1 + x.data);
      const auto written = written_by(row, i + 1, ends.back());
      x.op == Op::guard ? maker.open(mask, written) : maker.open_rest(mask, written);
      continue;
    }
    const Operand* operands[] = {&x.a, &x.b, &x.c};
    Value values[5];
    for (int k = 0; k < op_operands(x.op); ++k) values[k] = value(row.frame, *operands[k]);
    if (x.op == Op::choose2) {
      values[3] = column_value(read(row.frame, slot(x.target)));
      values[4] = column_value(read(row.frame, slot(x.target2)));
      const Location first = write(row.frame, x, x.target);
      maker.choose2(values, first, kept[2 * (i - row.at)], write(row.frame, x, x.target2), kept[2 * (i - row.at) + 1]);
    } else {
      maker.instruction(x.op, values, write(row.frame, x, x.target), kept[2 * (i - row.at)]);
    }
  }
  for (; !ends.empty(); ends.pop_back()) maker.close();
}

std::vector<PassMaker::Written> Resolver::written_by(const Row& row, std::size_t from, std::size_t to) {
  std::vector<PassMaker::Written> out;
  std::vector<SlotId> known;
  for (std::size_t i = from; i < to; ++i) {
    for (const SlotId id : {row.all[i].target, row.all[i].target2}) {
      if (id == kNoSlot || std::find(known.begin(), known.end(), id) != known.end()) continue;
      known.push_back(id);
      if (program_.slots[id].keep == Keep::history) {  // of a rest; rows are written where they are made
        out.push_back({{nullptr, id, false, 0}, false});
        continue;
      }
      const bool wanted = program_.slots[id].keep != Keep::temporary || read_after(row.all, to, to, id);
      out.push_back({write_some(row.frame, row.code, id), wanted});
    }
  }
  return out;
}

}  // namespace warchest::engine
