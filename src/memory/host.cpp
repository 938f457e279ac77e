// Streams, events, pinned memory and memory figures where the default backend is the host: cuda.cpp's twin.
module;
#include <Kokkos_Core.hpp>
#include <cstddef>
#include <memory>
#include <utility>

module kobie.memory;

namespace kobie {

// A host's kernels are done when their launch returns, but a backend may say otherwise: it is waited for.
struct Event::Mark {};

Event::Event() = default;
Event::~Event() = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(Event&&) noexcept = default;

// NOLINTBEGIN(readability-convert-member-functions-to-static): on CUDA they have a state
void Event::record(const Kokkos::DefaultExecutionSpace& space) { space.fence("kobie::memory::Event"); }

bool Event::done() const { return true; }

void Event::wait() const {}
// NOLINTEND(readability-convert-member-functions-to-static)

struct Stream::Queue {
  Kokkos::DefaultExecutionSpace space;
};

Stream::Stream() : queue_(std::make_unique<Queue>()) {}
Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

const Kokkos::DefaultExecutionSpace& Stream::space() const { return queue_->space; }

MemoryInfo device_memory() { return host_memory(); }

void* allocate_pinned(std::size_t bytes) { return allocate_pageable(bytes); }

void release_pinned(void* memory) noexcept { release_pageable(memory); }

}  // namespace kobie
