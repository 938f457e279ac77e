#!/usr/bin/env python3
"""Projects C++20 modules to headers, for compilers without modules.

  project.py scan  SOURCE...                          prints "module<TAB>header<TAB>source" for each module unit among them
  project.py write SOURCE OUTPUT --map FILE           writes the header of a module unit, or a source with includes for imports
                   [--plain OUTPUT]                   the same without #line, for installing
                   [--own FILE...]                    headers that are projected beside SOURCE
  project.py check --map FILE --sources FOLDER --headers FOLDER
                                                      compares folders of module units and of headers

The unit of module a.b becomes the header a/b/b.hpp, its partition a.b:c becomes a/b/c.hpp, and module a alone is a/a.hpp. An
import becomes the include of that header, `export` goes, and so does what only exports a name, as `using n::x;` does in namespace
n; all else stays, line for line. What a header must not hold is an error: a function or a variable that every file would define
anew, and whatever this script cannot place.
"""

import argparse
import pathlib
import re
import sys

TOKEN = re.compile(
    r"""(?P<space>[ \t\f\v\r]+|\\\r?\n)
      | (?P<newline>\n)
      | (?P<comment>//(?:\\\r?\n|[^\n])*|/\*.*?\*/)
      | (?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")
      | (?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*")
      | (?P<character>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
      | (?P<number>\.?[0-9](?:[eEpP][+-]|'[0-9A-Za-z_]|[0-9A-Za-z_.])*)
      | (?P<name>[^\W\d]\w*)
      | (?P<mark>::|->|\[\[|\]\]|.)""",
    re.VERBOSE | re.DOTALL,
)
MODULE_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
OPENING = {"(": ")", "[": "]", "{": "}", "[[": "]]"}
CLOSING = set(OPENING.values())
# What takes parentheses and is no function.
NO_PARAMETERS = {"alignas", "decltype", "noexcept", "explicit", "requires", "__attribute__"}


class Trouble(Exception):
    """What is wrong, with the file and the line."""

    def __init__(self, path, line, what):
        super().__init__(f"{path}:{line}: error: {what}")


class Token:
    __slots__ = ("kind", "text", "start", "line", "first")

    def __init__(self, kind, text, start, line, first):
        self.kind, self.text, self.start, self.line = kind, text, start, line
        self.first = first  # the first on its line

    @property
    def end(self):
        return self.start + len(self.text)


def tokens_of(path, text):
    """The tokens of a file without space and comments; a preprocessor directive is one token."""
    result = []
    position, line, first = 0, 1, True
    while position < len(text):
        if first and text[position] == "#":
            # A directive ends with its line, unless a comment or a backslash carries it on.
            end = position
            while end < len(text) and text[end] != "\n":
                match = TOKEN.match(text, end)
                comment = match is not None and match.lastgroup in ("comment", "space", "string", "raw")
                end = match.end() if comment else end + 1
            token = Token("directive", text[position:end], position, line, True)
        else:
            match = TOKEN.match(text, position)
            token = Token(match.lastgroup, match.group(), position, line, first)
            if token.text == '"':
                raise Trouble(path, line, "a string does not end on its line")
            if token.text == "/" and text.startswith("/*", position):
                raise Trouble(path, line, "a comment does not end")
        if token.kind == "newline":
            first = True
        elif token.kind not in ("space", "comment"):
            first = False
            result.append(token)
        line += token.text.count("\n")
        position = token.end
    return result


def closing(path, tokens, at):
    """The index of the bracket that closes the one at `at`."""
    open_ones = []
    for i in range(at, len(tokens)):
        text = tokens[i].text
        if tokens[i].kind != "mark":
            continue
        if text == "]]" and open_ones and open_ones[-1] == "]":  # the ends of a[b[i]]
            if len(open_ones) < 2 or open_ones[-2] != "]":
                raise Trouble(path, tokens[i].line, "']]' closes what was not opened")
            open_ones = open_ones[:-2]
        elif text in OPENING:
            open_ones.append(OPENING[text])
        elif text in CLOSING:
            if not open_ones or open_ones.pop() != text:
                raise Trouble(path, tokens[i].line, f"'{text}' closes what was not opened")
        if not open_ones:
            return i
    raise Trouble(path, tokens[at].line, f"'{tokens[at].text}' is never closed")


class Edit:
    """Replace text[start:end] with `text`."""

    def __init__(self, start, end, text):
        self.start, self.end, self.text = start, end, text


class Unit:
    """A source, the module it belongs to, and what has to change in it."""

    def __init__(self, path):
        self.path = path
        try:
            with open(path, encoding="utf-8", newline="") as file:
                self.text = file.read()
        except (OSError, UnicodeDecodeError) as reason:
            raise Trouble(path, 1, f"cannot be read: {reason}") from reason
        self.tokens = tokens_of(path, self.text)
        self.name = None  # "a.b" or "a.b:c"
        self.exported = False
        self.imports = []  # (token, what, the end of the directive)
        self.includes = []  # (token, file) of those in quotes
        self.declaration = None  # (start, end) of the module declaration
        self.fragment = None  # (start, end) of "module;"
        self.exports = []  # indices of `export` tokens in front of declarations
        self.find_directives()

    def fail(self, token, what):
        raise Trouble(self.path, token.line, what)

    # True for an interface or a partition, which others import: it becomes a header.
    @property
    def is_header(self):
        return self.name is not None and (self.exported or ":" in self.name)

    @property
    def module(self):
        return None if self.name is None else self.name.partition(":")[0]

    def line_end(self, i):
        """The index after the last token on the line of token i."""
        while i + 1 < len(self.tokens) and not self.tokens[i + 1].first:
            i += 1
        return i + 1

    def find_directives(self):
        tokens = self.tokens
        i = 0
        while i < len(tokens):
            token = tokens[i]
            if token.kind == "directive":
                quoted = re.match(r'#\s*include\s*"([^"]+)"', token.text)
                if quoted:
                    self.includes.append((token, quoted.group(1)))
                i += 1
                continue
            if token.kind != "name" or token.text not in ("export", "import", "module"):
                i += 1
                continue
            at = i
            exported = token.text == "export"
            if exported and at + 1 < len(tokens) and tokens[at + 1].text in ("import", "module"):
                at += 1
            word = tokens[at].text
            if word in ("import", "module") and self.is_directive(i, at):
                i = self.directive(i, at, exported)
            elif exported:
                self.export(i)
                i += 1
            else:
                i += 1

    def starts_declaration(self, i):
        return i == 0 or self.tokens[i - 1].kind == "directive" or self.tokens[i - 1].text in (";", "{", "}")

    # `module` and `import` are ordinary names except where a directive can be.
    def is_directive(self, first, at):
        follows = self.tokens[at + 1] if at + 1 < len(self.tokens) else None
        if first != at:
            return True
        if not self.starts_declaration(first) or follows is None:
            return False
        if follows.text in (";", ":", "<") or follows.kind in ("name", "string"):
            return True
        return False

    def directive(self, first, at, exported):
        token, word = self.tokens[first], self.tokens[at].text
        end = self.line_end(at)
        line = self.text[token.start : self.tokens[end - 1].end]
        if not token.first:
            self.fail(token, f"'{word}' is not the first word on its line: '{line}'")
        body = self.text[self.tokens[at].end : self.tokens[end - 1].end]
        body = re.sub(r"/\*.*?\*/|//.*", " ", body, flags=re.DOTALL) if word == "module" or "<" not in body else body
        if not body.rstrip().endswith(";") or body.count(";") != 1:
            self.fail(token, f"'{line}' is not one whole directive; allowed: one on a line, ended by ';'")
        body = body.strip()[:-1].strip()
        start, stop = token.start, self.tokens[end - 1].end
        if word == "import":
            compact = re.sub(r"\s+", "", body)
            if not re.fullmatch(rf":?{MODULE_NAME}|<[^<>]+>|\"[^\"]+\"", compact):
                self.fail(token, f"cannot place '{line}'; allowed: import name; import :partition; import <header>;")
            self.imports.append((token, compact, stop))
        elif not exported and body == "":
            if self.fragment or self.declaration or first != 0:
                self.fail(token, "'module;' is not the first declaration of the file")
            self.fragment = (start, stop)
        else:
            compact = re.sub(r"\s+", "", body)
            if compact == ":private":
                self.fail(token, "a private module fragment would be in everybody's header; put it into an implementation unit")
            if not re.fullmatch(rf"{MODULE_NAME}(?::{MODULE_NAME})?", compact):
                self.fail(token, f"cannot place '{line}'; allowed: module; export module name; export module name:partition;")
            if self.declaration:
                self.fail(token, f"a second module declaration, '{line}'")
            self.name, self.exported = compact, exported
            self.declaration = (start, stop)
        return end

    def export(self, i):
        token = self.tokens[i]
        follows = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
        if not self.starts_declaration(i):
            self.fail(token, "'export' does not start a declaration")
        if follows is None or not (follows.kind == "name" or follows.text in ("{", "::", "[[")):
            self.fail(token, "'export' is followed by no declaration")
        if not self.exported:
            self.fail(token, "'export' outside of a module's interface")
        self.exports.append(i)

    def check_order(self):
        if self.fragment and not self.declaration:
            raise Trouble(self.path, 1, "'module;' is followed by no module declaration")
        for token, _, _ in self.imports:
            if self.declaration and token.start < self.declaration[0]:
                self.fail(token, "an import before the module declaration")


def header_of(name):
    module, _, partition = name.partition(":")
    folders = module.split(".")
    return "/".join(folders + (partition.split(".") if partition else folders[-1:])) + ".hpp"


# --- what every file that includes a header would define anew


def check_definitions(unit):
    """Functions and variables that break the one-definition rule once they are in a header."""
    tokens = [token for token in unit.tokens if token.kind != "directive"]
    edges = [edge for edge in (unit.fragment, unit.declaration) if edge]
    spans = edges + [(token.start, stop) for token, _, stop in unit.imports]
    tokens = [token for token in tokens if not any(start <= token.start < stop for start, stop in spans)]
    scope_of(unit, tokens, 0, len(tokens))


def scope_of(unit, tokens, i, end):
    while i < end:
        i = declaration(unit, tokens, i, end)


def declaration(unit, tokens, i, end):
    """Reads one declaration at namespace scope, from token i; the index after it."""
    while i < end and tokens[i].text in (";", "export"):
        i += 1
    if i >= end:
        return end
    first = i
    if tokens[i].text == "{":  # export {
        close = closing(unit.path, tokens, i)
        scope_of(unit, tokens, i + 1, close)
        return close + 1
    if tokens[i].text == "template":
        return template(unit, tokens, i, end)
    words = []  # at the declaration's own level
    parameters = None  # where the first list in parentheses starts
    assigned = False
    type_body = False
    while i < end:
        text = tokens[i].text
        if text == ";":
            require_inline(unit, tokens[first], words, parameters is not None, assigned, False, type_body)
            return i + 1
        if text == "{":
            close = closing(unit.path, tokens, i)
            if "namespace" in words or words[:1] == ["extern"] and tokens[i - 1].kind == "string":
                scope_of(unit, tokens, i + 1, close)
                return close + 1
            if parameters is None and not assigned and any(word in words for word in ("class", "struct", "union", "enum")):
                type_body = True
                i = close + 1
                continue
            if parameters is not None and not assigned:
                # Of a constructor, the initialisers of members in braces come before the body.
                follows = tokens[close + 1].text if close + 1 < end else ""
                if ":" in words and (follows in (",", "{") or tokens[i - 1].kind == "name" and follows == ","):
                    i = close + 1
                    continue
                require_inline(unit, tokens[first], words, True, False, True, False)
                return close + 1
            assigned = True
            i = close + 1
            continue
        if text in ("(", "[", "[["):
            close = closing(unit.path, tokens, i)
            if text == "(" and not assigned and not (words and words[-1] in NO_PARAMETERS) and parameters is None:
                parameters = i
            i = close + 1
            continue
        if text == "=" and "operator" not in words[-3:]:
            assigned = True
        words.append(text)
        i += 1
    unit.fail(tokens[first], f"the declaration that starts with '{tokens[first].text}' does not end")
    return end


def template(unit, tokens, i, end):
    """A template is everybody's; a full specialisation of a function or an explicit instantiation is not."""
    first = i
    i += 1
    if i < end and tokens[i].text != "<":
        unit.fail(tokens[first], "an explicit instantiation belongs into an implementation unit")
    lists = 0
    only_empty = True
    while i < end and tokens[i].text == "<":
        depth = 0
        start = i
        while i < end:
            text = tokens[i].text
            if text in OPENING:
                i = closing(unit.path, tokens, i)
            elif text == "<":
                depth += 1
            elif text == ">":
                depth -= 1
            i += 1
            if depth == 0:
                break
        only_empty = only_empty and i - start == 2
        lists += 1
        if i < end and tokens[i].text == "template":
            i += 1
        else:
            break
    if only_empty:
        return declaration(unit, tokens, i, end)
    # To the end of the templated declaration: a ';', or a body that no ';' need follow. A body that is followed by more is
    # part of an expression or of a list of initialisers.
    is_type = False
    is_function = False
    while i < end:
        text = tokens[i].text
        if text == ";":
            return i + 1
        if text in ("class", "struct", "union") and not is_function:
            is_type = True
        if text == "=" and tokens[i - 1].text not in ("operator", "=", "!", "<", ">"):
            is_type = True  # ends with a ';'
        if text in OPENING:
            close = closing(unit.path, tokens, i)
            if text == "(":
                is_function = True
            requires_body = text == "{" and (tokens[i - 1].text == "requires" or follows_requires(tokens, i))
            if text == "{" and not is_type and not requires_body:
                follows = tokens[close + 1].text if close + 1 < end else ""
                if follows not in (",", "{", ";") or follows == "{" and tokens[i - 1].text == ")":
                    return close + 1
                if follows == ";":
                    return close + 2
            i = close + 1
            continue
        i += 1
    unit.fail(tokens[first], "a template does not end")
    return end


def follows_requires(tokens, i):
    """Whether the brace at i is the body of `requires (...) {`."""
    if tokens[i - 1].text != ")":
        return False
    depth = 0
    for j in range(i - 1, -1, -1):
        if tokens[j].text == ")":
            depth += 1
        elif tokens[j].text == "(":
            depth -= 1
            if depth == 0:
                return tokens[j - 1].text == "requires"
    return False


def require_inline(unit, token, words, is_function, assigned, has_body, type_body):
    leading = {"using", "typedef", "static_assert", "asm", "namespace"}
    if not words or words[0] in leading or type_body:
        return
    if is_function and not assigned:
        if has_body and not {"inline", "constexpr", "consteval"} & set(words):
            unit.fail(
                token,
                f"the function '{' '.join(words[:6])}' is defined in an interface unit and is neither inline nor a template: "
                "every file that includes the header would define it; say inline, or move it to an implementation unit",
            )
        return
    allowed = {"inline", "constexpr", "const", "extern", "class", "struct", "union", "enum"}
    if not is_function and not allowed & set(words) and len(words) > 1:
        unit.fail(
            token,
            f"the variable '{' '.join(words[:6])}' is defined in an interface unit and is not inline: every file that includes "
            "the header would define it; say inline",
        )


# --- writing


def read_map(paths):
    """Module name -> header. Lines "module<TAB>header" and what may follow."""
    result = {}
    for path in paths:
        try:
            lines = pathlib.Path(path).read_text(encoding="utf-8").splitlines()
        except OSError as reason:
            raise Trouble(path, 1, f"the list of modules cannot be read: {reason}") from reason
        for number, line in enumerate(lines, 1):
            if not line:
                continue
            fields = line.split("\t")
            if len(fields) < 2:
                raise Trouble(path, number, f"'{line}' is not a module and its header, with a tab between them")
            if result.setdefault(fields[0], fields[1]) != fields[1]:
                raise Trouble(path, number, f"module {fields[0]} has two headers, {result[fields[0]]} and {fields[1]}")
    return result


def nearest(name, known):
    import difflib

    found = difflib.get_close_matches(name, known, 1)
    return f"; did you mean '{found[0]}'?" if found else ""


def include_of(unit, token, what, headers):
    if what[0] in "<\"":
        return what
    if what[0] == ":":
        if unit.name is None:
            unit.fail(token, f"'import {what}' in a file that belongs to no module")
        what = unit.module + what
    if what == unit.name:
        unit.fail(token, f"module {what} imports itself")
    if ":" in what and what not in headers:
        unit.fail(token, f"unknown partition '{what}'{nearest(what, headers)}; is its file among the MODULES of its target?")
    if what not in headers:
        unit.fail(token, f"unknown module '{what}'{nearest(what, headers)}; known: {', '.join(sorted(headers)) or 'none'}")
    return f"<{headers[what]}>"


def own_names(unit):
    """Spans of declarations such as `namespace n { using n::x; }`: they export a name, and declare nothing in a header."""
    tokens = unit.tokens
    scopes = []  # of a namespace with a name what is said before its members, or None
    i = 0
    while i < len(tokens):
        text = tokens[i].text
        if text == "namespace" and (i == 0 or tokens[i - 1].text != "using"):
            names = []
            while i + 1 < len(tokens) and (tokens[i + 1].kind == "name" or tokens[i + 1].text == "::"):
                i += 1
                names.append(tokens[i].text)
            if i + 1 < len(tokens) and tokens[i + 1].text == "{":
                scopes.append([*names, "::"] if names else None)
                i += 1
        elif text == "{":
            scopes.append(None)
        elif text == "}" and scopes:
            scopes.pop()
        elif text == "using" and scopes and None not in scopes and unit.starts_declaration(i):
            path = sum(scopes, [])
            end = next((j for j in range(i, len(tokens)) if tokens[j].text == ";"), len(tokens) - 1)
            named = [token.text for token in tokens[i + 1 : end]]
            rest = named[len(path) :]
            if named[: len(path)] == path and rest and "::" not in rest:
                yield tokens[i].start, tokens[end].end
            i = end
        i += 1


def edits_of(unit, headers):
    edits = []
    once = "#pragma once"
    if unit.fragment:
        edits.append(Edit(*unit.fragment, once if unit.is_header else ""))
    if unit.declaration:
        if unit.is_header:
            edits.append(Edit(*unit.declaration, "" if unit.fragment else once))
        else:
            if unit.name not in headers:
                raise Trouble(
                    unit.path,
                    unit.text.count("\n", 0, unit.declaration[0]) + 1,
                    f"implements the unknown module '{unit.name}'{nearest(unit.name, headers)}; "
                    f"known: {', '.join(sorted(headers)) or 'none'}",
                )
            edits.append(Edit(*unit.declaration, f"#include <{headers[unit.name]}>"))
    for token, what, stop in unit.imports:
        edits.append(Edit(token.start, stop, f"#include {include_of(unit, token, what, headers)}"))
    for i in unit.exports:
        token, follows = unit.tokens[i], unit.tokens[i + 1]
        if follows.text == "{":
            edits.append(Edit(token.start, token.end, 'extern "C++"'))
        else:
            between = unit.text[token.end : follows.start]
            edits.append(Edit(token.start, token.end if "\n" in between or "/" in between else follows.start, ""))
    if unit.is_header:
        edits += [Edit(start, end, "") for start, end in own_names(unit)]
    return sorted(edits, key=lambda edit: edit.start)


def projected(unit, headers):
    pieces, position = [], 0
    for edit in edits_of(unit, headers):
        pieces += [unit.text[position : edit.start], edit.text]
        # Line for line: a directive that spans lines keeps them.
        pieces.append("\n" * unit.text.count("\n", edit.start, edit.end))
        position = edit.end
    return "".join(pieces + [unit.text[position:]])


def check_includes(unit, own):
    """A header in quotes that has imports itself is of use only if it is projected too."""
    folder = pathlib.Path(unit.path).resolve().parent
    for token, file in unit.includes:
        beside = folder / file
        if not beside.is_file():
            continue
        if unit.is_header:
            unit.fail(
                token,
                f'"{file}" lies beside this module unit, and would not beside its header; include it by <...> from an include '
                "folder, or make it a partition",
            )
        if beside.resolve() not in own and Unit(str(beside)).imports:
            unit.fail(token, f'"{file}" has imports and is not among the sources of the target; name it there, as a header')


def write_if_different(path, text):
    path = pathlib.Path(path)
    try:
        with open(path, encoding="utf-8", newline="") as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def quoted(path):
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'


def write(arguments):
    headers = read_map(arguments.map)
    unit = Unit(arguments.source)
    unit.check_order()
    if unit.is_header:
        expected = headers.get(unit.name)
        if expected is None or not pathlib.PurePath(arguments.output).as_posix().endswith(expected):
            line = unit.text.count("\n", 0, unit.declaration[0]) + 1
            raise Trouble(
                unit.path,
                line,
                f"declares module '{unit.name}', which was not in this file when CMake ran; run cmake again",
            )
        check_definitions(unit)
    check_includes(unit, {pathlib.Path(path).resolve() for path in arguments.own})
    text = projected(unit, headers)
    write_if_different(arguments.output, f"#line 1 {quoted(pathlib.Path(unit.path).resolve().as_posix())}\n" + text)
    if arguments.plain:
        write_if_different(arguments.plain, text)


def scan(arguments):
    seen = {}
    for source in arguments.sources:
        unit = Unit(source)
        unit.check_order()
        if not unit.is_header:
            raise Trouble(source, 1, "is no unit of a module's interface: it lacks 'export module name;'")
        if unit.name in seen:
            raise Trouble(source, 1, f"declares module '{unit.name}', as {seen[unit.name]} does")
        seen[unit.name] = source
        print(unit.name, header_of(unit.name), source, sep="\t")


def check(arguments):
    """Every module unit under `sources` has its header under `headers`, and there is nothing else."""
    headers = read_map(arguments.map)
    sources = sorted(pathlib.Path(arguments.sources).rglob("*.cppm"))
    folder = pathlib.Path(arguments.headers)
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*.hpp")}
    expected = set()
    for source in sources:
        unit = Unit(str(source))
        header = header_of(unit.name) if unit.is_header else None
        if header is None or headers.get(unit.name) != header:
            raise Trouble(source, 1, f"module unit '{unit.name}' is in no target: it is in no list of MODULES")
        expected.add(header)
        if header not in found:
            raise Trouble(source, 1, f"has no header: {folder / header} is missing")
        text = (folder / header).read_text(encoding="utf-8")
        lines = text.splitlines()
        plain = text[len(lines[0]) + 1 :] if lines and lines[0].startswith("#line") else text
        if plain != projected(unit, headers):
            raise Trouble(source, 1, f"differs from its header {folder / header}")
        if "#pragma once" not in plain:
            raise Trouble(folder / header, 1, "lacks #pragma once")
        left = Unit(str(folder / header))
        if left.imports or left.exports or left.fragment or left.declaration:
            raise Trouble(folder / header, 1, "still has words of modules")
    for header in sorted(found - expected):
        raise Trouble(folder / header, 1, f"comes from no module unit under {arguments.sources}")
    print(f"{len(sources)} module units, {len(found)} headers")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("scan")
    command.add_argument("sources", nargs="+")
    command.set_defaults(run=scan)
    command = commands.add_parser("write")
    command.add_argument("source")
    command.add_argument("output")
    command.add_argument("--map", action="append", default=[])
    command.add_argument("--plain")
    command.add_argument("--own", nargs="*", default=[])
    command.set_defaults(run=write)
    command = commands.add_parser("check")
    command.add_argument("--map", action="append", default=[])
    command.add_argument("--sources", required=True)
    command.add_argument("--headers", required=True)
    command.set_defaults(run=check)
    arguments = parser.parse_args()
    try:
        arguments.run(arguments)
    except Trouble as trouble:
        sys.exit(str(trouble))


if __name__ == "__main__":
    main()
