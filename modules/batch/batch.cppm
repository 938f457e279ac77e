/// kobie.batch: many runs at once. Grids of inputs, the kernel over runs, the solver, its results.
export module kobie.batch;

export import :chunk_pipeline;
export import :chunk_store;
export import :driver_contents;
export import :file_solve;
export import :inputs;
export import :kernel;
export import :launcher;
export import :options;
export import :output_choice;
export import :plan;
export import :plots;
export import :read_sweeps;
export import :record_arrays;
export import :recording;
export import :result;
export import :result_arrays;
export import :result_contents;
export import :runs;
export import :session;
export import :sinks;
export import :solver;
export import :solver_memory;
export import :step_records;
export import :sweep;
