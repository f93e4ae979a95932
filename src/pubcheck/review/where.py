"""Which pull request of which forge, by what the user says and what a CI job knows."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from pubcheck.review.errors import ReviewError
from pubcheck.review.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping

    from pubcheck.review.forge import Forge

GITHUB = "github"
GITLAB = "gitlab"
_TOKENS = {
    GITHUB: ("PUBCHECK_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"),
    GITLAB: ("PUBCHECK_TOKEN", "GITLAB_TOKEN", "GITLAB_PRIVATE_TOKEN"),
}
_REQUEST = re.compile(r"(?P<repository>.+?)/(?P<kind>pull|-/merge_requests)/(?P<number>\d{1,9})(?:/.*)?")
_REF = re.compile(r"refs/pull/(\d{1,9})/(?:merge|head)")
_LARGEST_EVENT = 32 << 20


class Target(msgspec.Struct, frozen=True, gc=False):
    """A pull request: the forge's name, the address of its API, and there the repository and the number."""

    provider: str
    api: str
    repository: str
    number: int


class Wish(msgspec.Struct, frozen=True, gc=False):
    """What the user says of that, as far as anything. ``repository`` and ``number`` may be addresses."""

    provider: str | None = None
    api: str | None = None
    repository: str | None = None
    number: str | None = None


def target(wish: Wish, environment: Mapping[str, str]) -> Target:
    """The pull request that is meant.

    Raises:
        ReviewError: that can't be known.
    """
    host, repository, number, kind = _read(wish)
    provider = wish.provider or kind or _by_host(host) or _by_environment(environment)
    if provider is None:
        raise ReviewError("which forge? --provider github or --provider gitlab, where no CI job tells")
    known = _github(environment) if provider == GITHUB else _gitlab(environment)
    repository = repository or known.repository
    number = number or known.number
    if not repository:
        raise ReviewError("which repository? --repo OWNER/NAME, where no CI job tells")
    if not number or not number.isdecimal() or len(number) > 9:
        raise ReviewError("which pull request? --pr NUMBER, where no CI job for one tells")
    return Target(provider, wish.api or _api(provider, host) or known.api or "", repository, int(number))


def take_token(provider: str, environment: MutableMapping[str, str]) -> Secret:
    """The token for a forge, taken out of ``environment`` so that no process started from here has it.

    Raises:
        ReviewError: there is none.
    """
    names = _TOKENS[provider]
    found = [value for name in names if (value := environment.pop(name, "").strip())]
    if not found:
        raise ReviewError(f"there is no token in the environment: {' or '.join(names[1:])}")
    if not found[0].isascii() or not found[0].isprintable():
        raise ReviewError("the token in the environment has characters that no token has")
    return Secret(found[0])


@contextmanager
def connected(where: Target, token: Secret, **service: Any) -> Iterator[Forge]:
    """The forge that has the pull request, for as long as there is something to say to it.

    Raises:
        ReviewError: an address or a name is none, or the library for requests isn't there.
    """
    make = _github_forge if where.provider == GITHUB else _gitlab_forge
    forge = make(where.api, where.repository, where.number, token, **service)
    try:
        yield forge
    finally:
        forge.disconnect()


def _github_forge(*arguments: Any, **service: Any) -> Forge:
    from pubcheck.review.github import GitHub  # noqa: PLC0415 it needs httpx, an extra

    return GitHub(*arguments, **service)


def _gitlab_forge(*arguments: Any, **service: Any) -> Forge:
    from pubcheck.review.gitlab import GitLab  # noqa: PLC0415 likewise

    return GitLab(*arguments, **service)


def _read(wish: Wish) -> tuple[str, str | None, str | None, str | None]:
    """Host, repository, number and forge, as far as they are said."""
    number, repository, host, kind = wish.number, wish.repository, "", None
    if number and "://" in number:
        parts = urlsplit(number)
        found = _REQUEST.fullmatch(parts.path.strip("/"))
        if found is None:
            raise ReviewError("--pr: that address is of no pull request")
        host, number = parts.netloc.rpartition("@")[2], found["number"]
        repository = repository or found["repository"]
        kind = GITHUB if found["kind"] == "pull" else GITLAB
    if repository and "://" in repository:
        parts = urlsplit(repository)
        host, repository = parts.netloc.rpartition("@")[2], parts.path.strip("/").removesuffix(".git")
    return host, repository, number.removeprefix("#").removeprefix("!") if number else number, kind


def _by_host(host: str) -> str | None:
    return next((name for name in (GITHUB, GITLAB) if name in host), None)


def _by_environment(environment: Mapping[str, str]) -> str | None:
    if environment.get("GITLAB_CI"):
        return GITLAB
    return GITHUB if environment.get("GITHUB_ACTIONS") or environment.get("GITHUB_REPOSITORY") else None


def _api(provider: str, host: str) -> str | None:
    if not host:
        return None
    if provider == GITHUB:
        return "https://api.github.com" if host == "github.com" else f"https://{host}/api/v3"
    return f"https://{host}/api/v4"


def _github(environment: Mapping[str, str]) -> Wish:
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    runs = (event.get("workflow_run") or {}).get("pull_requests") or [{}]
    number = (event.get("pull_request") or runs[0]).get("number")
    ref = _REF.fullmatch(environment.get("GITHUB_REF", ""))
    return Wish(
        api=environment.get("GITHUB_API_URL") or "https://api.github.com",
        repository=environment.get("GITHUB_REPOSITORY"),
        number=str(number) if number else ref and ref[1],
    )


def _event(path: str) -> dict[str, Any]:
    try:
        file = Path(path)
        event = json.loads(file.read_bytes()) if path and file.stat().st_size <= _LARGEST_EVENT else {}
    except (OSError, ValueError):
        return {}
    return event if isinstance(event, dict) else {}


def _gitlab(environment: Mapping[str, str]) -> Wish:
    return Wish(
        api=environment.get("CI_API_V4_URL") or "https://gitlab.com/api/v4",
        repository=environment.get("CI_MERGE_REQUEST_PROJECT_PATH") or environment.get("CI_PROJECT_PATH"),
        number=environment.get("CI_MERGE_REQUEST_IID"),
    )
