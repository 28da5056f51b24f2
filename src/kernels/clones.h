// Plain loops over rows of numbers, compiled once for each width of vectors and chosen when the program starts. For code that the compiler
// turns into vectors by itself; what is worth writing for a width stands in kernels of its own. No bit depends on the width: loops add in
// a fixed order and nothing is contracted (-ffp-contract=off).
//
// Under sanitizers there is the plain form alone, because what chooses runs before they are ready.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define WARCHEST_EVERY_WIDTH __attribute__((flatten, target_clones("avx512f", "avx2", "default")))
#else
#define WARCHEST_EVERY_WIDTH
#endif
