"""Tests of cmake/headers/project.py."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "cmake/headers/project.py"


class Projection(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.map = self.folder / "modules.txt"
        self.map.write_text("a.b\ta/b/b.hpp\na.b:c\ta/b/c.hpp\na\ta/a.hpp\n")

    def run_script(self, *arguments):
        command = [sys.executable, str(SCRIPT), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def write(self, text, output="out.cpp", source="in.cppm", own=()):
        (self.folder / source).write_text(text)
        plain = self.folder / "plain"
        return self.run_script(
            "write", self.folder / source, self.folder / output, "--map", self.map, "--plain", plain, "--own", *own
        )

    def projected(self, text, output="out.cpp"):
        answer = self.write(text, output)
        self.assertEqual(answer.stderr, "")
        return (self.folder / "plain").read_text()

    def refused(self, text, output="out.cpp"):
        answer = self.write(text, output)
        self.assertNotEqual(answer.returncode, 0, (self.folder / "plain").read_text() if answer.returncode == 0 else "")
        self.assertFalse((self.folder / output).exists())
        return answer.stderr.removeprefix(str(self.folder / "in.cppm")).strip()

    def unit(self, text):
        return self.projected("export module a.b;\n" + text, "a/b/b.hpp").removeprefix("#pragma once\n")

    def refused_unit(self, text):
        return self.refused("export module a.b;\n" + text, "a/b/b.hpp")

    def test_a_primary_unit_becomes_a_header_line_for_line(self):
        text = "/// What.\nmodule;\n#include <x>\n\nexport module a.b;  // here\n\nexport import :c;\nimport a;\nexport struct S {};\n"
        header = "/// What.\n#pragma once\n#include <x>\n\n  // here\n\n#include <a/b/c.hpp>\n#include <a/a.hpp>\nstruct S {};\n"
        self.assertEqual(self.projected(text, "a/b/b.hpp"), header)

    def test_diagnostics_point_at_the_source(self):
        self.write("export module a.b;\n", "a/b/b.hpp")
        first = (self.folder / "a/b/b.hpp").read_text().splitlines()[0]
        self.assertEqual(first, f'#line 1 "{(self.folder / "in.cppm").resolve().as_posix()}"')

    def test_export_goes_wherever_it_leads_a_declaration(self):
        text = "export {\n  int f();\n}\nexport namespace n { export template <class T> struct X; }\nexport using U = int;\n"
        header = 'extern "C++" {\n  int f();\n}\nnamespace n { template <class T> struct X; }\nusing U = int;\n'
        self.assertEqual(self.unit(text), header)

    def test_a_name_that_its_own_namespace_exports_is_there_already(self):
        text = "export namespace n {\nusing n::X;\nusing n::operator==;\nusing m::Y;\nusing Z = n::X;\nnamespace o { using n::o::f; using n::g; }\n}\n"
        header = "namespace n {\n\n\nusing m::Y;\nusing Z = n::X;\nnamespace o {  using n::g; }\n}\n"
        self.assertEqual(self.unit(text), header)
        others = "namespace {\nusing U = int;\n}\nnamespace n::o {\nusing n::X;\nstruct S { using V = n::o::X; };\n}\n"
        self.assertEqual(self.unit(others), others)

    def test_an_implementation_unit_includes_its_interface(self):
        text = "module;\n#include <x>\nmodule a.b;\nimport a;\nimport :c;\nint f() { return 1; }\n"
        source = "\n#include <x>\n#include <a/b/b.hpp>\n#include <a/a.hpp>\n#include <a/b/c.hpp>\nint f() { return 1; }\n"
        self.assertEqual(self.projected(text), source)

    def test_a_program_includes_what_it_imports(self):
        text = '#include "x.hpp"\nimport a.b;\nimport <vector>;\nimport "y.hpp";\nint main() {}\n'
        source = '#include "x.hpp"\n#include <a/b/b.hpp>\n#include <vector>\n#include "y.hpp"\nint main() {}\n'
        self.assertEqual(self.projected(text), source)

    def test_words_that_only_look_like_directives_stay(self):
        text = (
            "// import a.b;\n/* export module x;\nimport y; */\n"
            'const char* s = "\\\nimport a;"; const char* r = R"x(\nexport import a;\n)x";\n'
            "#define M import a;\nint module = 1'000; int import(int); int x = module;\n"
        )
        self.assertEqual(self.projected(text), text)

    def test_what_cannot_be_placed_is_an_error_with_its_line(self):
        for text, line, why in [
            ("\nimport b;\n", 2, "unknown module 'b'"),
            ("import a.bb;\n", 1, "did you mean 'a.b'?"),
            ("import a; import a.b;\n", 1, "one on a line"),
            ("int x; import a;\n", 1, "not the first word on its line"),
            ("import\na;\n", 1, "not one whole directive"),
            ("import a [[maybe_unused]];\n", 1, "cannot place"),
            ("import :c;\n", 1, "belongs to no module"),
            ("export int f();\n", 1, "outside of a module's interface"),
            ("module;\nint x;\n", 1, "no module declaration"),
            ("import a;\nmodule a.b;\n", 1, "before the module declaration"),
            ("module a.b;\nmodule a;\n", 2, "a second module declaration"),
            ("module b;\n", 1, "implements the unknown module 'b'"),
            ("/* never ends\n", 1, "a comment does not end"),
        ]:
            with self.subTest(text=text):
                said = self.refused(text)
                self.assertTrue(said.startswith(f":{line}: error:"), said)
                self.assertIn(why, said)

    def test_what_a_unit_must_not_say_is_an_error_with_its_line(self):
        for text, line, why in [
            ("import :d;\n", 2, "unknown partition 'a.b:d'"),
            ("import a.b;\n", 2, "imports itself"),
            ("module :private;\n", 2, "private module fragment"),
            ("int export f();\n", 2, "does not start a declaration"),
            ("namespace n {\n\nint f() { return 1; }\n}\n", 4, "the function 'int f' is defined"),
            ("namespace n {\nint x = f(1);\n}\n", 3, "the variable 'int x = f' is defined"),
            ("export {\n  X::X() : y{1} {}\n}\n", 3, "is defined"),
            ("template <>\nint f<1>() { return 1; }\n", 3, "is defined"),
            ("template struct X<int>;\n", 2, "explicit instantiation"),
            ("namespace n {\n", 2, "never closed"),
        ]:
            with self.subTest(text=text):
                said = self.refused_unit(text)
                self.assertTrue(said.startswith(f":{line}: error:"), said)
                self.assertIn(why, said)

    def test_what_may_be_defined_in_every_file_may_be_in_a_unit(self):
        text = """namespace n {
int f();
inline int g() { return 1; }
constexpr int h(int x = {}) noexcept(true) { return x; }
inline constexpr int x = [] { return 1; }();
const double y = 1.0;
extern int z;
enum class E : int { a, b };
struct S { int f() { return 1; } static int g() { return 2; } };
template <class T> requires requires(T t) { t.f(); } int k(T t) { return t.f(); }
template <class T> struct V { V() : a{1} {} int a; };
template <class T> V<T>::V() : a{1}, b{2} {}
template <class T> concept C = requires(T a) { { a + a } -> std::same_as<T>; };
template <> struct V<int> { int a; };
template <> inline int k<int>(int) { return 1; }
template <class T> inline constexpr bool w = [] { if (true) { return true; } return false; }();
using W = V<double>;
static_assert([] { return true; }());
class D;
extern "C" { int c(); }
bool operator==(const S&, const S&) = default;
}
"""
        self.assertEqual(self.unit(text), text)

    def test_a_header_that_imports_must_be_named(self):
        (self.folder / "own.hpp").write_text("import a;\n")
        (self.folder / "plain.hpp").write_text("int x;\n")
        answer = self.write('#include "own.hpp"\n#include "plain.hpp"\n')
        self.assertIn(':1: error: "own.hpp" has imports and is not among the sources', answer.stderr)
        answer = self.write('#include "own.hpp"\n', own=[self.folder / "own.hpp"])
        self.assertEqual(answer.stderr, "")

    def test_what_is_unchanged_keeps_its_time(self):
        self.write("import a;\n")
        before = (self.folder / "out.cpp").stat().st_mtime_ns
        self.write("import a;\n")
        self.assertEqual((self.folder / "out.cpp").stat().st_mtime_ns, before)

    def test_a_module_that_is_renamed_is_an_error(self):
        self.assertIn("run cmake again", self.refused("export module a;\n", "a/b/b.hpp"))

    def test_modules_are_found_in_their_sources(self):
        for name, text in [("x.cppm", "export module a.b;\n"), ("y.cppm", "module a.b:c;\n"), ("z.cpp", "module a.b;\n")]:
            (self.folder / name).write_text(text)
        answer = self.run_script("scan", self.folder / "x.cppm", self.folder / "y.cppm")
        self.assertEqual(
            answer.stdout, f"a.b\ta/b/b.hpp\t{self.folder / 'x.cppm'}\na.b:c\ta/b/c.hpp\t{self.folder / 'y.cppm'}\n"
        )
        self.assertIn("lacks 'export module name;'", self.run_script("scan", self.folder / "z.cpp").stderr)

    def test_a_missing_a_stale_and_a_superfluous_header_are_errors(self):
        units, headers = self.folder / "units", self.folder / "headers"
        units.mkdir()
        (units / "b.cppm").write_text("export module a.b;\n")

        def checked():
            return self.run_script("check", "--map", self.map, "--sources", units, "--headers", headers)

        self.assertIn("has no header", checked().stderr)
        self.run_script("write", units / "b.cppm", headers / "a/b/b.hpp", "--map", self.map)
        self.assertEqual(checked().stdout, "1 module units, 1 headers\n")
        (headers / "a/b/old.hpp").write_text("")
        self.assertIn("comes from no module unit", checked().stderr)
        (headers / "a/b/old.hpp").unlink()
        (units / "b.cppm").write_text("export module a.b;\nexport int f();\n")
        self.assertIn("differs from its header", checked().stderr)


if __name__ == "__main__":
    unittest.main()
