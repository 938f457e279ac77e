/// kobie.loop: one run (or one in each lane) from start to end.
export module kobie.loop;

export import :buffers;
export import :clock;
export import :initial_step;
export import :instrument;
export import :integrate;
export import :newton_log;
export import :run_counts;
export import :settings;
export import :step_recorder;
