/// kobie: all of it but kobie.models. `import kobie;` is what a program needs.
export module kobie;

export import kobie.algorithms;
export import kobie.batch;
export import kobie.buffers;
export import kobie.control;
export import kobie.core;
export import kobie.drivers;
export import kobie.io;
export import kobie.loop;
export import kobie.memory;
export import kobie.numbers;
export import kobie.outputs;
export import kobie.solvers;
export import kobie.systems;
export import kobie.tableaus;
