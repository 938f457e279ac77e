module;
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

module kobie.memory;

import kobie.core;

namespace kobie {
namespace {

constexpr std::array<MemoryPlace, 2> places{MemoryPlace::device, MemoryPlace::host};
constexpr std::array<std::string_view, 2> place_names{"device", "host"};

std::size_t index_of(MemoryPlace place) { return static_cast<std::size_t>(place); }

// Nothing where b is more.
std::uint64_t left_of(std::uint64_t a, std::uint64_t b) { return a > b ? a - b : 0; }

bool is_fixed(const MemoryShare& share) { return share.bytes != 0 || share.proportion != 0.0; }

std::uint64_t fixed_bytes(const MemoryShare& share, std::uint64_t budget) {
  if (share.proportion >= 1.0) {
    return budget;
  }
  return share.bytes + static_cast<std::uint64_t>(share.proportion * static_cast<double>(budget));
}

// What a client may still take, by what limits it.
struct Room {
  std::uint64_t of_share;
  std::uint64_t of_budget;
  std::uint64_t of_free;

  std::uint64_t least() const { return std::min({of_share, of_budget, of_free}); }
};

using Accounts = std::vector<std::shared_ptr<MemoryAccount>>;
using Lock = std::unique_lock<std::mutex>;

}  // namespace

// All but `ledger` and `name` is the ledger's mutex's.
struct MemoryAccount {
  std::shared_ptr<MemoryLedger> ledger;
  std::string name;
  std::array<MemoryShare, 2> shares;
  std::function<void()> reclaim;
  std::array<std::uint64_t, 2> held{};
  std::array<std::uint64_t, 2> peak{};
  int busy = 0;
  bool left = false;
};

struct MemoryLedger {
  std::array<std::function<MemoryInfo()>, 2> figures;
  std::atomic<MemoryMode> mode = MemoryMode::passive;

  std::mutex mutex;  // of all below
  std::array<std::uint64_t, 2> budgets{};
  std::array<std::uint64_t, 2> peaks{};
  Accounts clients;
  std::shared_ptr<MemoryAccount> asked;  // whose reclaim runs now
  std::thread::id asker;                 // and who runs it
  std::condition_variable answered;

  bool asked_here() const { return asked && asker == std::this_thread::get_id(); }

  // To be called without the lock, as it is the user's function, or may take long.
  MemoryInfo info(MemoryPlace place) const { return figures[index_of(place)](); }

  std::uint64_t budget(MemoryPlace place, const MemoryInfo& info) const {
    const std::uint64_t set = budgets[index_of(place)];
    return set > 0 ? set : info.total;
  }

  std::uint64_t held(MemoryPlace place) const {
    std::uint64_t sum = 0;
    for (const auto& client : clients) {
      sum += client->held[index_of(place)];
    }
    return sum;
  }

  std::uint64_t fixed(MemoryPlace place, std::uint64_t budget) const {
    std::uint64_t sum = 0;
    for (const auto& client : clients) {
      sum += fixed_bytes(client->shares[index_of(place)], budget);
    }
    return sum;
  }

  std::uint64_t share(const MemoryAccount& of, MemoryPlace place, std::uint64_t budget) const {
    const std::size_t i = index_of(place);
    if (is_fixed(of.shares[i])) {
      return fixed_bytes(of.shares[i], budget);
    }
    const auto others = std::ranges::count_if(clients, [i](const auto& client) { return !is_fixed(client->shares[i]); });
    return left_of(budget, fixed(place, budget)) / static_cast<std::uint64_t>(std::max<std::ptrdiff_t>(others, 1));
  }

  bool idle(const MemoryAccount& client) const { return client.busy == 0 && (client.reclaim || asked.get() == &client); }

  // What idle clients hold, other than those that are spared.
  std::uint64_t reclaimable(MemoryPlace place, const Accounts& spared) const {
    std::uint64_t sum = 0;
    for (const auto& client : clients) {
      if (idle(*client) && std::ranges::find(spared, client) == spared.end()) {
        sum += client->held[index_of(place)];
      }
    }
    return sum;
  }

  // None where that is 0.
  std::shared_ptr<MemoryAccount> largest_idle(MemoryPlace place, const Accounts& spared) const {
    const std::size_t i = index_of(place);
    std::shared_ptr<MemoryAccount> largest;
    for (const auto& client : clients) {
      if (idle(*client) && client->held[i] > (largest ? largest->held[i] : 0) &&
          std::ranges::find(spared, client) == spared.end()) {
        largest = client;
      }
    }
    return largest;
  }

  Room room(const MemoryAccount& client, MemoryPlace place, const MemoryInfo& info, std::uint64_t given_back) const {
    const std::uint64_t all = budget(place, info);
    const std::uint64_t of_share = mode == MemoryMode::active ? left_of(share(client, place, all), client.held[index_of(place)])
                                                              : std::numeric_limits<std::uint64_t>::max();
    return {of_share, left_of(all, held(place) - given_back), info.free + given_back};
  }

  void add(MemoryAccount& client, MemoryPlace place, std::uint64_t bytes) {
    const std::size_t i = index_of(place);
    client.held[i] += bytes;
    client.peak[i] = std::max(client.peak[i], client.held[i]);
    peaks[i] = std::max(peaks[i], held(place));
  }

  // Has it give back; the lock is open meanwhile, and afterwards.
  void ask(Lock lock, const std::shared_ptr<MemoryAccount>& client) {
    std::function<void()> reclaim = std::exchange(client->reclaim, nullptr);
    asked = client;
    asker = std::this_thread::get_id();
    lock.unlock();
    std::exception_ptr failure;
    try {
      reclaim();
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (!client->left) {
      client->reclaim = std::exchange(reclaim, nullptr);
    }
    asked.reset();
    lock.unlock();
    answered.notify_all();
    if (failure) {
      std::rethrow_exception(failure);
    }
  }

  // Until no reclaim is under way.
  void wait_for_answers(Lock& lock) {
    answered.wait(lock, [&] { return !asked; });
  }
};

namespace {

std::string refusal(const MemoryLedger& ledger, const MemoryAccount& client, MemoryPlace place, const MemoryInfo& info,
                    std::uint64_t bytes, std::string_view what, const Room& room) {
  const std::uint64_t budget = ledger.budget(place, info);
  std::string why;
  if (bytes > room.of_share) {
    why = fmt::format("{} beyond its share", bytes_text(bytes - room.of_share));
  } else if (bytes > room.of_budget) {
    why = fmt::format("{} beyond the budget, whatever idle clients give back", bytes_text(bytes - room.of_budget));
  } else {
    why = fmt::format("{} more than is free, whatever idle clients give back", bytes_text(bytes - room.of_free));
  }
  return fmt::format(
      "{} cannot have {} of {} memory for {}: {}; its share is {}, of which it holds {}; all clients hold {} of the budget of "
      "{}; "
      "{} are free",
      client.name, bytes_text(bytes), place_names[index_of(place)], what, why, bytes_text(ledger.share(client, place, budget)),
      bytes_text(client.held[index_of(place)]), bytes_text(ledger.held(place)), bytes_text(budget), bytes_text(info.free));
}

void check_share(const MemoryLedger& ledger, const MemoryShare& share, MemoryPlace place, const MemoryInfo& info) {
  if (!is_fixed(share)) {
    return;
  }
  const std::string_view name = place_names[index_of(place)];
  const std::string proportion = fmt::format("{}.proportion", name);
  if (!(share.proportion >= 0.0 && share.proportion <= 1.0)) {
    throw InvalidArgument(proportion, share.proportion, "must be between 0 and 1");
  }
  if (share.proportion > 0.0 && share.bytes > 0) {
    throw InvalidArgument(proportion, share.proportion, "must be 0 where bytes are given");
  }
  const std::uint64_t budget = ledger.budget(place, info);
  const std::uint64_t left = left_of(budget, ledger.fixed(place, budget));
  if (share.bytes > left) {
    throw InvalidArgument(
        fmt::format("{}.bytes", name), fmt::format("{}", share.bytes),
        fmt::format("must be at most {}, what other clients' shares leave of the budget of {}", left, budget));
  }
  // Tenths that sum to 1 may be a little above it in binary.
  const auto all = static_cast<double>(budget);
  if (share.proportion * all > static_cast<double>(left) + 1e-9 * all) {
    throw InvalidArgument(
        proportion, share.proportion,
        fmt::format("must be at most {:.4g}, what other clients' shares leave", static_cast<double>(left) / all));
  }
}

}  // namespace

MemoryHold::MemoryHold(std::shared_ptr<MemoryAccount> account, MemoryPlace place, std::uint64_t bytes)
    : account_(std::move(account)), place_(place), bytes_(bytes) {}

MemoryHold::~MemoryHold() {
  if (account_) {
    const Lock lock(account_->ledger->mutex);
    if (!account_->left) {
      account_->held[index_of(place_)] -= bytes_;
    }
  }
}

MemoryHold::MemoryHold(MemoryHold&& other) noexcept
    : account_(std::move(other.account_)), place_(other.place_), bytes_(std::exchange(other.bytes_, 0)) {}

MemoryHold& MemoryHold::operator=(MemoryHold&& other) noexcept {
  MemoryHold taken(std::move(other));
  std::swap(account_, taken.account_);
  std::swap(place_, taken.place_);
  std::swap(bytes_, taken.bytes_);
  return *this;
}

MemoryClient::Busy::Busy(std::shared_ptr<MemoryAccount> account) : account_(std::move(account)) {}

MemoryClient::Busy::~Busy() {
  if (account_) {
    const Lock lock(account_->ledger->mutex);
    --account_->busy;
  }
}

MemoryClient::Busy::Busy(Busy&& other) noexcept = default;

MemoryClient::Busy& MemoryClient::Busy::operator=(Busy&& other) noexcept {
  Busy taken(std::move(other));
  std::swap(account_, taken.account_);
  return *this;
}

MemoryClient::MemoryClient(std::shared_ptr<MemoryAccount> account) : account_(std::move(account)) {}

MemoryClient::~MemoryClient() { leave(); }

MemoryClient::MemoryClient(MemoryClient&& other) noexcept = default;

MemoryClient& MemoryClient::operator=(MemoryClient&& other) noexcept {
  MemoryClient taken(std::move(other));
  std::swap(account_, taken.account_);
  return *this;
}

void MemoryClient::leave() noexcept {
  if (!account_) {
    return;
  }
  MemoryLedger& ledger = *account_->ledger;
  // What the reclaim owns may be holds: it goes once the lock is open, and before the account that they know.
  std::function<void()> reclaim;
  Lock lock(ledger.mutex);
  ledger.answered.wait(lock, [&] { return ledger.asked != account_ || ledger.asked_here(); });
  account_->left = true;
  account_->held = {};
  reclaim = std::exchange(account_->reclaim, nullptr);
  std::erase(ledger.clients, account_);
}

std::uint64_t MemoryClient::available(MemoryPlace place) const {
  MemoryLedger& ledger = *account_->ledger;
  const MemoryInfo info = ledger.info(place);
  const Lock lock(ledger.mutex);
  return ledger.room(*account_, place, info, 0).least();
}

std::uint64_t MemoryClient::attainable(MemoryPlace place) const {
  MemoryLedger& ledger = *account_->ledger;
  const MemoryInfo info = ledger.info(place);
  const Lock lock(ledger.mutex);
  return ledger.room(*account_, place, info, ledger.reclaimable(place, {account_})).least();
}

MemoryHold MemoryClient::hold(MemoryPlace place, std::uint64_t bytes, std::string_view what) {
  const Busy during = busy();
  MemoryLedger& ledger = *account_->ledger;
  const auto take = [&] {
    ledger.add(*account_, place, bytes);
    return MemoryHold(account_, place, bytes);
  };
  if (ledger.mode == MemoryMode::passive) {
    const Lock lock(ledger.mutex);
    return take();
  }
  for (Accounts spared{account_};;) {
    const MemoryInfo info = ledger.info(place);
    Lock lock(ledger.mutex);
    const Room now = ledger.room(*account_, place, info, 0);
    if (bytes <= now.least()) {
      return take();
    }
    if (bytes > now.of_share) {
      throw Error(refusal(ledger, *account_, place, info, bytes, what, now));
    }
    if (ledger.asked) {
      // Another thread was short first: what comes of that may be enough.
      ledger.wait_for_answers(lock);
      continue;
    }
    // Nobody is asked in vain.
    const Room then = ledger.room(*account_, place, info, ledger.reclaimable(place, spared));
    if (bytes > then.least()) {
      throw Error(refusal(ledger, *account_, place, info, bytes, what, then));
    }
    spared.push_back(ledger.largest_idle(place, spared));
    ledger.ask(std::move(lock), spared.back());
  }
}

std::uint64_t MemoryClient::reclaim(MemoryPlace place, std::uint64_t bytes) {
  const Busy during = busy();
  MemoryLedger& ledger = *account_->ledger;
  Accounts spared{account_};
  std::uint64_t given_back = 0;
  while (given_back < bytes) {
    Lock lock(ledger.mutex);
    ledger.wait_for_answers(lock);
    const std::shared_ptr<MemoryAccount> client = ledger.largest_idle(place, spared);
    if (!client) {
      break;
    }
    const std::uint64_t before = client->held[index_of(place)];
    spared.push_back(client);
    ledger.ask(std::move(lock), client);
    lock = Lock(ledger.mutex);
    given_back += left_of(before, client->held[index_of(place)]);
  }
  return given_back;
}

MemoryClient::Busy MemoryClient::busy() {
  MemoryLedger& ledger = *account_->ledger;
  Lock lock(ledger.mutex);
  if (ledger.asked_here()) {
    throw Error(fmt::format("{} is to be busy, or to have memory, within the reclaim of {}, which may only give back",
                            account_->name, ledger.asked->name));
  }
  ledger.answered.wait(lock, [&] { return ledger.asked != account_; });
  ++account_->busy;
  return Busy(account_);
}

MemoryUse MemoryClient::use(MemoryPlace place) const {
  MemoryLedger& ledger = *account_->ledger;
  const MemoryInfo info = ledger.info(place);
  const Lock lock(ledger.mutex);
  return {ledger.share(*account_, place, ledger.budget(place, info)), account_->held[index_of(place)],
          account_->peak[index_of(place)]};
}

MemoryManager::MemoryManager(std::function<MemoryInfo()> device, std::function<MemoryInfo()> host)
    : ledger_(std::make_shared<MemoryLedger>()) {
  ledger_->figures = {std::move(device), std::move(host)};
}

MemoryManager::~MemoryManager() = default;

void MemoryManager::set_mode(MemoryMode mode) { ledger_->mode = mode; }

MemoryMode MemoryManager::mode() const { return ledger_->mode; }

void MemoryManager::set_budget(MemoryPlace place, std::uint64_t bytes) {
  const Lock lock(ledger_->mutex);
  const std::uint64_t fixed = ledger_->fixed(place, bytes);
  if (bytes > 0 && fixed > bytes) {
    throw InvalidArgument(
        fmt::format("{} budget", place_names[index_of(place)]), fmt::format("{}", bytes),
        fmt::format("must be 0, for all that there is, or enough for fixed shares, which would be {}", fixed));
  }
  ledger_->budgets[index_of(place)] = bytes;
}

std::uint64_t MemoryManager::budget(MemoryPlace place) const {
  {
    const Lock lock(ledger_->mutex);
    if (const std::uint64_t set = ledger_->budgets[index_of(place)]; set > 0) {
      return set;
    }
  }
  return ledger_->info(place).total;
}

MemoryClient MemoryManager::join(std::string name, MemoryShare device, MemoryShare host, std::function<void()> reclaim) {
  if (name.empty()) {
    throw InvalidArgument("name", "''", "must not be empty");
  }
  auto account = std::make_shared<MemoryAccount>();
  account->ledger = ledger_;
  account->name = std::move(name);
  account->shares = {device, host};
  account->reclaim = std::move(reclaim);
  // Without a fixed share nothing is asked of a device, which may not be there yet.
  const MemoryInfo on_device = is_fixed(device) ? ledger_->info(MemoryPlace::device) : MemoryInfo{};
  const MemoryInfo on_host = is_fixed(host) ? ledger_->info(MemoryPlace::host) : MemoryInfo{};
  const Lock lock(ledger_->mutex);
  check_share(*ledger_, device, MemoryPlace::device, on_device);
  check_share(*ledger_, host, MemoryPlace::host, on_host);
  ledger_->clients.push_back(account);
  return MemoryClient(std::move(account));
}

std::string MemoryManager::report() const {
  const std::array<MemoryInfo, 2> infos{ledger_->info(MemoryPlace::device), ledger_->info(MemoryPlace::host)};
  const Lock lock(ledger_->mutex);
  std::string text = ledger_->mode == MemoryMode::active ? "memory, shares enforced\n" : "memory, accounted for only\n";
  text += fmt::format("{:6}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}\n", "place", "budget", "held", "peak", "free", "total");
  for (const MemoryPlace place : places) {
    const std::size_t i = index_of(place);
    text += fmt::format("{:6}  {:>10}  {:>10}  {:>10}  {:>10}  {:>10}\n", place_names[i],
                        bytes_text(ledger_->budget(place, infos[i])), bytes_text(ledger_->held(place)),
                        bytes_text(ledger_->peaks[i]), bytes_text(infos[i].free), bytes_text(infos[i].total));
  }
  if (ledger_->clients.empty()) {
    return text;
  }
  text += fmt::format("{:6}  {:>10}  {:>10}  {:>10}  client\n", "place", "share", "held", "peak");
  for (const auto& client : ledger_->clients) {
    for (const MemoryPlace place : places) {
      const std::size_t i = index_of(place);
      const std::uint64_t share = ledger_->share(*client, place, ledger_->budget(place, infos[i]));
      text +=
          fmt::format("{:6}  {:>10}  {:>10}  {:>10}  {}{}\n", place_names[i], bytes_text(share), bytes_text(client->held[i]),
                      bytes_text(client->peak[i]), client->name, client->busy > 0 ? ", busy" : "");
    }
  }
  return text;
}

}  // namespace kobie
