"""Handlers of what a client asks for beside diagnostics: hovers, hints, lenses, actions, commands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from pubcheck.lsp import present
from pubcheck.lsp.messages import (
    Action,
    Actions,
    ActionsIn,
    Hints,
    HintsIn,
    Hover,
    HoverAt,
    Lens,
    Lenses,
    LensesOf,
    Range,
    Silence,
)
from pubcheck.lsp.workspace import address

if TYPE_CHECKING:
    from pubcheck.lsp.server import Server

OPEN_RULE = "pubcheck.openRule"
SUPPRESS = "pubcheck.suppress"
RESTART = "pubcheck.restartWorker"
SHOW = "pubcheck.showPlaces"
"""Its arguments are a URI, a position and locations: a client with a list of its own shows them there instead."""


def register(server: Server) -> None:
    """Give ``server`` these handlers."""
    _register_reading(server)
    _register_actions(server)
    _register_commands(server)


def _register_reading(server: Server) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: Server, params: types.HoverParams) -> types.Hover | None:
        path = present.path_of(params.text_document.uri)
        if path is None:
            return None
        found = await ls.ask(HoverAt(path, params.position.line, params.position.character))
        if not isinstance(found, Hover):
            return None
        content = types.MarkupContent(types.MarkupKind.Markdown, found.text)
        return types.Hover(contents=content, range=present.range_(found.range))

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlay_hint(ls: Server, params: types.InlayHintParams) -> list[types.InlayHint]:
        path = present.path_of(params.text_document.uri)
        if path is None or not ls.settings.inlay_hints:
            return []
        found = await ls.ask(HintsIn(path, _range(params.range)))
        return [
            types.InlayHint(
                position=types.Position(one.line, one.character),
                label=one.label,
                tooltip=one.why,
                padding_right=True,
            )
            for one in (found.hints if isinstance(found, Hints) else ())
        ]

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def code_lens(ls: Server, params: types.CodeLensParams) -> list[types.CodeLens]:
        path = present.path_of(params.text_document.uri)
        if path is None or not ls.settings.code_lens:
            return []
        found = await ls.ask(LensesOf(path))
        uri = params.text_document.uri
        return [_lens(one, uri) for one in (found.lenses if isinstance(found, Lenses) else ())]


def _lens(one: Lens, uri: str) -> types.CodeLens:
    where = present.range_(one.range)
    places = [present.location(place) for place in one.places]
    return types.CodeLens(range=where, command=types.Command(one.title, SHOW, arguments=[uri, where.start, places]))


def _register_actions(server: Server) -> None:
    kinds = [types.CodeActionKind.QuickFix, "source.fixAll.pubcheck"]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))
    async def code_action(ls: Server, params: types.CodeActionParams) -> list[types.CodeAction]:
        path = present.path_of(params.text_document.uri)
        if path is None:
            return []
        only = tuple(_kind(kind) for kind in params.context.only or ())
        found = await ls.ask(ActionsIn(path, _range(params.range), only))
        actions = found.actions if isinstance(found, Actions) else ()
        return [_action(ls, one, params.context.diagnostics) for one in actions]


def _action(ls: Server, one: Action, shown: Any) -> types.CodeAction:
    mended = [
        each for each in shown if isinstance(each.data, dict) and each.data.get("fingerprint") in one.fingerprints
    ]
    return types.CodeAction(
        title=one.title,
        kind=one.kind,
        diagnostics=mended or None,
        is_preferred=True if one.preferred else None,
        edit=ls.workspace_edit(one) if one.edits else None,
        command=types.Command(one.title, OPEN_RULE, arguments=[one.opens]) if one.opens else None,
    )


def _register_commands(server: Server) -> None:
    # The library evaluates what commands are annotated with: only names that are there at run time.
    @server.command(OPEN_RULE)
    async def open_rule(rule: str) -> bool:
        uri = address(rule)
        window = server.client_capabilities.window
        if not uri or window is None or window.show_document is None or not window.show_document.support:
            server.show("info", f"pubcheck explain {rule} tells about it" if uri else f"there is no document of {rule}")
            return False
        result = await server.window_show_document_async(types.ShowDocumentParams(uri=uri, take_focus=True))
        return bool(result.success)

    @server.command(SUPPRESS)
    async def suppress(uri: str, line: int, rule: str, reason: str) -> bool:
        path = present.path_of(uri)
        found = await server.ask(Silence(path, line, rule, reason)) if path is not None and reason.strip() else None
        if not isinstance(found, Actions) or not found.actions:
            return False
        edit = server.workspace_edit(found.actions[0])
        result = await server.workspace_apply_edit_async(
            types.ApplyWorkspaceEditParams(edit=edit, label=f"Silence {rule}")
        )
        return bool(result.applied)

    @server.command(SHOW)
    async def show(_uri: str, _position: types.Position, places: list[types.Location]) -> bool:
        place = await _chosen(server, places)
        window = server.client_capabilities.window
        if place is None or window is None or window.show_document is None or not window.show_document.support:
            return False
        result = await server.window_show_document_async(
            types.ShowDocumentParams(uri=place.uri, selection=place.range, take_focus=True)
        )
        return bool(result.success)

    @server.command(RESTART)
    async def restart() -> None:
        await server.link.restart()


async def _chosen(ls: Server, places: list[types.Location]) -> types.Location | None:
    """The one place, or the one that the user picks."""
    if len(places) < 2:
        return places[0] if places else None
    named = {f"{place.uri.rpartition('/')[2]}:{place.range.start.line + 1}": place for place in places}
    params = types.ShowMessageRequestParams(
        type=types.MessageType.Info, message="Go to", actions=[types.MessageActionItem(title) for title in named]
    )
    picked = await ls.window_show_message_request_async(params)
    return named.get(picked.title) if picked is not None else None


def _kind(kind: object) -> str:
    return str(getattr(kind, "value", kind))


def _range(one: types.Range) -> Range:
    return Range(one.start.line, one.start.character, one.end.line, one.end.character)
