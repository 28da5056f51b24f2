#include <cstdio>

#include "lang/tree.h"
#include "warchest.h"

int main() { std::printf("%s\n", std::string(warchest::version()).c_str()); }
