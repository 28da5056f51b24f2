// The words after `warchest import`.
#pragma once

#include "app/options.h"

namespace warchest::app {

Parsed parse_import(int count, const char* const* words);  // words[0] is "import"

}  // namespace warchest::app
