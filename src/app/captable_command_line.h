// The words after `warchest captable`.
#pragma once

#include "app/options.h"

namespace warchest::app {

Parsed parse_captable(int count, const char* const* words);  // words[0] is "captable"

}  // namespace warchest::app
