/// kobie.standard: what interfaces need of the standard library, where that is more than a few small headers, parsed once.
/// Clang takes an interface's time for each namespace and overload of the headers that it, and what it imports, include.
module;
#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

export module kobie.standard;

export namespace std {

// Numbers and types.
using std::byte;
using std::conditional_t;
using std::derived_from;
using std::floating_point;
using std::int32_t;
using std::int64_t;
using std::is_floating_point_v;
using std::is_same_v;
using std::is_trivially_copyable_v;
using std::numeric_limits;
using std::ptrdiff_t;
using std::same_as;
using std::size_t;
using std::type_identity;
using std::uint64_t;
using std::uint8_t;
using std::uintmax_t;

// What holds values.
using std::array;
using std::deque;
using std::initializer_list;
using std::make_shared;
using std::make_unique;
using std::map;
using std::nullopt;
using std::optional;
using std::shared_ptr;
using std::span;
using std::string;
using std::string_view;
using std::unique_ptr;
using std::variant;
using std::vector;

// What is done with them.
using std::clamp;
using std::countr_zero;
using std::exchange;
using std::fill_n;
using std::function;
using std::less;
using std::max;
using std::min;
using std::move;
using std::ssize;

// Operators of all of these.
using std::operator==;
using std::operator!=;
using std::operator<=>;
using std::operator<;
using std::operator<=;
using std::operator>;
using std::operator>=;
using std::operator+;

// Threads, files, errors.
using std::atomic;
using std::bad_alloc;
using std::current_exception;
using std::errc;
using std::error_code;
using std::exception_ptr;
using std::jthread;
using std::memory_order_relaxed;
using std::mutex;
using std::ofstream;
using std::recursive_mutex;
using std::rethrow_exception;
using std::stop_source;
using std::stop_token;
using std::system_error;
using std::unique_lock;

namespace chrono {

using std::chrono::duration;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using std::chrono::operator==;
using std::chrono::operator<=>;
using std::chrono::operator<;
using std::chrono::operator<=;
using std::chrono::operator>;
using std::chrono::operator>=;
using std::chrono::operator+;
using std::chrono::operator-;

}  // namespace chrono

namespace filesystem {

using std::filesystem::path;

}  // namespace filesystem

namespace ranges {

using std::ranges::copy;
using std::ranges::find;
using std::ranges::for_each;
using std::ranges::max;
using std::ranges::transform;

}  // namespace ranges

}  // namespace std

#ifdef __GLIBCXX__
// Iterators of libstdc++'s vectors, strings and spans, whose operators a loop over one needs.
export namespace __gnu_cxx {

using __gnu_cxx::operator==;
using __gnu_cxx::operator<=>;
using __gnu_cxx::operator-;
using __gnu_cxx::operator+;

}  // namespace __gnu_cxx
#endif
