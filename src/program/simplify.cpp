// Less work for the same bits. Each pass takes a program and gives one with the same outputs; passes.h says what each does, in a line.
// Nothing is reassociated: only identities that hold for every double are used
// (x * 1, x - 0, x ^ 2 as the kernels define it), so -0 and missing numbers come out as before.
#include "program/passes.h"
#include "program/program.h"

namespace warchest::program {
namespace {

constexpr int kMostRounds = 8;

void settle(Program& program) {
  for (int round = 0; round < kMostRounds; ++round) {
    const bool numbered = number(program);
    const bool dropped = drop(program);
    if (!numbered && !dropped) break;
  }
}

}  // namespace

Program simplify(Program program) {
  settle_histories(program);
  settle(program);
  count_passages(program);
  drop(program);
  forget_states(program);
  join_masks(program);
  settle(program);
  settle_histories(program);
  forward(program, program.month);
  guard_rare(program);
  guard_choices(program);
  write_at_the_end(program);
  gather_guards(program);
  number(program);
  drop(program);
  for (auto* code : {&program.setup, &program.month, &program.finish}) {
    coalesce(program, *code);
    forward(program, *code);
    fuse(program, *code);
  }
  drop(program);
  return program;
}

}  // namespace warchest::program
