// What the program says to command lines that make no sense: one line that says what to do, an exit code, and nothing made or
// overwritten.
#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "program.hpp"

using Catch::Matchers::ContainsSubstring;

namespace {

struct Case {
  std::string arguments;
  int code;
  std::vector<std::string> says;
};

const std::vector<Case> cases = {
    // commands, systems, options
    {"rnu lorenz", 2, {"command = 'rnu'", "did you mean 'run'?"}},
    {"--vresion", 2, {"option = '--vresion'", "did you mean '--version'?"}},
    {"run", 2, {"system", "required"}},
    {"run lorentz", 2, {"system = 'lorentz'", "did you mean 'lorenz'?"}},
    {"run lorenz extra", 2, {"'extra'", "one too many"}},
    {"run lorenz --mehtod tsit5", 2, {"option = '--mehtod'", "did you mean '--method'?"}},
    {"run lorenz --method tsit6", 2, {"--method = 'tsit6'", "did you mean 'tsit5'?"}},
    {"run lorenz --method verner-98", 2, {"--method = 'verner-98'", "not compiled into this program", "KOBIE_CLI_METHODS"}},
    {"run lorenz --precision half", 2, {"--precision = 'half'", "known: double, float"}},
    {"run lorenz --method", 2, {"--method"}},
    {"models lorentz", 2, {"did you mean 'lorenz'?"}},
    // sweeps
    {"run lorenz --sweep rho", 2, {"--sweep = 'rho'", "name=values"}},
    {"run lorenz --sweep =1:2:3", 2, {"--sweep = '=1:2:3'", "name=values"}},
    {"run lorenz --sweep rho=", 2, {"--sweep = 'rho='", "name=values"}},
    {"run lorenz --sweep rho=0:21", 2, {"'rho=0:21'", "first:last:count"}},
    {"run lorenz --sweep rho=0:21:0", 2, {"'0' must be a whole number from 1"}},
    {"run lorenz --sweep rho=0:21:2.5", 2, {"'2.5' must be a whole number"}},
    {"run lorenz --sweep rho=0:21:-3", 2, {"'-3' must be a whole number"}},
    {"run lorenz --sweep rho=0:x:3", 2, {"'x' must be a finite number"}},
    {"run lorenz --sweep rho=nan", 2, {"'nan' must be a finite number"}},
    {"run lorenz --sweep rho=1,,2", 2, {"'' must be a finite number"}},
    {"run lorenz --sweep rho=0:inf:3", 2, {"'inf' must be a finite number"}},
    {"run lorenz --sweep rho=log:0:1:3", 2, {"first = 0", "must be above 0"}},
    {"run lorenz --sweep rho=log:1:3", 2, {"log needs first:last:count"}},
    {"run lorenz --sweep rho=uniform:0:1:10", 2, {"uniform needs low:high:count:seed"}},
    {"run lorenz --sweep rho=uniform:0:1:10:-1", 2, {"'-1' must be a whole number, the seed"}},
    {"run lorenz --sweep rhoo=0:21:3", 2, {"'rhoo'", "did you mean 'rho'?"}},
    {"run lorenz --sweep rho=0:21:3 --sweep rho=1,2", 2, {"rho = a second sweep", "once"}},
    {"run lorenz --sweep rho=0:21:3 --set rho=1", 2, {"rho = a second sweep", "once"}},
    {"run lorenz --zip --sweep rho=0:21:3 --sweep sigma=1:2:4", 2, {"sigma", "4"}},
    {"run lorenz --set rho=1,2", 2, {"--set = 'rho=1,2'", "'1,2' must be a finite number"}},
    // files of inputs
    {"run lorenz --inputs none.csv", 3, {"none.csv"}},
    {"run lorenz --inputs words.txt", 2, {"words.txt", ".csv, .npy, .h5"}},
    {"run lorenz --inputs words.csv", 3, {"words.csv"}},
    {"run lorenz --inputs other.csv", 2, {"'alpha'", "known: x, y, z, sigma, rho, beta"}},
    {"run lorenz --inputs good.csv --sweep sigma=1:2:2", 2, {"--sweep = 'sigma=1:2:2'", "--zip"}},
    {"run lorenz --inputs good.csv --input-names roh", 2, {"'roh'", "did you mean 'rho'?"}},
    {"run lorenz --input-names rho", 2, {"--input-names = 'rho'", "needs --inputs"}},
    {"run lorenz --inputs fake.h5", 3, {"fake.h5"}},
    // numbers
    {"run lorenz --rtol x", 2, {"--rtol", "x"}},
    {"run lorenz --rtol -1", 2, {"rtol = -1"}},
    {"run lorenz --rtol nan", 2, {"rtol = nan"}},
    {"run lorenz --duration 0", 2, {"duration = 0"}},
    {"run lorenz --duration -5", 2, {"duration = -5"}},
    {"run lorenz --save-every -0.1", 2, {"save_every = -0.1"}},
    {"run lorenz --save-every 0.1 --save-at 1,2", 2, {"--save-at", "contradicts --save-every"}},
    {"run lorenz --save-at 1,99", 2, {"save_at", "99"}},
    {"run lorenz --save xx", 2, {"save = 'xx'", "known: x, y, z"}},
    {"run lorenz --chunk-runs -1", 2, {"chunk_runs = -1"}},
    {"run lorenz --method classical-rk4", 2, {"dt = 0"}},
    // drivers and stops
    {"run lorenz --driver force=force.csv", 2, {"'force'", "there are none"}},
    {"run lorenz --driver force", 2, {"--driver = 'force'", "name=file"}},
    {"run lorenz --driver =force.csv", 2, {"--driver = '=force.csv'", "name=file"}},
    {"run lorenz --driver force=", 2, {"--driver = 'force='", "name=file"}},
    {"run lorenz --driver force=none.csv", 3, {"none.csv"}},
    {"run lorenz --driver force=words.txt", 2, {"--driver = 'words.txt'", ".csv or .npy"}},
    {"run lorenz --driver force=good.csv", 3, {"good.csv", "two columns"}},
    {"run lorenz --driver force=force.csv:liner", 2, {"--driver: interpolation = 'liner'", "did you mean 'linear'?"}},
    {"run lorenz --driver force=force.csv:linear:held", 2, {"'held'", "did you mean 'hold'?"}},
    {"run lorenz --driver force=force.csv:linear:hold:2", 2, {"--driver", "name=file"}},
    {"run lorenz --stop-at 2,1", 2, {"stop_at = 1", "ascend"}},
    {"run lorenz --stop-at 1,nan", 2, {"stop_at = nan", "finite"}},
    {"run lorenz --stop-at x", 2, {"--stop-at", "x"}},
    // times of each run
    {"run lorenz --sweep t0=0:1:3", 2, {"--sweep = 't0=0:1:3'", "--zip"}},
    {"run lorenz --sweep rho=1,2 --sweep duration=1,2", 2, {"--sweep = 'duration=1,2'", "--zip"}},
    {"run lorenz --set t0=1", 2, {"--set = 't0=1'", "--t0"}},
    {"run lorenz --zip --sweep t0=0:1:3 --t0 0", 2, {"--t0 = 0", "contradicts"}},
    {"run lorenz --inputs times.csv --duration 3", 2, {"--duration = 3", "contradicts"}},
    {"run lorenz --zip --sweep duration=-1,2", 2, {"duration[0] = -1", "above 0"}},
    {"run lorenz --zip --sweep t0=0:1:3 --sweep rho=1,2", 2, {"t0 = a sweep of 3 values", "1 or 2"}},
    {"run lorenz --zip --sweep t0=0,1 --sweep t0=2,3", 2, {"t0 = a second sweep", "once"}},
    {"run lorenz --zip --sweep duration=1,2 --summary mean", 2, {"summarise_every = 0", "durations of their own"}},
    // summaries
    {"run lorenz --summary mena", 2, {"metrics = 'mena'", "did you mean 'mean'?"}},
    {"run lorenz --summary peaks:99", 2, {"metrics = 'peaks:99'", "from 1 to 10"}},
    {"run lorenz --summarise x", 2, {"--summarise = 'x'", "needs --summary"}},
    {"run lorenz --sample-every 0.1", 2, {"--sample-every = '0.1'", "needs --summary"}},
    {"run lorenz --summary mean --sample-every 0.3", 2, {"sample_every = 0.3", "whole number"}},
    {"run lorenz --summary mean --summarise w", 2, {"summarise = 'w'", "known: x, y, z"}},
    // outputs
    {"run lorenz --out result", 2, {"result", ".h5, .hdf5, .npy or .csv"}},
    {"run lorenz --out no/such/folder.h5", 3, {"no/such"}},
    {"run lorenz --out kept.h5", 3, {"kept.h5", "exists"}},
    {"run lorenz --out a.h5 --out a.h5", 2, {"a.h5", "named twice"}},
    {"run lorenz --plot fan", 2, {"plot = 'fan'", "must be fan:QUANTITY"}},
    {"run lorenz --plot fun:x", 2, {"plot = 'fun'", "did you mean 'fan'?"}},
    {"run lorenz --plot fan:w", 2, {"'w'", "known: x, y, z"}},
    {"run lorenz --plot sweep:x,rho", 2, {"'rho' was not swept"}},
    {"run lorenz --plot fan:x --picture a.jpg", 2, {"a.jpg", ".png or .svg"}},
    {"run lorenz --picture a.png", 2, {"--picture = 'a.png'", "needs --plot"}},
    {"run lorenz --plot fan:x --picture kept.png", 3, {"kept.png", "exists"}},
    // options files
    {"run lorenz --config none.toml", 3, {"none.toml"}},
    {"run lorenz --config broken.json", 2, {"--config = at byte", "JSON"}},
    {"run lorenz --config unknown.toml", 2, {"'rotl'", "did you mean 'rtol'?"}},
    {"run lorenz --config unknown.json", 2, {"'rotl'", "did you mean 'rtol'?"}},
    // the other commands
    {"info none.h5", 3, {"none.h5"}},
    {"info fake.h5", 3, {"fake.h5"}},
    {"plot none.h5 fan:x", 3, {"none.h5"}},
    {"plot fake.h5 fan:x --out picture.png", 3, {"fake.h5"}},
    {"plot fake.h5", 2, {"plots", "required"}},
    {"compare fake.h5", 2, {"right", "required"}},
    {"compare fake.h5 kept.h5", 3, {"fake.h5"}},
    {"compare fake.h5 kept.h5 --rtol -1", 2, {"--rtol = -1"}},
};

std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    all[entry.path().filename()] = tools::text_of(entry.path());
  }
  return all;
}

}  // namespace

TEST_CASE("a command line that makes no sense gets one line that says what to do, and changes no file") {
  REQUIRE(cases.size() >= 40);
  const tools::TemporaryFolder folder;
  tools::write_text(folder / "good.csv", "rho\n1\n2\n");
  tools::write_text(folder / "force.csv", "time,force\n0,1\n2,1\n");
  tools::write_text(folder / "times.csv", "rho,duration\n1,2\n2,3\n");
  tools::write_text(folder / "other.csv", "alpha\n1\n2\n");
  tools::write_text(folder / "words.csv", "rho\none\ntwo\n");
  tools::write_text(folder / "words.txt", "rho\n");
  tools::write_text(folder / "fake.h5", "no HDF5\n");
  tools::write_text(folder / "kept.h5", "precious");
  tools::write_text(folder / "kept.png", "precious");
  tools::write_text(folder / "broken.json", "{\"rtol\": ");
  tools::write_text(folder / "unknown.toml", "rotl = 1e-6\n");
  tools::write_text(folder / "unknown.json", "{\"rotl\": 1e-6}\n");
  const auto before = contents(folder.path());
  for (const auto& [arguments, code, says] : cases) {
    CAPTURE(arguments);
    const auto answer = program::run(folder.path(), arguments);
    CAPTURE(answer.errors, answer.out);
    CHECK(answer.code == code);
    CHECK(answer.out.empty());
    CHECK(answer.errors.starts_with("kobie: "));
    CHECK(std::ranges::count(answer.errors, '\n') == 1);
    for (const auto& text : says) {
      CHECK_THAT(answer.errors, ContainsSubstring(text));
    }
    CHECK(contents(folder.path()) == before);
  }
}
