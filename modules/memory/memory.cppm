/// kobie.memory: where results live on the host.
export module kobie.memory;

export import :host_array;
