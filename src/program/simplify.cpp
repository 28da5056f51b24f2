// Less work for the same bits. Each pass takes a program and gives one with the same outputs; passes.h says what each does, in a line.
// The passes run in the order below until nothing changes. Nothing is reassociated: only identities that hold for every double are used
// (x * 1, x - 0, x ^ 2 as the kernels define it), so -0 and missing numbers come out as before.
#include "program/passes.h"
#include "program/program.h"

namespace warchest::program {
namespace {

constexpr int kMostRounds = 8;

}  // namespace

Program simplify(Program program) {
  settle_histories(program);
  for (int round = 0; round < kMostRounds; ++round) {
    const bool numbered = number(program);
    const bool dropped = drop(program);
    if (!numbered && !dropped) break;
  }
  const bool guarded = guard_choices(program);
  sink(program, program.month);
  join_guards(program.month);
  if (guarded) {
    number(program);
    drop(program);
  }
  for (auto* code : {&program.setup, &program.month, &program.finish}) {
    coalesce(program, *code);
    forward(program, *code);
    fuse(program, *code);
  }
  drop(program);
  return program;
}

}  // namespace warchest::program
