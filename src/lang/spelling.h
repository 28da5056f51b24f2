// How the smallest parts of a tree are written: quantities, dates, texts, paths, cites, the head of a block.
// Private to print.cpp and format.cpp.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "lang/tree.h"

namespace warchest::lang {

std::string quantity_text(const Tree& tree, const Quantity& quantity);  // $6_500/kW, 6.6B USD, 18 months, 1.5x
std::string date_text(const Date& date);
std::string quoted_text(std::string_view text);
std::string path_text(const Tree& tree, std::span<const Word> path);
std::string cites_text(const Tree& tree, const Item& item);   // "  @plan @us", or nothing
std::string block_head(const Tree& tree, const Item& block);  // round next "The next raise"

}  // namespace warchest::lang
