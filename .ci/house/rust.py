"""Reads the text of one Rust file: what is code, what is a test, its modules, imports, paths and matches.

Everything keeps its place: what is left out becomes blanks, so that a position is a line of the file. This is no
parser of Rust. It knows comments, strings, brackets and the few items the rules are about; formatted code suffices.
"""

import re
from bisect import bisect_right

# In this order: what begins first is what it is. Block comments nest and are closed by hand.
SKIPPED = re.compile(
    r"""(?P<line>//[^\n]*)|(?P<block>/\*)
      |(?P<raw>\b[bc]?r(?P<hashes>\#*)".*?"(?P=hashes))
      |(?P<text>\b[bc]?"(?:\\.|[^"\\])*"|"(?:\\.|[^"\\])*")
      |(?P<char>'(?:\\(?:u\{[0-9a-fA-F_]+\}|x..|.)|[^\\'\n])')""",
    re.X | re.S,
)
PATH_IN_TEXT = re.compile(r"(?:crate|super|self)(?:::\w+)+\Z")
TESTS_ONLY = re.compile(r"#\[cfg\((?:test|all\(test\b[^\]]*)\)\]")
ATTRIBUTE = re.compile(r"\s*#\[")
MODULE = re.compile(r"\bmod\s+(\w+)\s*([;{])")
TABLE = re.compile(r"\btable!\s*\{")
TABLE_NAME = re.compile(r"\s*(?:use[^;]+;\s*|#\[[^\]]*\]\s*)*(\w+)\s*[({]")
USE = re.compile(r"(?<![\w$])use\s+([^;]+);")
PATH = re.compile(r"(?<![\w:.$])(\$?crate|[a-z_]\w*)((?:\s*::\s*\w+)+)")
MACRO = re.compile(r"\bmacro_rules!\s*(\w+)\s*\{")
CALL = re.compile(r"\b(\w+)!")
VISIBLE_IN = re.compile(r"\bpub\s*\(in[^)]*\)")


def blank(text):
    """As many blanks, with the line ends where they were."""
    return re.sub(r"[^\n]", " ", text)


def cut(text, spans):
    """The text with these spans blank."""
    parts, last = [], 0
    for start, end in sorted(spans):
        if start >= last:
            parts += [text[last:start], blank(text[start:end])]
            last = end
    return "".join(parts) + text[last:]


def skipped(text):
    """Comments and strings, one after the other."""
    at = 0
    while at is not None:
        start, at = at, None
        for found in SKIPPED.finditer(text, start):
            yield found
            if found["block"]:
                at = end_of_comment(text, found.start())
                break


def end_of_comment(text, at):
    """The end of a block comment that begins here; they nest."""
    depth = 0
    for mark in re.compile(r"/\*|\*/").finditer(text, at):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(text)


def brackets(code):
    """Each opening bracket's closing one."""
    closes, open_ = {}, []
    for mark in re.finditer(r"[()\[\]{}]", code):
        if mark.group() in "([{":
            open_.append(mark.start())
        elif open_:
            closes[open_.pop()] = mark.start()
    return closes


def tree(text, prefix=()):
    """The paths of a use tree with the names they get: `a::{b, c as d}` is (a, b) as b and (a, c) as d."""
    parts, depth, start = [], 0, 0
    for at, sign in enumerate(text):
        depth += (sign == "{") - (sign == "}")
        if sign == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    for part in [*parts, text[start:]]:
        part = part.strip()
        if "{" in part:
            head, inner = part.split("{", 1)
            yield from tree(inner.rsplit("}", 1)[0], prefix + names(head))
        elif part:
            path, _, alias = (side.strip() for side in re.sub(r"\s+as\s+", "@", part).partition("@"))
            path = prefix + names(path)
            if path[-1] == "self" and len(path) > 1:
                path = path[:-1]
            yield path, alias or path[-1]


def names(path):
    """The names of a written path."""
    return tuple(name.strip() for name in path.strip().removesuffix("::").split("::")) if path.strip() else ()


class Source:
    """One file. `said` has no comments, `code` neither comments nor the insides of strings; both without tests."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        comments, strings, self.paths_in_text = [], [], []
        for found in skipped(text):
            start, end = found.span()
            if found["line"] or found["block"]:
                comments.append((start, end if found["line"] else end_of_comment(text, start)))
            else:
                strings.append((start, end))
                if inner := PATH_IN_TEXT.match(found.group().strip('"')):
                    self.paths_in_text.append((start, names(inner.group())))
        self.all_said = cut(text, comments)
        self.all_code = VISIBLE_IN.sub(lambda m: blank(m.group()), cut(self.all_said, strings))
        self.closes = brackets(self.all_code)
        tests = list(self._tests())
        self.code, self.said = cut(self.all_code, tests), cut(self.all_said, tests)
        self.tests = "".join(self.all_said[start:end] for start, end in tests)
        self.modules, self.all_modules = list(self._modules(self.code)), list(self._modules(self.all_code))
        self.macros = [
            (found[1], found.end(), self.closes.get(found.end() - 1, len(text))) for found in MACRO.finditer(self.code)
        ]
        self.uses = [(use.start(), *path) for use in USE.finditer(self.code) for path in tree(use[1])]
        self.inline = list(self._inline())
        self._lines = [found.end() for found in re.finditer(r"\n", text)]

    def line(self, at):
        """The line of a position."""
        return bisect_right(self._lines, at) + 1

    def _tests(self):
        """The spans of what is only compiled for tests: an attribute, and the item after it."""
        for found in TESTS_ONLY.finditer(self.all_code):
            at = found.end()
            while more := ATTRIBUTE.match(self.all_code, at):
                at = self.closes.get(more.end() - 1, more.end()) + 1
            while at < len(self.all_code) and self.all_code[at] not in ";{":
                at = self.closes.get(at, at) + 1
            yield found.start(), self.closes.get(at, at) + 1

    def _modules(self, code):
        """The modules in it: (position, name, end of the body or none when it is another file, `#[path]`)."""
        for found in MODULE.finditer(code):
            if found[2] == "{":
                yield found.start(), found[1], self.closes.get(found.end() - 1, len(code)), None
                continue
            begins = max(code.rfind(sign, 0, found.start()) for sign in ";}")
            path = re.search(r'#\[path\s*=\s*"([^"]+)"\]', self.all_said[begins + 1 : found.start()])
            yield found.start(), found[1], None, path and path[1]
        for found in TABLE.finditer(code):  # diesel makes a module of each table
            if name := TABLE_NAME.match(code, found.end()):
                yield found.start(), name[1], self.closes.get(found.end() - 1, len(code)), None

    def _inline(self):
        """The paths written outside imports: (position, path). Attributes that name one in a string are among them."""
        bare = USE.sub(lambda m: blank(m.group()), self.code)
        for found in PATH.finditer(bare):
            yield found.start(), (found[1],) + names(found[2].strip().removeprefix("::"))
        for at, path in self.paths_in_text:
            if self.said[at] == '"':
                yield at, path

    def matches(self):
        """Its match expressions: lists of arms, (position, pattern, whether a guard narrows it)."""
        for found in re.finditer(r"\bmatch\b", self.code):
            at = found.end()
            while at < len(self.code) and self.code[at] not in "{;":
                at = self.closes.get(at, at) + 1
            if end := self.closes.get(at):
                yield list(self._arms(at + 1, end))

    def _arms(self, at, end):
        while at < end:
            start = at
            while at < end and self.code[at : at + 2] != "=>":
                at = self.closes.get(at, at) + 1
            if at >= end:
                return
            pattern, guard, _ = re.split(r"(\bif\b|\Z)", self.code[start:at], maxsplit=1)
            yield start + len(pattern) - len(pattern.lstrip()), pattern.strip(), bool(guard)
            at += 2
            while at < end and self.code[at].isspace():
                at += 1
            block = self.code[at] == "{"
            while at < end and self.code[at] != ",":
                at = self.closes.get(at, at) + 1
                if block and not self.code[at:end].lstrip().startswith((",", ".", "?")):
                    break
            at += at < end and self.code[at] == ","
