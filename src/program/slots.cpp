// Sharing of columns: work in progress, gives the program back as it is.
#include "program/program.h"

namespace warchest::program {

Program assign_slots(Program program) { return program; }

}  // namespace warchest::program
