module;
#include <chrono>
#include <memory>
#include <mutex>

module kobie.memory;

namespace kobie {
namespace {

// What a function of memory figures said a moment ago: asking takes as long as integrating some thousand runs.
class RecentInfo {
 public:
  explicit RecentInfo(MemoryInfo (*ask)()) : recent_(std::make_shared<Recent>(ask)) {}

  MemoryInfo operator()() const {
    const std::scoped_lock lock(recent_->mutex);
    const auto now = std::chrono::steady_clock::now();
    if (now >= recent_->good_until) {
      recent_->info = recent_->ask();
      recent_->good_until = now + std::chrono::milliseconds(10);
    }
    return recent_->info;
  }

 private:
  struct Recent {
    explicit Recent(MemoryInfo (*figures)()) : ask(figures) {}

    MemoryInfo (*ask)();
    std::mutex mutex;
    MemoryInfo info;
    std::chrono::steady_clock::time_point good_until;
  };
  std::shared_ptr<Recent> recent_;
};

}  // namespace

MemoryManager& memory_manager() {
  static MemoryManager manager{RecentInfo(device_memory), RecentInfo(host_memory)};
  return manager;
}

}  // namespace kobie
