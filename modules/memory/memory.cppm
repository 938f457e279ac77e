/// kobie.memory: host arrays, ordinary and pinned, how much memory there is, and the queues and marks by which copies wait.
export module kobie.memory;

export import :event;
export import :host_array;
export import :memory_info;
export import :stream;
