// Passes that simplify and assign_slots share. Private to the folder.
#pragma once

#include "program/program.h"

namespace warchest::program {

// Histories that need not be: those of which only last month is read become states, the others keep no more rows than are read.
void settle_histories(Program& program);

}  // namespace warchest::program
