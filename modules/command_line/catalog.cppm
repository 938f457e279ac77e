/// Which systems, methods and precisions a command line has.
export module kobie.command_line:catalog;

import kobie.batch;
import kobie.models;
import kobie.standard;
import kobie.systems;
import kobie.tableaus;
import :integration;

namespace kobie {

/// A method that a system can be integrated with. `make` compiles in what it names: with or without AllSummaries.
export struct CatalogMethod {
  MethodInfo names;            ///< and no more of it
  std::string_view precision;  ///< "double" or "float"
  std::unique_ptr<Integration> (*make)(bool summaries);
};

/// A system with its methods.
export struct CatalogSystem {
  ModelInfo info;
  std::vector<CatalogMethod> methods;
};

/// The precisions that systems are compiled for.
export template <class... Ts>
struct PrecisionList {};

template <class T>
inline constexpr std::string_view precision_name = std::is_same_v<T, float> ? "float" : "double";

template <class S, class Method, class T>
std::unique_ptr<Integration> make_integration(bool summaries) {
  if (summaries) {
    return std::make_unique<SolverIntegration<S, Method, Precision<T>, AllSummaries>>();
  }
  return std::make_unique<SolverIntegration<S, Method, Precision<T>>>();
}

template <class S, class Method, class... Ts>
void append_method(std::vector<CatalogMethod>& methods, PrecisionList<Ts...>) {
  (methods.push_back({names_of<Method>(), precision_name<Ts>, make_integration<S, Method, Ts>}), ...);
}

template <class S>
ModelInfo info_of_system() {
  if constexpr (Model<S>) {
    return info_of_model<S>();
  } else {
    ModelInfo info = quantities_info<S>();
    info.name = system_name<S>();
    return info;
  }
}

/// A system for a command line. It need not be a Model: then nothing is known about it but what the system concept asks for.
export template <class S, class... Methods, class Precisions = PrecisionList<double>>
  requires(require_system<S>())
CatalogSystem catalog_system(MethodList<Methods...>, Precisions precisions = {}) {
  CatalogSystem system{.info = info_of_system<S>(), .methods = {}};
  (append_method<S, Methods>(system.methods, precisions), ...);
  return system;
}

}  // namespace kobie
