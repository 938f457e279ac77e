#pragma once

#include <string>
#include <vector>

/// The published end point of a problem in tests/reference/values.json, at the time that the file writes as `t`.
std::vector<double> reference_value(const std::string& problem, const std::string& t);
