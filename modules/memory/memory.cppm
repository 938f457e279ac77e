/// kobie.memory: host arrays, ordinary and pinned, how much memory there is and who may have it, the queues and marks by which
/// copies wait, and what takes data through pinned memory: a pool of buffers and a thread that empties them.
export module kobie.memory;

export import :chunk_buffer_pool;
export import :event;
export import :host_array;
export import :memory_info;
export import :memory_manager;
export import :stream;
export import :writeback_watcher;
