/// kobie.control: how long the next step is.
export module kobie.control;

export import :fast_power;
export import :fixed;
export import :gustafsson;
export import :integral;
export import :pi;
export import :pid;
export import :settings;
export import :step_factor;
