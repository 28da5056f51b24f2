// Simplification: work in progress, gives the program back as it is.
#include "program/program.h"

namespace warchest::program {

Program simplify(Program program) { return program; }

}  // namespace warchest::program
