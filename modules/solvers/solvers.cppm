/// kobie.solvers: derivatives of right-hand sides, norms, and the solvers of equations that implicit methods need.
export module kobie.solvers;

export import :bicgstab;
export import :complex_lu;
export import :consistency;
export import :dense_lu;
export import :derivatives;
export import :iteration_operator;
export import :jacobian_error;
export import :linear_solver;
export import :mass;
export import :matrix_free;
export import :newton;
export import :norm;
export import :preconditioners;
export import :projection;
