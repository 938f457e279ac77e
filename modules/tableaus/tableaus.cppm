/// kobie.tableaus: the coefficients of every method, checked when they are compiled.
export module kobie.tableaus;

export import :butcher;
export import :interpolant;
export import :classical_rk4;
export import :dormand_prince_54;
export import :tsit5;
