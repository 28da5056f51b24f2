# Prints the figures of docs/data.md from tables that are not part of the project; built by hand: ninja -C build/release fit_defaults.
if(TARGET warchest_evidence)
  add_executable(fit_defaults EXCLUDE_FROM_ALL tools/fit_defaults.cpp)
  target_link_libraries(fit_defaults PRIVATE warchest_flags warchest_evidence warchest_io fmt::fmt)
endif()
