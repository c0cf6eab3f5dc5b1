"""The modules of a crate, as its `mod` items make them, and the arrows between its files.

An arrow goes from the file that names something to the file that declares it: a `pub use` on the way is followed.
The list of queries is compiled once a database, so a file may be several modules; its arrows are those of all.
"""

import os
from collections import defaultdict, deque

from rust import CALL, Source


class Crate:
    """A crate of the house: `files` by path, `arrows` as {file: {file: line}}, `wrong` as (file, line, what)."""

    def __init__(self, name, files, read):
        self.name, self.src = name, f"{name}/src"
        self.there = {path for path in files if path.startswith(f"{self.src}/") and path.endswith(".rs")}
        self.read, self.files, self.tests, self.wrong = read, {}, set(), []
        # by module path; `home` is the module a file is, of those inside it too
        self.modules, self.home, self.names = {}, {}, defaultdict(dict)
        for root, at in (("lib", ()), ("main", ("main",))):  # a binary beside the library is a crate of its own
            if f"{self.src}/{root}.rs" in self.there:
                self._mount(f"{self.src}/{root}.rs", at, self.src)
        for path in sorted(self.there - set(self.files) - self.tests):
            self.wrong.append((path, 1, "no `mod` names it"))
        self._import()
        self._resolved, self.arrows = {}, defaultdict(dict)
        for at, path in self.modules.items():
            if self.home[at] == at:
                self._point(path, at)

    def room(self, path):
        """A file's place in the crate, without its ending: `order/routes/place`."""
        return path[len(self.src) + 1 : -len(".rs")].removesuffix("/mod")

    def is_root(self, path):
        """Whether it is the list of the crate's modules."""
        return self.room(path) in ("lib", "main")

    # --- modules ------------------------------------------------------------------------------------------

    def _mount(self, path, at, folder, test=False):
        """Takes a file as the module `at`; the files of its `mod` items are in `folder`."""
        source = self.files.get(path) or Source(path, self.read(path))
        if test:
            self.tests.add(path)
        else:
            self.files[path], self.modules[at], self.home[at] = source, path, at
        seen, spans = set(), []
        for modules, tests in ((source.modules, test), (source.all_modules, True)):
            for pos, name, end, attribute in modules:
                if pos in seen:
                    continue
                seen.add(pos)
                outer = tuple(name for start, stop, name in spans if start < pos < stop)
                if end is not None:
                    spans.append((pos, end, name))
                    if not tests:
                        inner = (*at, *outer, name)
                        self.modules[inner], self.home[inner] = path, at
                    continue
                file = self._file(path, os.path.join(folder, *outer, name), attribute)
                if file is None:
                    self.wrong.append((path, source.line(pos), f"`mod {name}` has no file"))
                    continue
                alone = attribute or file.endswith("/mod.rs")
                below = os.path.dirname(file) if alone else file.removesuffix(".rs")
                self._mount(file, (*at, *outer, name), below, tests)
        if not test:
            source.spans = spans

    def _file(self, path, place, attribute):
        """The file of a `mod` item of `path`: where `#[path]` says, or at its place."""
        places = [f"{place}.rs", f"{place}/mod.rs"]
        if attribute:
            places = [os.path.normpath(os.path.join(os.path.dirname(path), attribute))]
        return next((place for place in places if place in self.there), None)

    def module_at(self, path, at, pos):
        """The module of a position of a file that is mounted as `at`."""
        return at + tuple(name for start, end, name in self.files[path].spans if start < pos < end)

    # --- names --------------------------------------------------------------------------------------------

    def _import(self):
        """What each module imports, by the name it gets; and what macros bring into the files that call them."""
        brought = defaultdict(list)
        for source in self.files.values():
            for pos, path, name in source.uses:
                for macro, start, end in source.macros:
                    if start < pos < end and path[0] in ("$crate", "crate"):
                        brought[macro].append((name, path))
        for at, file in self.modules.items():
            if self.home[at] != at:
                continue
            source = self.files[file]
            for pos, path, name in source.uses:
                if any(start < pos < end for _, start, end in source.macros):
                    continue
                here = self.module_at(file, at, pos)
                self.names[here].setdefault(name, []).append(path)
            for macro in {found[1] for found in CALL.finditer(source.code)} & set(brought):
                for name, path in brought[macro]:
                    self.names[at].setdefault(name, []).append(path)

    def resolve(self, at, path):
        """The modules that declare what `path` names in module `at`; none for another crate's."""
        if (at, path) not in self._resolved:
            self._resolved[at, path] = frozenset(self._resolve(at, path, set()))
        return self._resolved[at, path]

    def _resolve(self, at, path, seen):
        """The same, without those on the way (`seen`): imports may lead in a circle."""
        if (at, path) in seen:
            return set()
        seen.add((at, path))
        head, rest = path[0], path[1:]
        if head in ("crate", "$crate"):
            base = ()
        elif head == "self":
            base = at
        elif head == "super":
            base = at[:-1]
        elif (*at, head) in self.modules:
            base, rest = at, path
        else:
            found = [self._resolve(at, target + rest, seen) for target in self.names[at].get(head, ())]
            return set().union(*found)
        while rest and rest[0] == "super":
            base, rest = base[:-1], rest[1:]
        while rest and (*base, rest[0]) in self.modules:
            base, rest = (*base, rest[0]), rest[1:]
        if base not in self.modules:
            return set()
        # what it only passes on is declared elsewhere
        passed = self.names[base].get(rest[0], ()) if rest else ()
        return set().union(*(self._resolve(base, target + rest[1:], seen) for target in passed)) or {base}

    # --- arrows -------------------------------------------------------------------------------------------

    def _point(self, file, at):
        """The arrows of a file that is the module `at`."""
        source = self.files[file]
        heads = set()
        for pos, path in source.inline:
            heads.add(path[0])
            self._arrow(file, source.line(pos), self.resolve(self.module_at(file, at, pos), path))
        for pos, path, name in source.uses:
            here = self.module_at(file, at, pos)
            path = path[:-1] if name == "*" else path
            found = self.resolve(here, path) if path else ()
            # a module that is only the beginning of other paths: those are the arrows
            if not (name in heads and any(module[-1:] == path[-1:] for module in found)):
                self._arrow(file, source.line(pos), found)

    def _arrow(self, file, line, modules):
        for module in modules:
            target = self.modules[module]
            if target != file and not self.is_root(target):
                self.arrows[file][target] = min(line, self.arrows[file].get(target, line))

    def circles(self, without=()):
        """The files that reach each other, each circle with its shortest way round: [(files, [file, …, file])]."""
        arrows = {file: [to for to in targets if (file, to) not in without] for file, targets in self.arrows.items()}
        found = []
        for files in components(arrows):
            ways = (way_round(arrows, start, files) for start in sorted(files))
            found.append((files, min(ways, key=len)))
        return sorted(found, key=lambda circle: sorted(circle[0]))


def way_round(arrows, start, files):
    """The shortest way from a file of a circle back to itself."""
    came, todo = {}, deque([start])
    while todo:
        file = todo.popleft()
        for target in sorted(set(arrows.get(file, ())) & files):
            if target == start:
                way = [file, start]
                while way[0] != start:
                    way.insert(0, came[way[0]])
                return way
            if target not in came:
                came[target] = file
                todo.append(target)
    raise ValueError(f"{start} is on no circle")


def components(arrows):
    """The sets of nodes, of two and more, in which each reaches each: Tarjan's, without recursion."""
    index, low, stack, held, found = {}, {}, [], set(), []
    for root in sorted(arrows):
        todo = [(root, None)] if root not in index else []
        while todo:
            node, targets = todo.pop()
            if targets is None:
                index[node] = low[node] = len(index)
                stack.append(node)
                held.add(node)
                targets = iter(sorted(arrows.get(node, ())))
            for target in targets:
                if target not in index:
                    todo += [(node, targets), (target, None)]
                    break
                if target in held:
                    low[node] = min(low[node], index[target])
            else:
                if low[node] == index[node]:
                    cut = stack.index(node)
                    held -= set(stack[cut:])
                    found.append(set(stack[cut:]))
                    del stack[cut:]
                if todo:
                    low[todo[-1][0]] = min(low[todo[-1][0]], low[node])
    return [nodes for nodes in found if len(nodes) > 1]
