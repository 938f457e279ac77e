/// kobie.kokkos: what kobie needs of Kokkos, parsed once instead of in every interface.
module;
#include <Kokkos_Core.hpp>
#include <mdspan/mdspan.hpp>

export module kobie.kokkos;

export namespace Kokkos {

using Kokkos::deep_copy;
using Kokkos::DefaultExecutionSpace;
using Kokkos::DefaultHostExecutionSpace;
using Kokkos::dextents;
using Kokkos::Dynamic;
using Kokkos::HostSpace;
using Kokkos::mdspan;
using Kokkos::MemoryTraits;
using Kokkos::parallel_for;
using Kokkos::ParallelForTag;
using Kokkos::PerTeam;
using Kokkos::Schedule;
using Kokkos::SpaceAccessibility;
using Kokkos::TeamPolicy;
using Kokkos::Unmanaged;
using Kokkos::View;
using Kokkos::view_alloc;
using Kokkos::WithoutInitializing;

namespace Experimental {

using Kokkos::Experimental::require;
using Kokkos::Experimental::WorkItemProperty;

}  // namespace Experimental

}  // namespace Kokkos
