// From the characters of a model text to its tokens.
//
// Three steps: scan (scanner.h) finds words, signs, texts, quantities and dates; layout (layout.cpp) matches brackets, turns reserved
// words into names where they name something, and decides which line ends separate items. What is wrong is complained about at once
// and replaced by something that lets the rest be read. The whole text is read before the grammar starts, because the place
// where reading goes on after a mistake depends on which bracket closes which.
#pragma once

#include "lang/token.h"
#include "text/diagnostic.h"
#include "text/source.h"

namespace warchest::lang {

inline constexpr std::uint32_t kMaxTokens = 4'000'000;

Tokens lex(const text::Source& source, text::Diagnostics& diagnostics);

}  // namespace warchest::lang
