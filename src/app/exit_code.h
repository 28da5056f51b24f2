// How the program ends, as scripts see it.
#pragma once

namespace warchest::app {

enum ExitCode : int {
  kDone = 0,
  kCheckFails = 1,    // a check of the model does not hold, or --fail-if does
  kWrongUsage = 2,
  kWrongModel = 3,
  kUnreadable = 4,    // a file or other input cannot be read, or the answer cannot be written
  kNoAnswer = 5,      // not within the limits of memory, or debt whose month does not close
  kFault = 70,        // a mistake of ours
  kInterrupted = 130,
};

}  // namespace warchest::app
