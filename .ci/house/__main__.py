"""Reads the sources of the house and prints what breaks its rules: python3 -B .ci/house [--map]

A line a finding: RULE, a tab, PATH[:LINE]: WHAT. `.ci/architecture` says each rule and its fix. With --map it prints
the arrows between rooms instead, with the number of imports, and every arrow of every circle of files.
"""

import os
import subprocess
import sys
from collections import Counter

import rooms
import rules
import words
from crates import Crate
from lists import Lists

CRATES = ("domain", "persistence", "api")
RULES = (
    rules.floors, rules.circles, words.news, rules.state, words.texts, words.kinds, words.wildcards, rooms.tables,
    rooms.joins, rooms.rooms, rooms.folders, rooms.lengths, rules.routes, rooms.errors,
)


class House:
    """The files, the crates and the lists."""

    def __init__(self):
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], check=True, capture_output=True
        ).stdout.decode()
        self.files = sorted(path for path in set(listed.split("\0")) if path and os.path.isfile(path))
        self.crates = {name: Crate(name, self.files, self.read) for name in CRATES}
        self.lists = Lists(CRATES, self.read)

    @staticmethod
    def read(path):
        """The text of a file; none when there is none."""
        if not os.path.isfile(path):
            return None
        with open(path, encoding="utf-8") as file:
            return file.read()

    def under(self, place):
        """The Rust files of a folder, or the one of that name."""
        return [path for path in self.files if path.endswith(".rs") and path.startswith((f"{place}/", f"{place}."))]

    def crates_with_floors(self):
        """Each crate with its plan."""
        return [(crate, self.lists.floors[name]) for name, crate in self.crates.items()]

    def sources(self):
        """Every file that is compiled outside tests: (crate, path, source)."""
        for crate in self.crates.values():
            for path, source in sorted(crate.files.items()):
                yield crate, path, source


def findings(house):
    """Everything that is wrong and not excused: (rule, path, line, what)."""
    for rule in RULES:
        for path, line, word, what in rule(house):
            if not house.lists.excuses(rule.__name__, path, word):
                yield rule.__name__, path, line, what
    for crate in house.crates.values():
        for path, line, what in crate.wrong:
            yield "lists", path, line, what
    for path, line, what in house.lists.wrong:
        yield "lists", path, line, what
    for place, what in house.lists.unused.items():
        path, line = place[0] if isinstance(place[0], tuple) else place
        yield "lists", path, line, what


def show_map(house):
    """The arrows between rooms, and those of each circle."""
    for crate, plan in house.crates_with_floors():
        between = Counter()
        for file, target, _ in rules.arrows(crate):
            ends = [plan.room_of(crate.room(path)) or crate.room(path).split("/")[0] for path in (file, target)]
            between[tuple(ends)] += ends[0] != ends[1]
        print(f"{crate.name}: {sum(between.values())} imports between rooms")
        for (source, target), count in sorted(between.items()):
            if count:
                up = (plan.height.get(target) or 0) > (plan.height.get(source) or 99)
                print(f"  {source} -> {target}  {count}{'  UP' if up else ''}")
        for files, _ in crate.circles():
            print(f"  circle of {len(files)} files")
            for file in sorted(files):
                for target, line in sorted(crate.arrows[file].items()):
                    if target in files:
                        print(f"    {file}:{line} -> {target}")


if __name__ == "__main__":
    HOUSE = House()
    if sys.argv[1:] == ["--map"]:
        show_map(HOUSE)
    else:
        for rule, path, line, what in findings(HOUSE):
            print(f"{rule}\t{path}{f':{line}' if line else ''}: {what}")
