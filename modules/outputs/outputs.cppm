/// kobie.outputs: what is saved, and when.
export module kobie.outputs;

export import :save_times;
