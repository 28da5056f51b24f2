// One path as a story for people, and as JSON.
#pragma once

#include <cstddef>
#include <string>

#include "analysis/story.h"

namespace warchest::report {

std::string story_text(const analysis::Story& story, std::size_t width);
std::string story_json(const analysis::Story& story, const std::string& version, const std::string& sha256);

// The months in which something happened, without the luck: for the paths of a tail.
std::string story_in_short(const analysis::Story& story, std::size_t width);

}  // namespace warchest::report
