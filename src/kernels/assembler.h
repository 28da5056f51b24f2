// Machine code of x86-64 with AVX-512, as far as passes need it: whole registers of eight doubles, masks, a loop.
//
// One function an encoding, named after what it encodes. Registers are numbers: 0 … 31 vectors, 0 … 7 masks, 0 … 15 general ones in the
// processor's own order. Displacements always take four bytes: a few bytes more, and nothing to get wrong.
//   source  Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2: 2.3 (VEX), 2.7 (EVEX)
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace warchest::kernels {

enum General : std::uint8_t { rax, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, r12, r13, r14, r15 };

// What stands in the place of the last operand: a register, or memory.
struct Source {
  int reg = -1;  // a vector register; -1: memory
  General base = rax;
  bool indexed = false;  // + rax
  std::int32_t offset = 0;
  bool one_number = false;  // a double, the same for all lanes
};
inline Source in_register(int reg) {
  Source out;
  out.reg = reg;
  return out;
}
inline Source in_memory(General base, bool indexed, std::int32_t offset, bool one_number = false) {
  return {-1, base, indexed, offset, one_number};
}

class Assembler {
 public:
  struct Masking {
    int mask = 0;  // 0: none
    bool zero = false;
  };
  // Arithmetic on packed doubles, all of map 0F: target = a op b.
  enum Arithmetic : std::uint8_t {
    kSqrt = 0x51,  // of b alone
    kAnd = 0x54,
    kAndNot = 0x55,  // not a, and b
    kOr = 0x56,
    kXor = 0x57,
    kAdd = 0x58,
    kMul = 0x59,
    kSub = 0x5c,
    kMin = 0x5d,
    kDiv = 0x5e,
    kMax = 0x5f,
  };
  // Comparisons that raise nothing; ordered ones are false for NaN.
  enum Comparison : std::uint8_t {
    kEqual = 0x00,
    kMissing = 0x03,
    kUnequal = 0x04,
    kLess = 0x11,
    kLessEqual = 0x12,
    kNotBelow = 0x1d,
    kAbove = 0x1e
  };
  enum Rounding : std::uint8_t { kDown = 0x09, kCut = 0x0b };
  enum Masks : std::uint8_t { kMaskAnd = 0x41, kMaskAndNot = 0x42, kMaskOr = 0x45 };  // AndNot: not a, and b

  const std::vector<std::uint8_t>& code() const { return code_; }
  std::size_t here() const { return code_.size(); }

  void arithmetic(Arithmetic op, int target, int a, const Source& b, Masking masking = {0, false}) {
    evex(1, op, target, op == kSqrt ? 0 : a, b, masking);
  }
  void load(int target, const Source& from, Masking masking = {0, false}) {
    if (from.reg < 0 && from.one_number) {
      Source number = from;
      number.one_number = false;  // the instruction itself spreads it
      evex(2, 0x19, target, 0, number, masking);
    } else {
      evex(1, 0x28, target, 0, from, masking);
    }
  }
  void store(int from, const Source& to, int mask = 0) { evex(1, 0x29, from, 0, to, {mask, false}); }
  void compare(Comparison how, int target_mask, int a, const Source& b, int mask = 0) {
    evex(1, 0xc2, target_mask, a, b, {mask, false});
    byte(how);
  }
  // Lanes of b where the mask is set, else of a.
  void blend(int target, int mask, int a, const Source& b) { evex(2, 0x65, target, a, b, {mask, false}); }
  void round(Rounding how, int target, const Source& a) {
    evex(3, 0x09, target, 0, a, {0, false});
    byte(how);
  }

  void masks(Masks op, int target, int a, int b) { vex(true, op, target, a, b); }
  void mask_not(int target, int a) { vex(false, 0x44, target, 0, a); }
  // Jumps ahead where no lane of the mask is set; land() says where to. Returns what land() wants.
  std::size_t skip_if_none(int mask) {
    for (const int b : {0xc5, 0xf9, 0x98, 0xc0 | mask << 3 | mask, 0x0f, 0x84, 0, 0, 0, 0}) byte(b);  // kortestb; jz
    return here();
  }
  void land(std::size_t skip) {
    const auto ahead = static_cast<std::uint32_t>(here() - skip);
    for (std::size_t i = 0; i < 4; ++i) code_[skip - 4 + i] = static_cast<std::uint8_t>(ahead >> (8 * i));
  }
  void mask_load(int target, const Source& from) { mask_memory(0x90, target, from); }
  void mask_store(int from, const Source& to) { mask_memory(0x91, from, to); }

  void move_number(General target, std::uint64_t number) {
    byte(0x48 | (target >> 3));
    byte(0xb8 | (target & 7));
    word(number, 8);
  }
  void move_pointer(General target, General base, std::int32_t offset) {
    byte(0x48 | (target >> 3) << 2 | base >> 3);
    byte(0x8b);
    address(target & 7, in_memory(base, false, offset));
  }
  // The frame that debuggers and profilers look for: rbp on top of the caller's, then `saved`, then `bytes` that begin on a line. The stack
  // is touched page by page on the way down, or a frame of many pages could step over the page that guards its end.
  void open_frame(std::initializer_list<General> saved, std::uint32_t bytes) {
    push(rbp);
    for (const int b : {0x48, 0x89, 0xe5}) byte(b);  // mov rbp, rsp
    for (const General reg : saved) push(reg);
    for (; bytes > kStride; bytes -= kStride) {
      lower_stack(kStride);
      for (const int b : {0x48, 0x83, 0x0c, 0x24, 0x00}) byte(b);  // or qword [rsp], 0
    }
    lower_stack(bytes);
    for (const int b : {0x48, 0x83, 0xe4, 0xc0}) byte(b);  // and rsp, -64
  }
  void close_frame(std::initializer_list<General> saved) {
    for (const int b : {0x48, 0x8d, 0x65, -8 * static_cast<int>(saved.size())}) byte(b);  // lea rsp, [rbp - 8 a register]
    for (const General* reg = saved.end(); reg != saved.begin();) pop(*--reg);
    pop(rbp);
  }
  void clear_index() {
    for (const int b : {0x31, 0xc0}) byte(b);  // xor eax, eax
  }
  // rax += bytes; again from `start` while below rdx.
  void loop(std::size_t start, std::int32_t bytes) {
    for (const int b : {0x48, 0x05}) byte(b);
    word(static_cast<std::uint32_t>(bytes), 4);
    for (const int b : {0x48, 0x39, 0xd0, 0x0f, 0x82}) byte(b);  // cmp rax, rdx; jb
    word(static_cast<std::uint32_t>(static_cast<std::int64_t>(start) - static_cast<std::int64_t>(here() + 4)), 4);
  }
  void finish() {
    for (const int b : {0xc5, 0xf8, 0x77, 0xc3}) byte(b);  // vzeroupper; ret
  }

 private:
  static constexpr std::uint32_t kStride = 2048;  // of the stack: with a line to spare, less than the smallest page

  void push(General reg) {
    if (reg >= r8) byte(0x41);
    byte(0x50 | (reg & 7));
  }
  void pop(General reg) {
    if (reg >= r8) byte(0x41);
    byte(0x58 | (reg & 7));
  }
  void lower_stack(std::uint32_t bytes) {
    for (const int b : {0x48, 0x81, 0xec}) byte(b);  // sub rsp, bytes
    word(bytes, 4);
  }
  void byte(int value) { code_.push_back(static_cast<std::uint8_t>(value)); }
  void word(std::uint64_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) byte(static_cast<int>(value >> (8 * i) & 0xff));
  }

  // Prefix of four bytes, opcode, operands; everything here is of W1, 66, 512 bits.
  void evex(int map, int opcode, int reg, int second, const Source& last, Masking masking) {
    const bool memory = last.reg < 0;
    const int low = memory ? last.base : last.reg;  // what extends the field rm
    const int x = memory ? 0 : last.reg >> 4;       // rax as index needs no extension
    byte(0x62);
    byte(((reg >> 3 & 1) ^ 1) << 7 | ((x & 1) ^ 1) << 6 | ((low >> 3 & 1) ^ 1) << 5 | ((reg >> 4 & 1) ^ 1) << 4 | map);
    byte(0x80 | (~second & 15) << 3 | 4 | 1);
    byte((masking.zero ? 0x80 : 0) | 0x40 | (memory && last.one_number ? 0x10 : 0) | ((second >> 4 & 1) ^ 1) << 3 | masking.mask);
    byte(opcode);
    if (memory) {
      address(reg & 7, last);
    } else {
      byte(0xc0 | (reg & 7) << 3 | (last.reg & 7));
    }
  }
  void vex(bool three, int opcode, int reg, int second, int last) {
    byte(0xc5);
    byte(0x80 | (~second & 15) << 3 | (three ? 4 : 0) | 1);
    byte(opcode);
    byte(0xc0 | reg << 3 | last);
  }
  void mask_memory(int opcode, int reg, const Source& at) {
    byte(0xc5);
    byte(0xf9);
    byte(opcode);
    address(reg, at);
  }
  void address(int reg, const Source& at) {
    const bool wide = at.indexed || (at.base & 7) == rsp;
    byte(0x80 | reg << 3 | (wide ? 4 : at.base & 7));
    if (wide) byte((at.indexed ? rax : rsp) << 3 | (at.base & 7));
    word(static_cast<std::uint32_t>(at.offset), 4);
  }

  std::vector<std::uint8_t> code_;
};

}  // namespace warchest::kernels
