from __future__ import annotations

import pytest

from pubcheck.diagnostic import Confidence
from pubcheck.engine import Config
from pubcheck.lsp.settings import Settings, read_settings


def test_what_is_given_is_taken() -> None:
    given = {"run": "onSave", "select": ["locks"], "minConfidence": "low", "inlayHints": True, "debounce": 100}
    expected = Settings(run="onSave", select=("locks",), min_confidence=Confidence.LOW, inlay_hints=True, debounce=100)
    assert read_settings(given) == (expected, ())


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"run": "always"}, "pubcheck.run: invalid enum value 'always'; the default holds"),
        ({"inlayHints": "yes"}, 'pubcheck.inlayHints: expected "bool", got "str"; the default holds'),
        ({"ignor": []}, 'there is no setting "pubcheck.ignor"; did you mean "ignore"?'),
        ([1], "pubcheck's settings are a list, not an object: the defaults hold"),
    ],
)
def test_a_bad_value_is_a_message_and_the_default(given: object, fault: str) -> None:
    settings, faults = read_settings(given)
    assert settings == Settings()
    assert faults == (fault,)


def test_one_bad_value_spoils_no_other() -> None:
    settings, faults = read_settings({"run": 3, "codeLens": False, "path": "/bin/pubcheck", "select": None})
    assert settings == Settings(code_lens=False)
    assert len(faults) == 1


def test_a_selection_starts_afresh_and_what_is_ignored_adds_up() -> None:
    config = Config(select=("all",), ignore=("io-under-lock",))
    assert Settings(select=("locks",)).over(config).ignore == ()
    assert Settings(ignore=("map-race",)).over(config).ignore == ("io-under-lock", "map-race")
    assert Settings().over(config) == config
