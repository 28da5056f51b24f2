# The checker of case files (tests/cases/captable-cases.md): part of what people get, so it needs no test library.
if(TARGET warchest_equity)
  add_executable(captable_cases tools/captable_cases.cpp)
  target_link_libraries(captable_cases PRIVATE warchest_flags warchest_equity fmt::fmt nlohmann_json::nlohmann_json)
  if(WARCHEST_HAVE_TESTS)
    add_test(NAME captable_cases COMMAND captable_cases ${PROJECT_SOURCE_DIR}/tests/cases/captable.json)
    set_tests_properties(captable_cases PROPERTIES LABELS "equity")
  endif()
endif()
