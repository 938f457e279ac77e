/// kobie.drivers: forcing that is given as samples over time, and interpolated in kernels.
export module kobie.drivers;

export import :driver;
export import :driver_table;
export import :packing;
