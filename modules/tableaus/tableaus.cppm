/// kobie.tableaus: the coefficients of every method, checked when they are compiled.
export module kobie.tableaus;

export import :butcher;
export import :interpolant;
export import :method_control;
export import :bogacki_shampine_32;
export import :cash_karp_54;
export import :classical_rk4;
export import :dormand_prince_54;
export import :dormand_prince_853;
export import :explicit_euler;
export import :fehlberg_45;
export import :heun_21;
export import :method_list;
export import :orders;
export import :ralston_3;
export import :tsit5;
export import :verner_65;
export import :verner_76;
export import :verner_87;
export import :verner_98;
