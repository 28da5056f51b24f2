// Translating a pass: one walk over its operations, with registers given out as values come and go.
//
// A value stands as numbers in a vector register, as a mask, or both; whichever form an operation wants is made from the other when asked
// for. A column or number that is read once is read by the instruction that needs it. Where registers run short, the value that is wanted
// latest gives way: a column is read again, everything else goes to the stack. The loop takes eight lanes a turn.
//
// Registers of the made function: rdi the table of columns, rsi the numbers, rdx the bytes of a column, rax the byte at work, rcx the first
// column with a fixed address, from which the others are reckoned, r15 numbers of our own; r8 … r10, rbx, r12 … r14 rows of the month; r11
// for pointers that found no register. It calls nothing, saves what its caller wants back, and leaves the upper halves of vectors clean.
#include "kernels/pass.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <limits>

#include "kernels/assembler.h"
#include "kernels/executable.h"
#include "kernels/kernels.h"

namespace warchest::kernels {
namespace {

using Do = Pass::Do;
using From = Pass::From;
using Index = std::uint32_t;
constexpr Index kNever = std::numeric_limits<Index>::max();

constexpr int kVectors = 29, kZero = 29, kSpare = 30, kSpare2 = 31;  // given out: 0 … kVectors-1; kZero holds 0
constexpr int kFirstMask = 1, kMasks = 7, kSpareMask = 7;            // given out: 1 … 6; mask 0 means none
constexpr std::int32_t kLineBytes = 64;
constexpr General kPointers[] = {r8, r9, r10, rbx, r12, r13, r14};  // of rows, set before the loop
constexpr std::initializer_list<General> kSaved = {rbx, r12, r13, r14, r15};

// Numbers that operations need besides the caller's.
enum Own : std::int32_t { kOne, kSign, kBelowHalf, kNear, kEndless };
const double kOwn[] = {1.0, -0.0, 0.49999999999999994, 1e-9, std::numeric_limits<double>::infinity()};

bool makes_truth(Do what) {
  switch (what) {
    case Do::less:
    case Do::less_equal:
    case Do::same:
    case Do::nearly_equal:
    case Do::both:
    case Do::both_not:
    case Do::either:
    case Do::opposite:
      return true;
    default:
      return false;
  }
}
class Translator {
 public:
  explicit Translator(const Pass& pass) : pass_(pass) {}

  std::vector<std::uint8_t> take() {
    note_uses();
    place_columns();
    // The code of the loop first, for it tells how much stack is wanted and which registers.
    Assembler loop;
    std::swap(asm_, loop);
    body();
    std::swap(asm_, loop);
    asm_.open_frame(kSaved, static_cast<std::uint32_t>(spilled_ + 2) * kLineBytes);
    if (base_ != nullptr) asm_.move_number(rcx, reinterpret_cast<std::uintptr_t>(base_));
    asm_.move_number(r15, reinterpret_cast<std::uintptr_t>(kOwn));
    for (Index c = 0; c < pass_.columns.size(); ++c) {
      if (places_[c].row && places_[c].pointer != r11) asm_.move_pointer(places_[c].pointer, rdi, entry(c));
    }
    asm_.arithmetic(Assembler::kXor, kZero, kZero, in_register(kZero));
    asm_.clear_index();
    const std::size_t start = asm_.here();
    std::vector<std::uint8_t> out = asm_.code();
    out.insert(out.end(), loop.code().begin(), loop.code().end());
    Assembler end;
    // As if it stood behind what is there.
    end.loop(static_cast<std::size_t>(0) - (out.size() - start), kLineBytes);
    end.close_frame(kSaved);
    end.finish();
    out.insert(out.end(), end.code().begin(), end.code().end());
    return out;
  }

 private:
  // Where a value is at the moment.
  struct Held {
    std::vector<Index> uses;  // operations that read it, ascending
    std::size_t next = 0;     // of uses
    int vector = -1, mask = -1;
    int vector_spill = -1, mask_spill = -1;  // lines of the stack
    Index next_use() const { return next < uses.size() ? uses[next] : kNever; }
  };
  struct Place {
    General pointer = rcx;
    bool row = false;  // from the table
    std::int32_t offset = 0;
  };

  // --- values: results first, then columns, then numbers ---------------------------------------------------------------------------------
  Index id(const Pass::Value& value) const {
    const auto results = static_cast<Index>(pass_.operations.size()), columns = static_cast<Index>(pass_.columns.size());
    return value.index + (value.from == From::result ? 0 : value.from == From::column ? results : results + columns);
  }
  bool is_column(Index value) const { return value >= pass_.operations.size() && value < pass_.operations.size() + pass_.columns.size(); }
  bool is_number(Index value) const { return value >= pass_.operations.size() + pass_.columns.size(); }
  bool is_truth(Index value) const { return value < pass_.operations.size() && makes_truth(pass_.operations[value].what); }
  bool is_zero(Index value) const { return is_number(value) && pass_.numbers[number_of(value)].zero; }
  Index column_of(Index value) const { return value - static_cast<Index>(pass_.operations.size()); }
  Index number_of(Index value) const { return value - static_cast<Index>(pass_.operations.size() + pass_.columns.size()); }

  static std::array<const Pass::Value*, 3> operands(const Pass::Operation& x) { return {&x.a, &x.b, &x.c}; }

  // Backwards, so that what nobody reads is not done.
  void note_uses() {
    held_.resize(pass_.operations.size() + pass_.columns.size() + pass_.numbers.size());
    wanted_.resize(pass_.operations.size());
    for (Index i = static_cast<Index>(pass_.operations.size()); i-- > 0;) {
      const Pass::Operation& x = pass_.operations[i];
      wanted_[i] = x.what == Do::store || x.what == Do::skip || !held_[i].uses.empty();
      if (!wanted_[i]) continue;
      for (const Pass::Value* operand : operands(x)) {
        if (operand->from != From::nothing) held_[id(*operand)].uses.push_back(i);
      }
    }
    for (Held& held : held_) std::reverse(held.uses.begin(), held.uses.end());
  }

  static std::int64_t address_of(const double* column) { return static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(column)); }
  // A fixed column that no displacement reaches from the first is looked up in the table as others are.
  void place_columns() {
    for (const Pass::Column& column : pass_.columns) {
      if (column.fixed != nullptr && (base_ == nullptr || address_of(column.fixed) < address_of(base_))) base_ = column.fixed;
    }
    std::size_t given = 0;
    for (const Pass::Column& column : pass_.columns) {
      const std::int64_t away = column.fixed == nullptr ? -1 : address_of(column.fixed) - address_of(base_);
      if (away >= 0 && away <= std::numeric_limits<std::int32_t>::max()) {
        places_.push_back({rcx, false, static_cast<std::int32_t>(away)});
      } else {
        places_.push_back({given < std::size(kPointers) ? kPointers[given++] : r11, true, 0});
      }
    }
  }
  static std::int32_t entry(Index index) { return static_cast<std::int32_t>(index * sizeof(double)); }

  Source column(Index index) {
    const Place& place = places_[index];
    if (place.row && place.pointer == r11) asm_.move_pointer(r11, rdi, entry(index));
    return in_memory(place.pointer, true, place.offset);
  }
  static Source number(Index index) { return in_memory(rsi, false, entry(index), true); }
  static Source line(int index) { return in_memory(rsp, false, index * kLineBytes); }

  // --- registers -------------------------------------------------------------------------------------------------------------------------
  bool pinned(Index value) const { return std::find(pinned_.begin(), pinned_.end(), value) != pinned_.end(); }

  int free_vector() {
    for (int reg = 0; reg < kVectors; ++reg) {
      if (in_vector_[static_cast<std::size_t>(reg)] == kNever) return reg;
    }
    return evict_vector();
  }
  int evict_vector() {
    int out = -1;
    Index latest = 0;
    for (int reg = 0; reg < kVectors; ++reg) {
      const Index value = in_vector_[static_cast<std::size_t>(reg)];
      if (value == kNever || pinned(value) || frozen_vectors_[static_cast<std::size_t>(reg)]) continue;
      const Index next = held_[value].next_use();
      if (out < 0 || next > latest) {
        latest = next;
        out = reg;
      }
    }
    const Index value = in_vector_[static_cast<std::size_t>(out)];
    Held& held = held_[value];
    const bool again = is_column(value) || is_number(value) || (is_truth(value) && (held.mask >= 0 || held.mask_spill >= 0));
    if (!again && held.vector_spill < 0) {
      held.vector_spill = spilled_++;
      asm_.store(out, line(held.vector_spill));
    }
    held.vector = -1;
    in_vector_[static_cast<std::size_t>(out)] = kNever;
    return out;
  }
  int free_mask() {
    for (int reg = kFirstMask; reg < kMasks; ++reg) {
      if (in_mask_[static_cast<std::size_t>(reg)] == kNever) return reg;
    }
    return evict_mask();
  }
  int evict_mask() {
    int out = -1;
    Index latest = 0;
    for (int reg = kFirstMask; reg < kMasks; ++reg) {
      const Index value = in_mask_[static_cast<std::size_t>(reg)];
      if (value == kNever || pinned(value) || frozen_masks_[static_cast<std::size_t>(reg)]) continue;
      const Index next = held_[value].next_use();
      if (out < 0 || next > latest) {
        latest = next;
        out = reg;
      }
    }
    Held& held = held_[in_mask_[static_cast<std::size_t>(out)]];
    if (held.mask_spill < 0) {
      held.mask_spill = spilled_++;
      asm_.mask_store(out, line(held.mask_spill));
    }
    held.mask = -1;
    in_mask_[static_cast<std::size_t>(out)] = kNever;
    return out;
  }
  void give_vector(Index value, int reg) {
    held_[value].vector = reg;
    in_vector_[static_cast<std::size_t>(reg)] = value;
  }
  void give_mask(Index value, int reg) {
    held_[value].mask = reg;
    in_mask_[static_cast<std::size_t>(reg)] = value;
  }

  // The value as numbers in a register.
  int vector(const Pass::Value& value) { return vector(id(value)); }
  int vector(Index value) {
    Held& held = held_[value];
    if (is_zero(value)) return kZero;
    if (held.vector >= 0) return held.vector;
    const int from_mask = held.vector_spill < 0 && !is_column(value) && !is_number(value) ? mask(value) : 0;
    const int reg = free_vector();
    if (from_mask > 0) {
      asm_.load(reg, own(kOne), {from_mask, true});
    } else {
      asm_.load(reg, memory(value));
    }
    give_vector(value, reg);
    return reg;
  }
  static Source own(Own number) { return in_memory(r15, false, number * static_cast<std::int32_t>(sizeof(double)), true); }
  Source memory(Index value) {
    if (is_column(value)) return column(column_of(value));
    if (is_number(value)) return number(number_of(value));
    return line(held_[value].vector_spill);
  }
  // The value as the last operand of an instruction.
  Source source(const Pass::Value& value) {
    const Index at = id(value);
    const Held& held = held_[at];
    if (is_zero(at)) return in_register(kZero);
    if (held.vector >= 0) return in_register(held.vector);
    const bool again = held.next + 1 < held.uses.size();  // a column that is wanted again is worth a register
    if (is_number(at) || (is_column(at) && !again)) return memory(at);
    return in_register(vector(at));
  }
  // The value as a mask.
  int mask(const Pass::Value& value) { return mask(id(value)); }
  int mask(Index value) {
    Held& held = held_[value];
    if (held.mask >= 0) return held.mask;
    if (held.mask_spill >= 0) {
      const int reg = free_mask();
      asm_.mask_load(reg, line(held.mask_spill));
      give_mask(value, reg);
      return reg;
    }
    const int from = vector(value);
    const int reg = free_mask();
    asm_.compare(Assembler::kUnequal, reg, from, in_register(kZero));
    give_mask(value, reg);
    return reg;
  }

  // --- operations ------------------------------------------------------------------------------------------------------------------------
  void body() {
    in_vector_.fill(kNever);
    in_mask_.fill(kNever);
    for (Index i = 0; i < pass_.operations.size(); ++i) {
      while (!regions_.empty() && regions_.back().end == i) close_region();
      if (!wanted_[i]) continue;
      const Pass::Operation& x = pass_.operations[i];
      pinned_.clear();
      for (const Pass::Value* operand : operands(x)) {
        if (operand->from != From::nothing) pinned_.push_back(id(*operand));
      }
      operation(i, x);
    }
    while (!regions_.empty()) close_region();
  }

  // --- regions ---------------------------------------------------------------------------------------------------------------------------
  // Where a region is skipped, nothing in it has happened: so what is in registers before it stays there, the region works with the
  // others, and behind it everything is taken to be where it was before.
  struct Region {
    Index end = 0;
    std::size_t jump = 0;
    std::vector<std::array<int, 4>> places;  // vector, mask, spills of each value
    std::array<Index, kVectors> in_vector;
    std::array<Index, 8> in_mask;
    std::array<bool, kVectors> frozen_vectors;
    std::array<bool, 8> frozen_masks;
  };
  // Registers that a region finds free. Three masks are the most that one operation asks for, and the mask of a region within takes one.
  static constexpr int kVectorsOfRegion = 10;
  int masks_of_region() const { return 3 + kDeepestSkip - 1 - static_cast<int>(regions_.size()); }

  void open_region(Index at, const Pass::Operation& x) {
    const int m = mask(x.a);
    while (std::count(in_vector_.begin(), in_vector_.end(), kNever) < kVectorsOfRegion && can_evict()) evict_vector();
    while (std::count(in_mask_.begin() + kFirstMask, in_mask_.begin() + kMasks, kNever) < masks_of_region() && can_evict_mask())
      evict_mask();
    Region region;
    region.end = at + 1 + x.count;
    region.jump = asm_.skip_if_none(m);
    region.in_vector = in_vector_;
    region.in_mask = in_mask_;
    region.frozen_vectors = frozen_vectors_;
    region.frozen_masks = frozen_masks_;
    for (const Held& held : held_) region.places.push_back({held.vector, held.mask, held.vector_spill, held.mask_spill});
    for (std::size_t reg = 0; reg < in_vector_.size(); ++reg) frozen_vectors_[reg] = in_vector_[reg] != kNever;
    for (std::size_t reg = 0; reg < in_mask_.size(); ++reg) frozen_masks_[reg] = in_mask_[reg] != kNever;
    regions_.push_back(std::move(region));
    release(x, at);
  }
  bool can_evict() const {
    for (std::size_t reg = 0; reg < in_vector_.size(); ++reg) {
      if (in_vector_[reg] != kNever && !frozen_vectors_[reg] && !pinned(in_vector_[reg])) return true;
    }
    return false;
  }
  bool can_evict_mask() const {
    for (std::size_t reg = kFirstMask; reg < static_cast<std::size_t>(kMasks); ++reg) {
      if (in_mask_[reg] != kNever && !frozen_masks_[reg] && !pinned(in_mask_[reg])) return true;
    }
    return false;
  }
  void close_region() {
    const Region region = std::move(regions_.back());
    regions_.pop_back();
    asm_.land(region.jump);
    in_vector_ = region.in_vector;
    in_mask_ = region.in_mask;
    frozen_vectors_ = region.frozen_vectors;
    frozen_masks_ = region.frozen_masks;
    for (Index value = 0; value < held_.size(); ++value) {
      Held& held = held_[value];
      held.vector = region.places[value][0];
      held.mask = region.places[value][1];
      held.vector_spill = region.places[value][2];
      held.mask_spill = region.places[value][3];
      if (held.next < held.uses.size()) continue;
      if (held.vector >= 0) in_vector_[static_cast<std::size_t>(held.vector)] = kNever;
      if (held.mask >= 0) in_mask_[static_cast<std::size_t>(held.mask)] = kNever;
      held.vector = held.mask = -1;
    }
  }

  // Operands that are not wanted any more give their registers back, before the result takes one. What is wanted again and gives way to
  // the result goes to the stack before the instruction that reads it here for the last time from its register.
  void release(const Pass::Operation& x, Index at) {
    for (const Pass::Value* operand : operands(x)) {
      if (operand->from == From::nothing) continue;
      Held& held = held_[id(*operand)];
      while (held.next < held.uses.size() && held.uses[held.next] <= at) ++held.next;
      if (held.next < held.uses.size()) continue;
      if (held.vector >= 0) in_vector_[static_cast<std::size_t>(held.vector)] = kNever;
      if (held.mask >= 0) in_mask_[static_cast<std::size_t>(held.mask)] = kNever;
      held.vector = held.mask = -1;
    }
    pinned_.clear();
  }
  int result_vector(Index at, const Pass::Operation& x) {
    release(x, at);
    const int reg = free_vector();
    give_vector(at, reg);
    return reg;
  }
  int result_mask(Index at, const Pass::Operation& x) {
    release(x, at);
    const int reg = free_mask();
    give_mask(at, reg);
    return reg;
  }

  void operation(Index at, const Pass::Operation& x) {
    switch (x.what) {
      case Do::copy: {
        const Source from = source(x.a);
        asm_.load(result_vector(at, x), from);
        return;
      }
      case Do::add:
        return arithmetic(Assembler::kAdd, at, x, true);
      case Do::mul:
        return arithmetic(Assembler::kMul, at, x, true);
      case Do::sub:
        return arithmetic(Assembler::kSub, at, x, false);
      case Do::div:
        return arithmetic(Assembler::kDiv, at, x, false);
      case Do::min:
        return least_or_greatest(Assembler::kMin, at, x);
      case Do::max:
        return least_or_greatest(Assembler::kMax, at, x);
      case Do::neg:
      case Do::abs:
      case Do::sqrt:
      case Do::floor:
      case Do::round:
        return unary(at, x);
      case Do::less:
        return comparison(Assembler::kLess, Assembler::kAbove, at, x);
      case Do::less_equal:
        return comparison(Assembler::kLessEqual, Assembler::kNotBelow, at, x);
      case Do::same:
        return comparison(Assembler::kEqual, Assembler::kEqual, at, x);
      case Do::nearly_equal:
        return nearly_equal(at, x);
      case Do::both:
      case Do::both_not:
      case Do::either:
        return logic(at, x);
      case Do::opposite: {
        const int a = mask(x.a);
        asm_.mask_not(result_mask(at, x), a);
        return;
      }
      case Do::choose:
        return choose(at, x);
      case Do::store: {
        const int where = x.b.from == From::nothing ? 0 : mask(x.b);
        const int from = vector(x.a);
        asm_.store(from, column(x.column), where);
        release(x, at);
        return;
      }
      case Do::skip:
        return open_region(at, x);
    }
  }

  bool loose(const Pass::Value& value) const {
    return held_[id(value)].vector < 0 && (value.from == From::column || value.from == From::number);
  }

  void arithmetic(Assembler::Arithmetic op, Index at, const Pass::Operation& x, bool commutes) {
    const bool turn = commutes && loose(x.a) && (!loose(x.b) || x.a.from == From::number);
    const Pass::Value &first = turn ? x.b : x.a, &second = turn ? x.a : x.b;
    const int a = vector(first);
    const Source b = source(second);
    asm_.arithmetic(op, result_vector(at, x), a, b);
  }

  // b < a ? b : a is what the processor's own instruction gives for (b, a), but for a missing b, which it would pass over.
  void least_or_greatest(Assembler::Arithmetic op, Index at, const Pass::Operation& x) {
    const bool may_miss = x.b.from != From::number || pass_.numbers[x.b.index].missing;
    const int b = vector(x.b);
    const Source a = source(x.a);
    if (!may_miss) return asm_.arithmetic(op, result_vector(at, x), b, a);
    asm_.arithmetic(op, kSpare, b, a);
    asm_.compare(Assembler::kMissing, kSpareMask, b, in_register(b));
    asm_.blend(result_vector(at, x), kSpareMask, kSpare, in_register(b));
  }

  void sign_bit(int target) { asm_.load(target, own(kSign)); }

  void unary(Index at, const Pass::Operation& x) {
    const int a = vector(x.a);
    switch (x.what) {
      case Do::neg:
        sign_bit(kSpare);
        return asm_.arithmetic(Assembler::kXor, result_vector(at, x), a, in_register(kSpare));
      case Do::abs:
        sign_bit(kSpare);
        return asm_.arithmetic(Assembler::kAndNot, result_vector(at, x), kSpare, in_register(a));
      case Do::sqrt:
        return asm_.arithmetic(Assembler::kSqrt, result_vector(at, x), 0, in_register(a));
      case Do::floor:
        return asm_.round(Assembler::kDown, result_vector(at, x), in_register(a));
      default:
        break;
    }
    // As kernels/elementwise.cpp: the size plus the double just below a half, cut off, with the sign of a.
    sign_bit(kSpare);
    asm_.arithmetic(Assembler::kAndNot, kSpare2, kSpare, in_register(a));
    asm_.arithmetic(Assembler::kAdd, kSpare2, kSpare2, own(kBelowHalf));
    asm_.round(Assembler::kCut, kSpare2, in_register(kSpare2));
    asm_.arithmetic(Assembler::kAnd, kSpare, kSpare, in_register(a));
    asm_.arithmetic(Assembler::kOr, result_vector(at, x), kSpare2, in_register(kSpare));
  }

  void comparison(Assembler::Comparison how, Assembler::Comparison turned, Index at, const Pass::Operation& x) {
    const int with = x.c.from == From::nothing ? 0 : mask(x.c);
    const bool turn = loose(x.a) && (!loose(x.b) || x.a.from == From::number);
    const int a = vector(turn ? x.b : x.a);
    const Source b = source(turn ? x.a : x.b);
    asm_.compare(turn ? turned : how, result_mask(at, x), a, b, with);
  }

  void nearly_equal(Index at, const Pass::Operation& x) {
    const int a = vector(x.a), b = vector(x.b);
    sign_bit(kSpare);
    asm_.arithmetic(Assembler::kAndNot, kSpare2, kSpare, in_register(a));
    asm_.arithmetic(Assembler::kAndNot, kSpare, kSpare, in_register(b));
    asm_.arithmetic(Assembler::kMax, kSpare2, kSpare2, in_register(kSpare));
    asm_.arithmetic(Assembler::kMul, kSpare2, kSpare2, own(kNear));
    asm_.arithmetic(Assembler::kSub, kSpare, a, in_register(b));
    // |a - b|, by taking the sign off
    asm_.store(kSpare2, line(kOwnLine));
    sign_bit(kSpare2);
    asm_.arithmetic(Assembler::kAndNot, kSpare, kSpare2, in_register(kSpare));
    asm_.compare(Assembler::kLessEqual, kSpareMask, kSpare, line(kOwnLine));
    asm_.compare(Assembler::kLess, kSpareMask, kSpare, own(kEndless), kSpareMask);
    const int out = result_mask(at, x);
    asm_.compare(Assembler::kEqual, out, a, in_register(b));
    asm_.masks(Assembler::kMaskOr, out, out, kSpareMask);
  }

  void logic(Index at, const Pass::Operation& x) {
    const int a = mask(x.a), b = mask(x.b);
    const int out = result_mask(at, x);
    if (x.what == Do::both_not) return asm_.masks(Assembler::kMaskAndNot, out, b, a);
    asm_.masks(x.what == Do::both ? Assembler::kMaskAnd : Assembler::kMaskOr, out, a, b);
  }

  void choose(Index at, const Pass::Operation& x) {
    const int m = mask(x.a);
    const int c = vector(x.c);
    const Source b = source(x.b);
    asm_.blend(result_vector(at, x), m, c, b);
  }

  const Pass& pass_;
  Assembler asm_;
  std::vector<Held> held_;
  std::vector<bool> wanted_;
  std::vector<Place> places_;
  const double* base_ = nullptr;
  std::array<Index, kVectors> in_vector_{};
  std::array<Index, 8> in_mask_{};
  std::array<bool, kVectors> frozen_vectors_{};
  std::array<bool, 8> frozen_masks_{};
  std::vector<Region> regions_;
  std::vector<Index> pinned_;
  static constexpr int kOwnLine = 0;
  int spilled_ = 1;
};

class Made : public CompiledPass {
 public:
  explicit Made(std::unique_ptr<Executable> code) : code_(std::move(code)) {}
  void run(const double* const* columns, const double* numbers, std::size_t n) const override {
    using Function = void (*)(const double* const*, const double*, std::size_t);
    if (n > 0) reinterpret_cast<Function>(reinterpret_cast<std::uintptr_t>(code_->start()))(columns, numbers, (n + 7) / 8 * kLineBytes);
  }

 private:
  std::unique_ptr<Executable> code_;
};

constexpr std::int64_t kAnyNumber = std::numeric_limits<std::int64_t>::max();
std::atomic<std::int64_t> left{kAnyNumber};  // passes that may still be made

}  // namespace

bool compiles_passes() {
  static constexpr std::uint8_t kReturn[] = {0xc3};
  static const bool executes = Executable::of(kReturn) != nullptr;
  return executes && target_name() == "avx512";
}

void limit_passes(std::int64_t more) { left = more < 0 ? kAnyNumber : more; }

std::unique_ptr<CompiledPass> compile(const Pass& pass) {
  if (!compiles_passes() || left.fetch_sub(1) <= 0) return nullptr;
  auto code = Executable::of(Translator(pass).take());
  return code ? std::make_unique<Made>(std::move(code)) : nullptr;
}

}  // namespace warchest::kernels
