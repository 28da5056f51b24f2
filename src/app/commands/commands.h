// One function a command; each stands in a file of its name. They give the exit code.
#pragma once

#include "app/options.h"

namespace warchest::app {

int run(const Options& options);  // run and ask: they differ only in which asks are answered
int check(const Options& options);
int fmt(const Options& options);
int show(const Options& options);
int table(const Options& options);
int trace(const Options& options);
int captable(const Options& options);
int import_investors(const Options& options);
int new_model(const Options& options);
int help(const Options& options);

}  // namespace warchest::app
