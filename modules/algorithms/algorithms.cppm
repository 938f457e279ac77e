/// kobie.algorithms: how each family of methods takes one step.
export module kobie.algorithms;

export import :explicit_runge_kutta;
