"""A project that is looked at again and again while it is edited.

After the first look an edit costs what it touches. The text of a function alone: its package is *held*, and only that
function, and callers to whom it makes a difference, are analysed again before the rules run (``engine.held``). Anything
else in a file: the package is, and those to which it matters, be it a declaration that they see (``engine.declared``)
or the summary of a function that they asked about. What makes up packages (a file that comes or goes, an import): the
project is listed anew, and packages keep their outcomes to which that makes no difference (``engine.relisting``).

While a file holds a syntax error that it didn't hold before, it counts as it was.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pubcheck.engine.analyst import Analyst
from pubcheck.engine.cache.keys import visible_from
from pubcheck.engine.check import available_rules
from pubcheck.engine.config import Config
from pubcheck.engine.declared import affected
from pubcheck.engine.held import Held, followed, points_into
from pubcheck.engine.listing import listed
from pubcheck.engine.memory import Staying, batch_memory
from pubcheck.engine.relisting import Listing, breaks, lies_around
from pubcheck.engine.selection import Selection
from pubcheck.engine.shapes import differing
from pubcheck.engine.showing import Showing
from pubcheck.engine.task import Outcome, Task
from pubcheck.model.project import read_header
from pubcheck.source import Overlay, SourceFile, body_by_body, digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pubcheck.analysis import PackageFacts
    from pubcheck.diagnostic import Diagnostic
    from pubcheck.engine.declared import Visible
    from pubcheck.engine.frontend import ProjectFrontend
    from pubcheck.engine.shapes import Change
    from pubcheck.model.project import GoFile, PackageSource

_HELD = 2
"""Packages that are held at a time: facts in full take some ten times their source."""


class _Place(NamedTuple):
    """A file of a package."""

    package: PackageSource
    file: GoFile


class Session:
    """The packages below one folder, with unsaved buffers laid over the disk."""

    def __init__(
        self, folder: Path, config: Config | None = None, checkpoint: Callable[[], None] = lambda: None
    ) -> None:
        """Begin with nothing looked at.

        Args:
            folder: an absolute path.
            config: the settings.
            checkpoint: called now and then while packages are looked at; what it raises ends that, and what was to be
                done is still to be done.

        Raises:
            ConfigError: a rule of the project is wrong, or the settings name one that there isn't.
        """
        self._memory = Staying()
        self.folder = folder
        self._config = config or Config()
        self.rules = available_rules(self._config.folder or folder)
        self._selection = Selection(self._config, self.rules)
        self._showing = Showing(self._config, self._selection, folder)
        self._checkpoint = checkpoint
        self._buffers: dict[Path, bytes] = {}
        self._changed: dict[Path, None] = {}
        self._frontend: ProjectFrontend | None = None
        self._visible: Visible = {}
        self._places: dict[Path, list[_Place]] = {}
        self._listing = Listing()
        self._outcomes: dict[str, Outcome] = {}
        self._stale: dict[str, None] = {}
        self._held: dict[str, Held] = {}
        self._whole = True
        self._folders: set[Path] = set()
        self._renewal = False

    # --- what changes

    def edit(self, path: Path, text: bytes | None) -> None:
        """A buffer for ``path`` has this text now; None when it is closed, and the disk counts."""
        if text is None:
            self._buffers.pop(path, None)
        else:
            self._buffers[path] = text
        self._changed[path] = None

    def touch(self, paths: Iterable[Path]) -> None:
        """Files have changed, come or gone on the disk."""
        self._changed.update(dict.fromkeys(paths))

    def narrow(self) -> None:
        """Look at nothing but the folders of files that are open."""
        self._whole = False
        self._frontend = None

    # --- what was found

    def findings(self, path: str) -> tuple[Diagnostic, ...]:
        """What was found in a file when it was looked at last."""
        return self._showing.findings.get(path, ())

    @property
    def files(self) -> Sequence[str]:
        """The files in which something was found."""
        return sorted(self._showing.findings)

    def read(self, path: str) -> SourceFile | None:
        """A file as what was found in it is about; None where there is none."""
        places = self._places.get(Path(path))
        if places:
            held = self._held.get(places[0].package.import_path)
            return places[0].file.source if held is None else held.source(places[0].file)
        try:
            return SourceFile(path, Overlay(self._buffers).read(Path(path)))
        except OSError:
            return None

    # --- what is to be done

    @property
    def left(self) -> int:
        """How many packages are to be looked at; 1 while that isn't known."""
        return 1 if self._frontend is None or self._changed else len(self._stale)

    @property
    def packages(self) -> int:
        """How many packages there are, as far as is known."""
        return 0 if self._frontend is None else len(self._frontend.wanted)

    def work(self, first: Path | None = None) -> PackageSource | None:
        """Look at one package that is to be looked at, one in the folder ``first`` before others.

        Returns:
            The package; None where nothing was left to do.
        """
        with batch_memory():
            self._take_changes()
            package = self._next(first)
            if package is not None:
                self._look_at(package)
            return package

    def prepare(self) -> bool:
        """Hold a package of which a file is open, when nothing else is to be done: then its first edit costs little.

        Returns:
            Whether there was one to be held.
        """
        if self.left or len(self._held) >= _HELD:
            return False
        places = (place for path in reversed(self._buffers) for place in self._places.get(path, ()))
        package = next((place.package for place in places if place.package.import_path not in self._held), None)
        if package is None:
            return False
        with batch_memory():
            self._hold(package)
            self._look_at(package)
        return True

    def is_stale(self, folder: Path) -> bool:
        """Whether something is to be done for what is found in ``folder``."""
        self._take_changes()
        return any(place.directory == folder for place in self._waiting())

    def facts(self, path: str) -> PackageFacts | None:
        """The facts of the package of a file, whose places are those of ``held``; None where it isn't in any."""
        with batch_memory():
            self._take_changes()
            places = self._places.get(Path(path))
            if not places or self._frontend is None:
                return None
            package = places[0].package
            if package.import_path in self._stale or package.import_path not in self._held:
                self._hold(package)
                self._look_at(package)
            return self._frontend.facts(package)

    def held(self, path: str) -> Held | None:
        """The package of a file as it is held, after ``facts`` were asked for."""
        places = self._places.get(Path(path))
        return self._held.get(places[0].package.import_path) if places else None

    # --- taking in changes

    def _take_changes(self) -> None:
        if self._frontend is None or any(not self._fits(path) for path in self._changed):
            self._load()
            self._changed.clear()
            return
        changed = [place for path in self._changed for place in self._places[path]]
        self._changed.clear()
        for place in changed:
            self._take(place)

    def _fits(self, path: Path) -> bool:
        """Whether a change of ``path`` leaves the packages what they are made of."""
        places = self._places.get(path)
        if not places:
            return path.suffix != ".go" and path.name not in ("go.mod", "go.work") and path.parent not in self._folders
        text = self._text(path)
        if text is None:
            return False
        return all(read_header(text) == place.file.header for place in places) or bool(self._sound_before(path, text))

    def _text(self, path: Path) -> bytes | None:
        try:
            return Overlay(self._buffers).read(path)
        except OSError:
            return None

    def _take(self, place: _Place) -> None:
        """Take the text of a file that its package has."""
        package, file = place
        text = self._text(file.path)
        source = self.read(file.source.path)
        if text is None or source is None or text == source.data:
            return
        held = self._held.get(package.import_path)
        if held is not None and self._edit_bodies(held, place, source.data, text):
            return
        if self._sound_before(file.path, text) is not None:
            return
        fresh = SourceFile(file.source.path, text)
        if held is not None:
            held.release()
            del self._held[package.import_path]
        file.renew(source)
        before = self._listing.shape(package)
        file.renew(fresh)
        self._renewal = True
        self._stale[package.import_path] = None
        changed = differing(before, self._listing.shape(package))
        self._outdate(self._that_see(package, changed))
        self._outdate(self._that_mention(file))

    def _edit_bodies(self, held: Held, place: _Place, before: bytes, text: bytes) -> bool:
        """Take ``text``, which was ``before``, body by body; whether nothing but bodies differed."""
        package, file = place
        for step in body_by_body(before, text):
            moved = held.edit(file, step)
            if moved is None:
                return False
            self._stale[package.import_path] = None
            for name in self._that_mention(file):
                if name != package.import_path:
                    self._outcomes[name] = followed(self._outcomes[name], file.source.path, moved)
            if step == text:
                return True
        return False

    def _outdate(self, names: Iterable[str]) -> None:
        """What is known of these packages holds no longer: what they know of others has changed."""
        for name in names:
            self._stale[name] = None
            held = self._held.pop(name, None)
            if held is not None:
                held.release()

    def _that_see(self, package: PackageSource, changed: Change) -> Iterator[str]:
        """The packages to which it matters that this has changed in ``package``."""
        seeing = affected({package: changed}, self._visible)
        for other in sorted(self._visible, key=lambda one: one.import_path):
            outcome = self._outcomes.get(other.import_path)
            if outcome is not None and not seeing.holds(other, outcome):
                yield other.import_path

    def _that_mention(self, file: GoFile) -> list[str]:
        """The packages with findings that point into a file of another one."""
        return [name for name, outcome in self._outcomes.items() if points_into(outcome, file.source.path)]

    def _load(self) -> None:
        """List the packages anew, and keep the outcomes of those to which that makes no difference."""
        for held in self._held.values():
            held.release()
        self._held.clear()
        before = self._listing
        frontend = listed(self.folder, self._config, self._sound_buffers(), whole=self._whole)
        frontend.workshop.checkpoint = self._checkpoint
        self._visible = visible_from(frontend.project, frontend.graph)
        self._listing = Listing(frontend.graph, self._visible)
        self._frontend = frontend
        wanted = {package.import_path for package in frontend.wanted}
        known = {name: one for name, one in self._outcomes.items() if name in wanted}
        holding = set()
        if not any(map(lies_around, self._changed)):
            holding = self._listing.holding(before, known) - self._stale.keys()
        stale = wanted - holding
        self._outcomes = {
            name: one
            for name, one in known.items()
            # What was found in files that are still there is shown until something newer is.
            if name in holding or before.paths(name) == self._listing.paths(name)
        }
        for name in stale - self._outcomes.keys():
            stale.update(other for other, one in self._outcomes.items() if name in one.exports.asked)
        self._stale = dict.fromkeys(
            package.import_path for package in frontend.graph.order if package.import_path in stale
        )
        self._renewal = False
        self._places = {}
        for package in frontend.wanted:
            for file in package.files:
                self._places.setdefault(file.path, []).append(_Place(package, file))
        self._folders = {path.parent for path in self._places}
        if not self._stale:
            self._filter()

    def _sound_buffers(self) -> dict[Path, bytes]:
        """The buffers; of a file that holds a syntax error which it didn't hold before, what it was."""
        return {
            path: source.data if (source := self._sound_before(path, text)) is not None else text
            for path, text in self._buffers.items()
        }

    def _sound_before(self, path: Path, text: bytes) -> SourceFile | None:
        """A file as it was, where ``text`` has syntax errors and that had none."""
        source = self.read(str(path)) if path in self._places else None
        return source if source is not None and breaks(source, text) else None

    # --- looking at packages

    def _waiting(self) -> Iterator[PackageSource]:
        assert self._frontend is not None  # noqa: S101 changes were taken in before
        wanted = {package.import_path: package for package in self._frontend.wanted}
        return (wanted[name] for name in self._stale)

    def _next(self, first: Path | None) -> PackageSource | None:
        return min(self._waiting(), key=lambda package: package.directory != first, default=None)

    def _look_at(self, package: PackageSource) -> None:
        frontend = self._frontend
        assert frontend is not None  # noqa: S101 changes were taken in before
        name = package.import_path
        if self._renewal:
            frontend.workshop.renew()
            self._renewal = False
        if name not in self._held and any(file.path in self._buffers for file in package.files):
            self._hold(package)
        held = self._held.get(name)
        facts = (
            {}
            if held is not None and held.analysed
            else {other: one.exports.facts for other, one in self._outcomes.items()}
        )
        analyst = Analyst(frontend, self._selection.rules, self._config.severity, self._checkpoint)
        try:
            outcome = analyst.run(Task(package=name, facts=facts, questions=tuple(self._questions(name))))
        except BaseException:
            if held is not None and not held.analysed:
                self._held.pop(name).release()
            raise
        self._memory.settle()
        if held is not None:
            held.analysed = True
        for each in self._held.values():
            outcome = each.outside(outcome)
        before = self._outcomes.get(name)
        self._outcomes[name] = outcome
        self._stale.pop(name, None)
        if before is not None and before.exports.facts != outcome.exports.facts:
            self._outdate(self._that_asked(name, outcome))
            frontend.workshop.relearn()
        self._filter()

    def _questions(self, name: str) -> set[str]:
        """The functions of a package that others asked about."""
        return {function for one in self._outcomes.values() for function in one.exports.asked.get(name, ())}

    def _hold(self, package: PackageSource) -> None:
        """Hold a package that is edited, and the one before last no longer."""
        assert self._frontend is not None  # noqa: S101 changes were taken in before
        if package.import_path not in self._held:
            while len(self._held) >= _HELD:
                self._held.pop(next(iter(self._held))).release()
            self._held[package.import_path] = Held(self._frontend.workshop, package, self._buffers)
            self._renewal = False
            self._frontend.workshop.renew()

    def _that_asked(self, name: str, outcome: Outcome) -> Iterator[str]:
        """The packages that got another answer about a function of that package than they would get now."""
        for other, known in self._outcomes.items():
            for function, answer in known.exports.asked.get(name, {}).items():
                data = outcome.exports.facts.get(function)
                if data is None or digest(data) != answer:
                    yield other
                    break

    def _filter(self) -> None:
        self._showing.renew([*self._outcomes.values()], self.read, self._buffers)
