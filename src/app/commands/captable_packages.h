// The two actions of `warchest captable` that turn packages of the Open Cap Format into files of ours, and back.
#pragma once

#include "app/session.h"

namespace warchest::app {

int import_package(Session& session);
int export_package(Session& session);

}  // namespace warchest::app
