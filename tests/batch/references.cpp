#include "references.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>

std::vector<double> reference_value(const std::string& problem, const std::string& t) {
  std::ifstream file(REFERENCE_VALUES);
  for (const auto& entry : nlohmann::json::parse(file)) {
    if (entry.at("problem") == problem && entry.at("t") == t) {
      std::vector<double> y;
      for (const auto& component : entry.at("y")) {
        y.push_back(component.is_null() ? 0.0 : std::stod(component.get<std::string>()));
      }
      return y;
    }
  }
  throw std::runtime_error("no reference for " + problem + " at " + t);
}
