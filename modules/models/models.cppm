/// kobie.models: systems that people know, each with its equations, usual numbers and source, and a way to find one by name.
export module kobie.models;

export import :brusselator;
export import :duffing;
export import :fitzhugh_nagumo;
export import :hires;
export import :hodgkin_huxley;
export import :kepler;
export import :lorenz;
export import :lorenz_96;
export import :lotka_volterra;
export import :model_list;
export import :oregonator;
export import :pleiades;
export import :robertson;
export import :sir;
export import :van_der_pol;
