"""Where the gateway sends its webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from seven_dashboard.gateway.answers import Answer
from seven_dashboard.gateway.errors import InvalidArgument, UnclearOutcome
from seven_dashboard.gateway.parsing import (
    Flag,
    GatewayModel,
    MomentOrNone,
    Sections,
    Text,
    TextOrNone,
    whole_or_none,
)
from seven_dashboard.gateway.resources.base import Done, Resource


class HookEvent(StrEnum):
    """What a hook can listen to."""

    ALL = "all"
    RCS = "rcs"
    SMS_MO = "sms_mo"
    DLR = "dlr"
    VOICE_CALL = "voice_call"
    VOICE_STATUS = "voice_status"
    VOICE_DTMF = "voice_dtmf"
    TRACKING = "tracking"


class HookMethod(StrEnum):
    """How a webhook arrives: query, form or JSON."""

    GET = "GET"
    JSON = "JSON"
    POST = "POST"


class Hook(GatewayModel):
    """One registered hook. `headers` may carry what protects the target."""

    id: Text
    target_url: Text = ""
    headers: Text = Field(default="", repr=False)
    event_type: Text = ""
    event_filter: TextOrNone = None
    request_method: Text = HookMethod.POST
    is_enabled: Flag = Field(default=True, alias="enabled")
    created_at: MomentOrNone = Field(default=None, alias="created")


class _HookList(GatewayModel):
    hooks: Annotated[list[Hook], Sections]


class Hooks(Resource):
    """Operations of /hooks."""

    def all(self) -> list[Hook]:
        """Return every registered hook."""
        answer = self._transport.read("HooksList", "/hooks")
        if isinstance(answer.data, Mapping) and "hooks" in answer.data:
            return answer.one(_HookList).hooks
        return _as_specified(answer)

    def create(
        self,
        *,
        target_url: str,
        event_type: HookEvent | str,
        request_method: HookMethod | str = HookMethod.JSON,
        event_filter: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> int:
        """Register a hook and return its id; a refusal raises InvalidRequest."""
        form = {
            "target_url": target_url,
            "event_type": event_type,
            "request_method": request_method,
            "event_filter": event_filter,
            "headers": _lines(headers),
        }
        answer = self._transport.write("HooksCreate", "POST", "/hooks", form=form)
        data = answer.mapping()
        answer.fail_if_refused()
        hook_id = whole_or_none(data.get("id"))
        if hook_id is None:
            raise UnclearOutcome(operation=answer.operation)
        return hook_id

    def delete(self, hook_id: int | str) -> None:
        """Remove a hook."""
        form = {"id": hook_id}
        self._transport.write("HooksDelete", "DELETE", "/hooks", form=form).one(Done)


def _as_specified(answer: Answer) -> list[Hook]:
    """Read the specification's `data[].hooks`, a list or a single hook each."""
    data = answer.mapping()
    answer.fail_if_refused()
    groups = data.get("data")
    if not isinstance(groups, list):
        raise UnclearOutcome(operation=answer.operation)
    hooks: list[Any] = []
    for group in groups:
        found = group.get("hooks") if isinstance(group, Mapping) else None
        hooks += found if isinstance(found, list) else [found]
    return [answer.parse(Hook, hook) for hook in hooks if hook is not None]


def _lines(headers: Mapping[str, str] | None) -> str | None:
    if not headers:
        return None
    pairs = [f"{name}: {value}" for name, value in headers.items()]
    if any("\n" in pair or "\r" in pair for pair in pairs):
        raise InvalidArgument(detail="a header must be one line")
    return "\n".join(pairs)
