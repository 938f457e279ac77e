// Streams, events, pinned memory and memory figures on CUDA: the only file of kobie that calls CUDA. host.cpp is its twin.
module;
#include <cuda_runtime_api.h>
#include <fmt/format.h>

#include <Kokkos_Core.hpp>
#include <cstddef>
#include <memory>
#include <new>
#include <utility>

module kobie.memory;

import kobie.core;

namespace kobie {
namespace {

void require_success(cudaError_t code, const char* what) {
  if (code != cudaSuccess) {
    throw Error(fmt::format("{} failed: {} ({})", what, cudaGetErrorString(code), cudaGetErrorName(code)));
  }
}

// Streams and memory belong to the device that Kokkos uses, whichever one this thread has current.
class OnKokkosDevice {
 public:
  OnKokkosDevice() {
    require_success(cudaGetDevice(&before_), "finding the current device");
    require_success(cudaSetDevice(Kokkos::Cuda().cuda_device()), "choosing Kokkos' device");
  }
  ~OnKokkosDevice() { static_cast<void>(cudaSetDevice(before_)); }
  OnKokkosDevice(const OnKokkosDevice&) = delete;
  OnKokkosDevice& operator=(const OnKokkosDevice&) = delete;

 private:
  int before_ = 0;
};

}  // namespace

struct Event::Mark {
  cudaEvent_t event = nullptr;

  // Who waits sleeps: the cores are for those who compute.
  Mark() {
    require_success(cudaEventCreateWithFlags(&event, cudaEventDisableTiming | cudaEventBlockingSync), "making an event");
  }
  ~Mark() { static_cast<void>(cudaEventDestroy(event)); }
  Mark(const Mark&) = delete;
  Mark& operator=(const Mark&) = delete;
};

Event::Event() = default;
Event::~Event() = default;
Event::Event(Event&&) noexcept = default;
Event& Event::operator=(Event&&) noexcept = default;

void Event::record(const Kokkos::DefaultExecutionSpace& space) {
  if (!mark_) {
    const OnKokkosDevice device;
    mark_ = std::make_unique<Mark>();
  }
  require_success(cudaEventRecord(mark_->event, space.cuda_stream()), "recording an event");
}

bool Event::done() const {
  if (!mark_) {
    return true;
  }
  const cudaError_t answer = cudaEventQuery(mark_->event);
  if (answer != cudaErrorNotReady) {
    require_success(answer, "the work before an event");
  }
  return answer == cudaSuccess;
}

void Event::wait() const {
  if (mark_) {
    require_success(cudaEventSynchronize(mark_->event), "the work before an event");
  }
}

struct Stream::Queue {
  cudaStream_t stream;
  Kokkos::Cuda space;

  Queue() : stream(made()), space(stream) {}
  ~Queue() {
    space.fence("kobie::memory::Stream");
    space = Kokkos::Cuda();  // before the stream that it knows goes
    static_cast<void>(cudaStreamDestroy(stream));
  }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

 private:
  static cudaStream_t made() {
    const OnKokkosDevice device;
    cudaStream_t stream = nullptr;
    require_success(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream");
    return stream;
  }
};

Stream::Stream() : queue_(std::make_unique<Queue>()) {}
Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

const Kokkos::DefaultExecutionSpace& Stream::space() const { return queue_->space; }

MemoryInfo device_memory() {
  const OnKokkosDevice device;
  std::size_t free = 0;
  std::size_t total = 0;
  require_success(cudaMemGetInfo(&free, &total), "asking for the free device memory");
  return {free, total};
}

void* allocate_pinned(std::size_t bytes) {
  void* memory = nullptr;
  if (bytes > 0 && cudaMallocHost(&memory, bytes) != cudaSuccess) {
    static_cast<void>(cudaGetLastError());  // handled here, and not the next call's
    throw std::bad_alloc();
  }
  return memory;
}

void release_pinned(void* memory) noexcept { static_cast<void>(cudaFreeHost(memory)); }

}  // namespace kobie
