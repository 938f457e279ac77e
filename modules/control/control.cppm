/// kobie.control: how long the next step is.
export module kobie.control;

export import :fast_power;
export import :fixed;
export import :pi;
export import :settings;
