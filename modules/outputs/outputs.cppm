/// kobie.outputs: what is saved, and when; metrics that are computed on the way.
export module kobie.outputs;

export import :averages;
export import :extremes;
export import :metric;
export import :peaks;
export import :piece;
export import :sample_times;
export import :save_times;
export import :summaries;
