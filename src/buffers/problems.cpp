module;
#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

module kobie.buffers;

import kobie.core;

namespace kobie {
namespace {

std::string path(std::string_view owner, std::string_view name) { return fmt::format("{}.{}", owner, name); }
std::string path(const Buffer& buffer) { return path(buffer.owner, buffer.name); }

std::vector<std::string> known_owners(const BufferRegistry& registry) {
  std::vector<std::string> known;
  for (const BufferName& owner : registry.owners()) {
    known.emplace_back(owner.view());
  }
  return known;
}
std::vector<std::string> known_paths(const BufferRegistry& registry) {
  std::vector<std::string> known;
  for (const Buffer& buffer : registry.buffers()) {
    known.push_back(path(buffer));
  }
  return known;
}

}  // namespace

void the_owner_of_a_buffer_has_no_name(std::string_view owner, std::string_view name) {
  const std::string what = name.empty() ? "owner of buffers" : fmt::format("owner of buffer '{}'", name);
  throw InvalidArgument(what, fmt::format("'{}'", owner),
                        "must be names with '/' between them, none of them empty or with a '.'");
}
void the_name_of_a_buffer_is_empty(std::string_view owner) {
  throw InvalidArgument(fmt::format("name of a buffer of '{}'", owner), "''", "must not be empty");
}
void the_name_of_a_buffer_is_given_twice(const Buffer& buffer) {
  throw InvalidArgument(fmt::format("name of a buffer of '{}'", buffer.owner.view()), fmt::format("'{}'", buffer.name.view()),
                        "is declared already");
}
void the_name_of_a_buffer_has_a_separator(const Buffer& buffer) {
  throw InvalidArgument(fmt::format("name of a buffer of '{}'", buffer.owner.view()), fmt::format("'{}'", buffer.name.view()),
                        "must not contain '.' or '/'");
}
void the_name_of_a_buffer_is_too_long(std::string_view before, std::string_view more, std::size_t capacity) {
  throw InvalidArgument("name of a buffer or its owner", fmt::format("'{}{}'", before, more),
                        fmt::format("must have at most {} letters", capacity));
}
void the_size_of_a_buffer_is_negative(const Buffer& buffer) {
  throw InvalidArgument("size of " + path(buffer), fmt::format("{}", buffer.size), "must be 0 or more");
}
void the_size_of_a_buffer_is_too_large(const Buffer& buffer, std::ptrdiff_t most) {
  throw InvalidArgument("size of " + path(buffer), fmt::format("{}", buffer.size), fmt::format("must be at most {}", most));
}
void the_location_of_a_buffer_is_unknown(const Buffer& buffer) {
  throw InvalidArgument("location of " + path(buffer), fmt::format("{}", static_cast<int>(buffer.location)),
                        "must be Location::local or Location::shared");
}
void the_precision_of_a_buffer_is_unknown(const Buffer& buffer) {
  throw InvalidArgument("precision of " + path(buffer), fmt::format("{}", static_cast<int>(buffer.precision)),
                        "must be BufferPrecision::float32 or BufferPrecision::float64");
}
void a_buffer_aliases_itself(const Buffer& buffer) {
  throw InvalidArgument("alias target of " + path(buffer), fmt::format("'{}'", buffer.aliases.view()),
                        "a buffer cannot alias itself");
}
void a_buffer_aliases_one_not_declared_before_it(const Buffer& buffer) {
  throw InvalidArgument("alias target of " + path(buffer), fmt::format("'{}'", buffer.aliases.view()),
                        fmt::format("'{}' must declare it before its alias", buffer.owner.view()));
}
void a_buffer_aliases_one_in_another_location(const Buffer& buffer, const Buffer& target) {
  throw InvalidArgument("alias target of " + path(buffer), fmt::format("'{}'", target.name.view()),
                        "an alias must have its target's location and be persistent where it is");
}
void a_buffer_aliases_one_of_another_precision(const Buffer& buffer, const Buffer& target) {
  throw InvalidArgument("alias target of " + path(buffer), fmt::format("'{}'", target.name.view()),
                        "an alias must have its target's precision");
}
void the_aliases_of_a_buffer_exceed_it(const Buffer& buffer, const Buffer& target, std::ptrdiff_t total) {
  throw InvalidArgument(
      "size of " + path(buffer), fmt::format("{}", buffer.size),
      fmt::format("with it the aliases of '{}' have {} elements, and it has {}", target.name.view(), total, target.size));
}
void a_component_is_nested_twice(std::string_view owner) {
  throw InvalidArgument("owner of buffers", fmt::format("'{}'", owner), "declares buffers already");
}
void no_component_of_this_name_declares_buffers(const BufferRegistry& registry, std::string_view owner) {
  throw UnknownName("owner of buffers", owner, known_owners(registry));
}
void no_buffer_of_this_name_is_declared(const BufferRegistry& registry, std::string_view owner, std::string_view name) {
  throw UnknownName("buffer", path(owner, name), known_paths(registry));
}
void a_placement_names_a_buffer_that_nothing_declares(const BufferRegistry& registry, std::string_view name) {
  throw UnknownName("buffer to be shared", name, known_paths(registry));
}
void a_placement_names_an_alias(const Buffer& buffer) {
  throw InvalidArgument("buffer to be shared", fmt::format("'{}'", path(buffer)),
                        fmt::format("is an alias and lives where its target does; name '{}'", buffer.aliases.view()));
}
void the_tier_of_a_placement_is_out_of_range(std::size_t tier, std::size_t tiers) {
  throw InvalidArgument("tier", fmt::format("{}", tier), fmt::format("must be below {}", tiers));
}
void a_layout_has_room_for_other_buffers(std::size_t declared, std::size_t room) {
  throw InvalidArgument("layout_of", fmt::format("{}", room), fmt::format("the registry has {} buffers", declared));
}

}  // namespace kobie
