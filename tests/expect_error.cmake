# cmake -DBUILD=<tree> -DTARGET=<name> -DMESSAGE=<regex> -P expect_error.cmake: the target must fail to compile, with this
# message, and with few other errors around it.
execute_process(
  COMMAND "${CMAKE_COMMAND}" --build "${BUILD}" --target "${TARGET}" -j 1
  RESULT_VARIABLE status
  OUTPUT_VARIABLE output
  ERROR_VARIABLE output)
if(status EQUAL 0)
  message(FATAL_ERROR "${TARGET} compiled, and should not have.")
endif()
if(NOT output MATCHES "${MESSAGE}")
  message(FATAL_ERROR "${TARGET} did not say '${MESSAGE}', but:\n${output}")
endif()
string(REGEX MATCHALL "error:" errors "${output}")
list(LENGTH errors count)
if(count GREATER 3)
  message(FATAL_ERROR "${TARGET} printed ${count} errors, more than 3:\n${output}")
endif()
