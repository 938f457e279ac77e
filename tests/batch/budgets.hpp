// Budgets of memory that a test sets.
#pragma once

#include <cstdint>

import kobie;

/// Of the program's own manager, enforced for the length of a test.
class Budgets {
 public:
  Budgets(std::uint64_t device, std::uint64_t host) {
    manager_.set_budget(kobie::MemoryPlace::device, device);
    manager_.set_budget(kobie::MemoryPlace::host, host);
    manager_.set_mode(kobie::MemoryMode::active);
  }
  ~Budgets() {
    manager_.set_mode(kobie::MemoryMode::passive);
    manager_.set_budget(kobie::MemoryPlace::device, 0);
    manager_.set_budget(kobie::MemoryPlace::host, 0);
  }
  Budgets(const Budgets&) = delete;
  Budgets& operator=(const Budgets&) = delete;

 private:
  kobie::MemoryManager& manager_ = kobie::memory_manager();
};
