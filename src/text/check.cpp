// Where a failed WARCHEST_CHECK ends up.
#include "text/check.h"

#include <string>

namespace warchest::text {

void fault(const char* file, int line, const char* condition, const std::string& what_broke) {
  throw FaultError(std::string(file) + ":" + std::to_string(line) + ": " + what_broke + " (" + condition + ")");
}

}  // namespace warchest::text
