"""The lists the rules read: the floors of each crate, and what is excused. Each line that excuses says why.

.ci/lists. After a line `crate CRATE` its floors from the ground up; a room is a folder or file under CRATE/src, the longest
name that fits counts:
  floor ROOM…              rooms that share a floor
  modules ROOM…            the same; each is a module of the house (tests, invariants, errors)
  list ROOM: WHY           names rooms on every floor and is named on every floor: it stands on none
  arrow ROOM -> ROOM: WHY  between two rooms of one floor
  circle FILE <-> FILE: WHY       the two import each other
  circle FILE <-> FOLDER/: WHY    the file hands on to those of the folder, which use its words
After the line `excused`:
  RULE PATH [WORD]: WHY    excuses that finding; without the word, all that the rule finds in the file
"""

PLACE = ".ci/lists"


class Lists:
    """What stands in the lists; `wrong` are the lines that cannot be read, `unused` those that nothing needs."""

    def __init__(self, crates, read):
        self.wrong, self.unused, self.excused = [], {}, {}
        self.floors = {crate: Floors(crate, self) for crate in crates}
        section = None
        for place, words, why in self._lines(PLACE, read):
            if words[0] == "crate" and len(words) == 2 and words[1] in self.floors and why is None:
                section = self.floors[words[1]].take
            elif words == ["excused"] and why is None:
                section = self._excuse
            elif section:
                section(place, words, why)
            else:
                self.wrong.append((*place, "stands before the first `crate` or `excused`"))

    def _excuse(self, place, words, why):
        """One line of what is excused."""
        if why is None or not 2 <= len(words) <= 3:
            self.wrong.append((*place, "not `RULE PATH [WORD]: WHY`"))
        else:
            self.excused[tuple(words)] = place
            self.unused[place] = "excuses nothing"

    def _lines(self, path, read):
        """The lines of a list: (place, words, why)."""
        text = read(path)
        if text is None:
            self.wrong.append((path, 0, "is missing"))
        for line, said in enumerate((text or "").splitlines(), 1):
            if said.strip() and not said.startswith("#"):
                what, _, why = said.strip().partition(": ")
                yield (path, line), what.split(), why.strip() or None

    def excuses(self, rule, path, word):
        """Whether a finding stands in the list; its line is needed then."""
        for key in ((rule, path, word), (rule, path)):
            if key in self.excused:
                self.unused.pop(self.excused[key], None)
                return True
        return False


class Floors:
    """The floors of one crate."""

    def __init__(self, crate, lists):
        self.crate, self.lists = crate, lists
        self.height, self.modules, self.placed = {}, [], {}
        self.arrows, self.circles = {}, {}

    def take(self, place, words, why):
        """One line."""
        kind, rest = words[0], words[1:]
        if kind in ("floor", "modules") and rest and why is None:
            height = max((h for h in self.height.values() if h), default=0) + 1
            self._place(place, rest, height)
            self.modules += rest if kind == "modules" else []
        elif kind == "list" and len(rest) == 1 and why:
            self._place(place, rest, None)
        elif kind == "arrow" and len(rest) == 3 and rest[1] == "->" and why:
            self.arrows[rest[0], rest[2]] = place
            self.lists.unused[place] = "no import goes this way"
        elif kind == "circle" and len(rest) == 3 and rest[1] == "<->" and why:
            self.circles[rest[0], rest[2]] = place
            self.lists.unused[place] = "there is no such circle"
        else:
            self.lists.wrong.append((*place, "not a line of floors (.ci/house/lists.py says which there are)"))

    def _place(self, place, rooms, height):
        """Rooms on a floor, or on none."""
        for room in rooms:
            if room in self.height:
                self.lists.wrong.append((*place, f"{room} stands on a floor already"))
            self.height[room] = height
            self.placed[room] = place
            self.lists.unused[place, room] = f"there is no {room} in {self.crate}/src"

    def room_of(self, file):
        """The room that a file (`order/routes/place`) belongs to; none when it stands on no floor."""
        parts = file.split("/")
        for length in range(len(parts), 0, -1):
            room = "/".join(parts[:length])
            if room in self.height:
                self.lists.unused.pop((self.placed[room], room), None)
                return room
        return None

    def allows(self, source, target):
        """Whether an arrow between two rooms of one floor is listed."""
        return self.lists.unused.pop(self.arrows.get((source, target)), None) or (source, target) in self.arrows

    def unfold(self, file, target):
        """The line that excuses an arrow of a file into its folder, if one does."""
        for (one, folder), place in self.circles.items():
            if folder.endswith("/") and file == one and target.startswith(folder):
                return place
        return None

    def allows_circle(self, files, arrows):
        """Whether listed pairs, each of which import each other, make up the whole circle."""
        pairs = [pair for pair in self.circles if set(pair) <= files and pair in arrows and pair[::-1] in arrows]
        joined = {min(files)}
        for _ in pairs:
            joined |= {file for pair in pairs if joined & set(pair) for file in pair}
        for pair in pairs:
            self.lists.unused.pop(self.circles[pair], None)
        return joined == files
