/// kobie.batch: many runs at once. Grids of inputs, the kernel over runs, the solver, its results.
export module kobie.batch;

export import :kernel;
export import :options;
export import :result;
export import :runs;
export import :session;
export import :solver;
export import :step_records;
export import :sweep;
