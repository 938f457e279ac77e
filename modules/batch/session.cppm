/// The lifetime of the parallel backends.
export module kobie.batch:session;

import kobie.standard;

namespace kobie {

/// Starts the backends when made and stops them when it goes; one for each program, made before the first solve.
/// Understands Kokkos' own arguments (--kokkos-num-threads=4, --kokkos-device-id=0, --kokkos-help) and takes them out of
/// argc and argv. Threads are left to the operating system unless OMP_PROC_BIND says otherwise.
export class Session {
 public:
  Session();
  Session(int& argc, char** argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// The name of the default backend, such as "OpenMP".
  static std::string backend();
  /// How many threads (on a GPU: how many runs at once) the default backend has.
  static int concurrency();
};

/// Throws Error when no Session is alive.
export void require_session();

/// The version of this library, "0.1.0".
export std::string version();
/// The version of Kokkos it was built with, "5.0.2".
export std::string kokkos_version();

}  // namespace kobie
