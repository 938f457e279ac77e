"""Tests of cmake/cuda/compile_both_sides.py that need no compiler: what it takes from CMake's commands and from sources."""

import importlib.util
import pathlib
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "cmake/cuda/compile_both_sides.py"
specification = importlib.util.spec_from_file_location("compile_both_sides", SCRIPT)
script = importlib.util.module_from_spec(specification)
sys.dont_write_bytecode = True
specification.loader.exec_module(script)


NO_TEXTURES = "#define __CLANG_CUDA_TEXTURE_INTRINSICS_H__"


class Sources(unittest.TestCase):
    def source(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.cpp"
            path.write_text(text)
            return script.Source(path)

    def test_module_units_are_told_from_other_sources(self):
        for text in [
            "module;\n#include <a>\nexport module a;\n",
            "/// what it is for\nexport module a.b:c;\n",
            "module a;\n",
            "/* old */ module a; // new\n",
            "#define X 1\nmodule;\nexport module a;\n",
            "export\n  module a;\n",
        ]:
            self.assertTrue(self.source(text).is_module_unit, text)
        for text in [
            "// module a;\n#include <x>\nimport a;\n",
            "#define A \\\n  module b;\nimport a;\nint main() {}\n",
            'auto text = R"(\nmodule a;\n)";\n',
            "int module = 1;\nmodule = 2;\n",
            "module_count = 3;\n",
            "",
        ]:
            self.assertFalse(self.source(text).is_module_unit, text)

    def test_headers_come_first_in_the_global_module_fragment_and_lines_stay(self):
        source = self.source("// one\nmodule;  // two\n#include <a>\nexport module a;\n")
        self.assertEqual(
            source.with_headers(["w"]).splitlines(),
            ["// one", "module;  // two", NO_TEXTURES, "#include <w>", f'#line 3 "{source.path}"', "#include <a>", "export module a;"],
        )

    def test_a_unit_without_a_global_module_fragment_gets_one(self):
        source = self.source("/// doc\nexport module a;\n")
        self.assertEqual(
            source.with_headers(["w"]).splitlines(),
            ["module;", NO_TEXTURES, "#include <w>", f'#line 1 "{source.path}"', "/// doc", "export module a;"],
        )


class Commands(unittest.TestCase):
    def test_what_cmake_says_of_modules_is_taken_out_of_the_command(self):
        with tempfile.TemporaryDirectory() as folder:
            modmap = pathlib.Path(folder) / "x.modmap"
            modmap.write_text("-x c++-module\n-fmodule-output=out/a.pcm\n-fmodule-file=b:c=out/b-c.pcm\n")
            command = script.Command(
                ["clang++", "-O2", "-x", "cuda", "-MD", "-MF", "x.d", f"@{modmap}", "-o", "x.o", "-c", "x.cppm"]
            )
        self.assertEqual(command.rest, ["-O2", "-MD", "-MF", "x.d"])
        self.assertEqual(command.imports, {"b:c": "out/b-c.pcm"})
        self.assertEqual((command.bmi, command.output, command.source), ("out/a.pcm", "x.o", "x.cppm"))
        self.assertEqual((command.language, command.depfile, command.bmi_only), ("cuda", "x.d", False))

    def test_precompile_asks_for_the_interface_alone(self):
        command = script.Command(["clang++", "-x", "cuda", "--precompile", "-o", "x.bmi", "-c", "x.cppm"])
        self.assertTrue(command.bmi_only)

    def test_the_bmi_of_the_device_lies_beside_that_of_the_host(self):
        self.assertEqual(script.device_bmi("out/kobie.batch-solver.pcm"), "out/kobie.batch-solver.device.pcm")

    def test_initializers_are_mangled_by_the_parts_of_the_name(self):
        self.assertEqual(script.initializer("kobie.buffers"), "_ZGIW5kobieW7buffers")
        self.assertEqual(script.initializer("kobie"), "_ZGIW5kobie")
        self.assertEqual(script.initializer("kobie.batch:kernel"), "_ZGIW5kobieW5batchWP6kernel")


if __name__ == "__main__":
    unittest.main()
