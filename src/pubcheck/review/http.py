"""Requests to a forge's API: patient with its limits, never sure of what it didn't hear, and silent about the token."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pubcheck import __version__
from pubcheck.review.errors import DeniedError, MissingError, RefusedError, ReviewError, UncertainError

try:
    import httpx
except ImportError:  # an extra; whoever gets here is told how to come by it
    raise ReviewError("reviews need httpx, which isn't installed: pip install 'pubcheck[review]'") from None

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pubcheck.review.secret import Secret

_TRIES = 5
_TIMEOUT = 30.0
_FIRST_WAIT = 1.0
"""Seconds, doubled each time, where the forge doesn't say how long."""
_PATIENCE = 300.0
"""Seconds that a run may wait in all for limits to pass."""
_PAGES = 1000
_SHOWN = 300
"""Characters of an answer that an error quotes."""
_LIMITS = (
    httpx.codes.FORBIDDEN,
    httpx.codes.UNPROCESSABLE_ENTITY,
    httpx.codes.TOO_MANY_REQUESTS,
    httpx.codes.SERVICE_UNAVAILABLE,
)
"""How a forge answers where a limit was met, among other things."""
_LIMITED = ("secondary rate limit", "submitted too quickly")
_LOCAL = ("127.0.0.1", "::1", "localhost")


class Service:
    """The API of one forge, as one token sees it."""

    def __init__(
        self,
        base: str,
        token: Secret,
        headers: Mapping[str, str],
        *,
        sleep: Callable[[float], None] = time.sleep,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Send requests to addresses below ``base``.

        Args:
            base: the address of the API.
            token: goes into the ``Authorization`` header and nowhere else.
            headers: of all requests.
            sleep: waits for some seconds.
            tell: is told of a wait that somebody might wonder about.

        Raises:
            ReviewError: the token would cross the network in the clear.
        """
        parts = urlsplit(base)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
            raise ReviewError(f"{token.redact(base)}: the token is sent by https only")
        self._token = token
        self._sleep = sleep
        self._tell = tell
        self._patience = _PATIENCE
        self._base = base.rstrip("/")
        authorization = {"Authorization": f"Bearer {token.reveal()}", "User-Agent": f"pubcheck/{__version__}"}
        self._client = httpx.Client(headers={**headers, **authorization}, timeout=_TIMEOUT, follow_redirects=False)

    def close(self) -> None:
        """Close what is open."""
        self._client.close()

    def get(self, path: str, **parameters: str | int) -> Any:
        """What is at ``path``."""
        return self._read(self._answer("GET", self._base + path, parameters=parameters, repeatable=True))

    def pages(self, path: str, **parameters: str | int) -> Iterator[Any]:
        """The items of the list at ``path``, page after page, as the ``Link`` headers lead."""
        address: str | None = self._base + path
        asked: Mapping[str, str | int] | None = {"per_page": 100, **parameters}
        for _ in range(_PAGES):
            answer = self._answer("GET", str(address), parameters=asked, repeatable=True)
            yield from self._read(answer)
            address, asked = answer.links.get("next", {}).get("url"), None
            if address is None:
                return
            self._check_home(address)

    def send(self, method: str, path: str, body: Any, *, repeatable: bool) -> Any:
        """Send ``body`` as JSON.

        Args:
            method: of HTTP.
            path: below the base.
            body: what becomes JSON.
            repeatable: whether doing it twice comes to the same as doing it once.

        Raises:
            DeniedError: the token doesn't allow it.
            RefusedError: the forge doesn't want it.
            MissingError: there is nothing at ``path``.
            UncertainError: it may have happened, and isn't repeatable.
        """
        answer = self._answer(method, self._base + path, body=self._redacted(body), repeatable=repeatable)
        return self._read(answer) if answer.content else None

    def _read(self, answer: httpx.Response) -> Any:
        try:
            return answer.json()
        except ValueError:
            address = self.shown(str(answer.request.url))
            raise ReviewError(
                f"{address} answers, but not as the API of a forge does: {self.shown(answer.text)}"
            ) from None

    def _redacted(self, value: Any) -> Any:
        """Whatever was found, and wherever: a comment is the last place where the token may turn up."""
        if isinstance(value, str):
            return self._token.redact(value)
        if isinstance(value, dict):
            return {key: self._redacted(one) for key, one in value.items()}
        return [self._redacted(one) for one in value] if isinstance(value, list | tuple) else value

    def _check_home(self, address: str) -> None:
        """The token goes to the forge that it was given for, whatever an answer says."""
        there, here = urlsplit(address), urlsplit(self._base)
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise ReviewError(f"the forge leads to another place, {self.shown(address)}, which doesn't get the token")

    def _answer(
        self,
        method: str,
        address: str,
        *,
        repeatable: bool,
        parameters: Mapping[str, str | int] | None = None,
        body: Any = None,
    ) -> httpx.Response:
        for tried in range(1, _TRIES + 1):
            last = tried == _TRIES
            try:
                answer = self._client.request(method, address, params=parameters or None, json=body)
            except httpx.TransportError as error:
                self._failed(error, method, address, final=last, repeatable=repeatable)
                self._wait(_FIRST_WAIT * 2**tried, "the forge can't be reached")
                continue
            if answer.is_redirect and method == "GET" and not last:
                address = str(answer.next_request.url) if answer.next_request else address
                self._check_home(address)
                parameters = None
            elif _limited(answer) and not last:
                wait = _asked_wait(answer)
                self._wait(_FIRST_WAIT * 2**tried if wait is None else wait, "the forge limits how much may be asked")
            elif answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR and repeatable and not last:
                self._wait(_FIRST_WAIT * 2**tried, f"the forge answers {answer.status_code}")
            else:
                return self._judged(answer, method, address)
        raise ReviewError(f"{method} {self.shown(address)}: too many redirects")

    def _failed(self, error: Exception, method: str, address: str, *, final: bool, repeatable: bool) -> None:
        text = f"{method} {self.shown(address)}: {type(error).__name__}: {self.shown(str(error))}"
        unsent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
        if not (repeatable or unsent):
            raise UncertainError(text) from None
        if final:
            raise ReviewError(text) from None

    def _judged(self, answer: httpx.Response, method: str, address: str) -> httpx.Response:
        if answer.is_success:
            return answer
        code = answer.status_code
        text = f"{method} {self.shown(address)}: {code} {self.shown(answer.text)}"
        if _limited(answer):
            raise ReviewError(f"{text} (a limit that didn't pass)")
        if code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise DeniedError(text)
        if code in (httpx.codes.NOT_FOUND, httpx.codes.GONE):
            raise MissingError(text)
        if code in (httpx.codes.BAD_REQUEST, httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY):
            raise RefusedError(text)
        if code >= httpx.codes.INTERNAL_SERVER_ERROR and method == "POST":
            raise UncertainError(text)
        raise ReviewError(text)

    def _wait(self, seconds: float, why: str) -> None:
        if seconds > self._patience:
            raise ReviewError(f"{why}, for {seconds:.0f} s more: that is too long to wait")
        self._patience -= seconds
        self._tell(f"{why}: waiting {seconds:.0f} s")
        self._sleep(seconds)

    def shown(self, text: str) -> str:
        """``text`` as an error may quote it."""
        return self._token.redact(" ".join(text.split()))[:_SHOWN]


def _limited(answer: httpx.Response) -> bool:
    """Whether it is for a limit that the forge didn't do what it was asked."""
    if answer.status_code not in _LIMITS:
        return False
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or _asked_wait(answer) is not None:
        return True
    return any(word in answer.text for word in _LIMITED)


def _asked_wait(answer: httpx.Response) -> float | None:
    """Seconds that the answer asks to wait, if it does."""
    headers = answer.headers
    if (after := headers.get("retry-after")) is not None:
        return _seconds(after)
    if "0" in (headers.get("x-ratelimit-remaining"), headers.get("ratelimit-remaining")):
        reset = headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset") or ""
        return max(float(reset) - time.time(), 0.0) + 1.0 if reset.isdecimal() else None
    return None


def _seconds(after: str) -> float:
    """What a ``Retry-After`` asks for: seconds, or a date."""
    if after.strip().isdecimal():
        return float(after)
    try:
        return max((parsedate_to_datetime(after) - datetime.now(UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return 0.0
