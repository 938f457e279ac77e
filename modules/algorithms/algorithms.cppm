/// kobie.algorithms: how each family of methods takes one step.
export module kobie.algorithms;

export import :algorithm_of;
export import :collocation;
export import :diagonally_implicit;
export import :diagonally_implicit_traits;
export import :explicit_runge_kutta;
export import :fully_implicit;
export import :fully_implicit_traits;
export import :hermite;
export import :implicit_counts;
export import :interpolation_weights;
export import :newton_scale;
export import :rosenbrock;
export import :select_into;
export import :stage_equation;
export import :switching;
export import :transformed_stages;
export import :with_linear_solver;
