// The options of `warchest import investors FILE.csv`.
#pragma once

#include <cstdint>
#include <string>

#include "io/cheques.h"

namespace warchest::app {

struct ImportOptions {
  std::string file, output;
  io::ChequeOptions cheques;
  std::optional<equity::Date> as_of;
  std::string company;  // whose investors come first
  std::string currency = "USD";
  std::uint64_t most = 20, years = 5;
};

}  // namespace warchest::app
