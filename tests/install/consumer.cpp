// Text to answer, in a stranger's program.
#include <cstdio>

#include "warchest.h"

int main() {
  warchest::ModelFile file = warchest::load_text("flat.chest",
                                                 "model \"flat\" { start = 2026-01, horizon = 1 year, currency = USD }\n"
                                                 "company a { cash = $45M, cost running = $10M/month }\n"
                                                 "ask end { show = out_of_cash(a) }\n",
                                                 ".");
  if (!warchest::check(file)) return std::fputs(warchest::complaints_text(file).c_str(), stderr), 1;
  std::fputs(warchest::report_json(file, warchest::run(file, {.paths = 1000})).c_str(), stdout);
}
