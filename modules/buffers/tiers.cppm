/// What a launch decides about buffers: the tier of a placement, and how many threads a team has.
module;
#include <cstddef>
#include <span>

export module kobie.buffers:tiers;

import :layout;
import :placement;

namespace kobie {

/// What a tier is chosen by.
export struct TierBudget {
  std::ptrdiff_t scratch_bytes = 0;     ///< what the device gives a team (scratch_size_max)
  std::ptrdiff_t fixed_bytes = 0;       ///< what the team needs apart from its runs
  int runs_per_team = 32;               ///< the fewest that are worth a team: a warp, or a register's lanes
  std::ptrdiff_t register_bytes = 512;  ///< local buffers of one run up to here stay in registers: half of a GPU thread's 1020
};

/// The first tier whose local buffers fit into registers; where scratch does not reach so far, the last that fits into scratch.
/// So small systems share nothing. Tiers ascend in shared bytes; tier 0 always will do.
export constexpr std::size_t choose_tier(std::span<const PlacementTier> tiers, const TierBudget& budget) {
  std::size_t chosen = 0;
  while (chosen + 1 < tiers.size() && tiers[chosen].local_bytes > budget.register_bytes &&
         budget.fixed_bytes + tiers[chosen + 1].shared_bytes * budget.runs_per_team <= budget.scratch_bytes) {
    ++chosen;
  }
  return chosen;
}

/// What a team is sized by.
export struct TeamRequest {
  int threads = 1;                   ///< wanted
  int lanes = 1;                     ///< runs of each thread
  int warp = 1;                      ///< from one warp on, teams are whole warps
  std::ptrdiff_t fixed_bytes = 0;    ///< of team scratch, apart from the runs
  std::ptrdiff_t scratch_bytes = 0;  ///< what the device gives a team
};

/// The threads of a team whose shared buffers fit into its scratch: as many as wanted, or fewer.
/// Throws InvalidArgument when a request makes no sense, and Error, which names buffers, bytes and limit, when not even the
/// runs of one thread fit.
export int team_size_for(std::span<const PlacedBuffer> buffers, const TeamRequest& request);

}  // namespace kobie
