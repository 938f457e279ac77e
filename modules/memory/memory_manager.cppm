/// Who may have how much of a device's and of the host's memory, and who has it: a ledger, not an allocator.
export module kobie.memory:memory_manager;

import kobie.standard;
import :memory_info;

namespace kobie {

struct MemoryLedger;
struct MemoryAccount;

export enum class MemoryPlace { device, host };

export enum class MemoryMode {
  passive,  ///< keeps account and reports
  active    ///< also refuses what is beyond a client's share, the budget, or what is free
};

/// How much of a budget is set aside for a client. With neither figure it has an equal part of what the others' fixed shares
/// leave, always up to date.
export struct MemoryShare {
  double proportion = 0.0;  ///< of the budget: above 0, at most 1
  std::uint64_t bytes = 0;
};

/// In bytes.
export struct MemoryUse {
  std::uint64_t share = 0;
  std::uint64_t held = 0;
  std::uint64_t peak = 0;  ///< the most that was ever held
};

/// The account of one allocation, closed when it goes. It may outlive its client, whose leaving closes it, and the manager.
export class MemoryHold {
 public:
  MemoryHold() = default;
  ~MemoryHold();
  MemoryHold(MemoryHold&& other) noexcept;
  MemoryHold& operator=(MemoryHold&& other) noexcept;

  /// 0 of one that was moved from, or never had any.
  std::uint64_t bytes() const { return bytes_; }

 private:
  friend class MemoryClient;
  MemoryHold(std::shared_ptr<MemoryAccount> account, MemoryPlace place, std::uint64_t bytes);

  std::shared_ptr<MemoryAccount> account_;
  MemoryPlace place_ = MemoryPlace::device;
  std::uint64_t bytes_ = 0;
};

/// One of those that share memory: a solver. When it goes, all that it holds is returned, once a reclaim of it that is under
/// way is over. Any thread may call it, but not one that was moved from.
export class MemoryClient {
 public:
  /// While one lives, its client is not asked to give back. It may outlive its client.
  class Busy {
   public:
    ~Busy();
    Busy(Busy&& other) noexcept;
    Busy& operator=(Busy&& other) noexcept;

   private:
    friend class MemoryClient;
    explicit Busy(std::shared_ptr<MemoryAccount> account);
    std::shared_ptr<MemoryAccount> account_;
  };

  ~MemoryClient();
  MemoryClient(MemoryClient&& other) noexcept;
  MemoryClient& operator=(MemoryClient&& other) noexcept;

  /// Bytes that it may take without anyone giving back: what is left of the budget, never more than is free, and in active mode
  /// never more than is left of its share. Throws what the figures of the memory throw, as all below do that look at it.
  std::uint64_t available(MemoryPlace place) const;
  /// The same, if all idle clients gave back what they hold.
  std::uint64_t attainable(MemoryPlace place) const;

  /// Takes `bytes` for what is called `what` in errors; to be called before the memory is allocated, and given up after it is
  /// freed. In active mode, where the budget or the free memory is short and idle clients can make up for it, asks them to give
  /// back, one by one, the largest first; throws Error where it is beyond the share, or still short.
  MemoryHold hold(MemoryPlace place, std::uint64_t bytes, std::string_view what);
  /// Asks other idle clients to give back, the largest first, until `bytes` are given back or nobody is left to ask; returns
  /// how many were. For an allocation that failed in passive mode.
  std::uint64_t reclaim(MemoryPlace place, std::uint64_t bytes);

  /// Waits for a reclaim of this client that is under way. Throws Error when called by a reclaim.
  Busy busy();
  /// The share is 0 where fixed shares leave nothing.
  MemoryUse use(MemoryPlace place) const;

 private:
  friend class MemoryManager;
  explicit MemoryClient(std::shared_ptr<MemoryAccount> account);
  void leave() noexcept;

  std::shared_ptr<MemoryAccount> account_;
};

/// Shares a device's memory, and the host's, between clients, within budgets. Any thread may call it; its clients may outlive
/// it.
export class MemoryManager {
 public:
  /// The functions say how much memory there is, and are called by any thread, without a lock.
  explicit MemoryManager(std::function<MemoryInfo()> device = device_memory, std::function<MemoryInfo()> host = host_memory);
  ~MemoryManager();
  MemoryManager(const MemoryManager&) = delete;
  MemoryManager& operator=(const MemoryManager&) = delete;

  /// What is held already stays held.
  void set_mode(MemoryMode mode);
  /// Passive until it is set.
  MemoryMode mode() const;

  /// 0: all that there is (the default). May be more than that: nobody is given more than is free. May be less than what is
  /// held, but throws InvalidArgument where it is less than the clients' fixed shares.
  void set_budget(MemoryPlace place, std::uint64_t bytes);
  std::uint64_t budget(MemoryPlace place) const;

  /// `reclaim` frees what the client can do without. It is called while the client is idle, without a lock, by the thread that
  /// is short of memory, and never two at a time. It may let go of holds and clients, but takes none and marks none as busy.
  /// What it throws reaches the one who is short. Since hold(), busy() and a client's going wait for a reclaim of that client,
  /// they must not be called under a lock that the reclaim takes.
  /// Throws InvalidArgument where `name` is empty, or a share is not as MemoryShare says or more than the others' fixed shares
  /// leave.
  MemoryClient join(std::string name, MemoryShare device = {}, MemoryShare host = {}, std::function<void()> reclaim = {});

  /// Budgets and clients as a table.
  std::string report() const;

 private:
  std::shared_ptr<MemoryLedger> ledger_;
};

/// The program's own. What it knows of free memory may be some milliseconds old.
export MemoryManager& memory_manager();

}  // namespace kobie
