/// Errors as people need them: which argument, its value, what is allowed, the nearest known name.
module;
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

export module kobie.core:errors;

namespace kobie {

/// The base of everything kobie throws.
export class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An argument that cannot be used. Thrown before anything is launched or written.
export class InvalidArgument : public Error {
 public:
  InvalidArgument(std::string_view argument, std::string_view value, std::string_view allowed);
  InvalidArgument(std::string_view argument, double value, std::string_view allowed);

  const std::string& argument() const noexcept { return argument_; }

 private:
  std::string argument_;
};

/// A name that nothing has; the message lists the known ones and offers the nearest.
export class UnknownName : public InvalidArgument {
 public:
  UnknownName(std::string_view kind, std::string_view name, const std::vector<std::string>& known);
};

/// A file that cannot be written or read, or is not what it should be.
export class FileError : public Error {
 public:
  FileError(std::string_view path, std::string_view why);
};

/// The name among `known` that takes the fewest edits to reach from `name`, or "" when none is near.
export std::string nearest_name(std::string_view name, const std::vector<std::string>& known);

}  // namespace kobie
