"""The gateway's own address book."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import Field, model_validator

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.answers import Answer
from seven_dashboard.gateway.parsing import (
    DayOrNone,
    GatewayModel,
    MomentOrNone,
    Section,
    Text,
    TextOrNone,
    Wholes,
    filled_text,
)
from seven_dashboard.gateway.resources.base import Done, Resource
from seven_dashboard.gateway.resources.paging import Numbered, Page, iter_pages

PAGE_SIZE: Final = 100


class Validation(GatewayModel):
    """What the gateway found out about the number: valid, invalid, absent, unknown."""

    state: TextOrNone = None
    checked_at: MomentOrNone = Field(default=None, alias="timestamp")


class Initials(GatewayModel):
    """What stands in for a picture; the colour is hex without #."""

    initials: Text = ""
    color: Text = ""


class Properties(GatewayModel):
    """The fields of a contact; `custom` holds those the account added."""

    firstname: TextOrNone = None
    lastname: TextOrNone = None
    fullname: TextOrNone = None
    mobile_number: TextOrNone = None
    home_number: TextOrNone = None
    email: TextOrNone = None
    address: TextOrNone = None
    postal_code: TextOrNone = None
    city: TextOrNone = None
    birthday: DayOrNone = None
    notes: TextOrNone = None
    custom: dict[str, str | None] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_custom(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        custom = {
            str(name): filled_text(value)
            for name, value in data.items()
            if name not in cls.model_fields
        }
        return {**data, "custom": custom}


class GatewayContact(Numbered):
    """One contact at the gateway."""

    avatar: TextOrNone = None
    validation: Annotated[Validation, Section] = Field(default_factory=Validation)
    initials: Annotated[Initials, Section] = Field(default_factory=Initials)
    properties: Annotated[Properties, Section] = Field(default_factory=Properties)
    groups: Wholes = Field(default_factory=list)
    created_at: MomentOrNone = Field(default=None, alias="created")

    @model_validator(mode="before")
    @classmethod
    def _modernise(cls, data: Any) -> Any:
        """Read the legacy row {"ID", "Name", "Number", custom fields}."""
        if not isinstance(data, Mapping) or "ID" not in data:
            return data
        rest = {k: v for k, v in data.items() if k not in ("ID", "Name", "Number")}
        known = {"fullname": data.get("Name"), "mobile_number": data.get("Number")}
        return {"id": data["ID"], "properties": {**rest, **known}}


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactFilter:
    """Narrow and order the address book."""

    search: str | None = None
    group_id: int | None = None
    order_by: str | None = None
    order_direction: str | None = None
    limit: int = PAGE_SIZE
    offset: int = 0

    def query(self) -> dict[str, object]:
        """Return the query of a request."""
        return {
            "search": self.search,
            "group_id": self.group_id,
            "order_by": self.order_by,
            "order_direction": self.order_direction,
            "limit": self.limit,
            "offset": self.offset or None,
        }


class Contacts(Resource):
    """Operations of /contacts.

    `properties` are fields by name (`firstname`, `mobile_number`, custom ones); an
    empty text clears one. `groups` replaces the membership as a whole.
    """

    def page(self, wanted: ContactFilter | None = None) -> Page[GatewayContact]:
        """Return one page of contacts."""
        query = (wanted or ContactFilter()).query()
        answer = self._transport.read("ContactsList", "/contacts", query=query)
        if isinstance(answer.data, list):
            return answer.parse(Page[GatewayContact], {"data": answer.data})
        return answer.one(Page[GatewayContact])

    def iter_all(self, wanted: ContactFilter | None = None) -> Iterator[GatewayContact]:
        """Yield every contact from the filter's offset on."""
        start = wanted or ContactFilter()
        pages = iter_pages(
            lambda offset: self.page(replace(start, offset=offset)),
            offset=start.offset,
        )
        for page in pages:
            yield from page.items

    def get(self, contact_id: int) -> GatewayContact:
        """Return one contact, or raise NotFound."""
        path = f"/contacts/{fields.segment(contact_id)}"
        return self._transport.read("ContactsGet", path).one(GatewayContact)

    def create(
        self,
        *,
        properties: Mapping[str, str],
        groups: Sequence[int] | None = None,
        avatar: str | None = None,
    ) -> GatewayContact:
        """Add a contact and return it."""
        form = _form(properties, groups, avatar)
        answer = self._transport.write("ContactsCreate", "POST", "/contacts", form=form)
        return _written(answer)

    def update(
        self,
        contact_id: int,
        *,
        properties: Mapping[str, str] | None = None,
        groups: Sequence[int] | None = None,
        avatar: str | None = None,
    ) -> GatewayContact:
        """Change the given fields of a contact and return it."""
        path = f"/contacts/{fields.segment(contact_id)}"
        form = _form(properties or {}, groups, avatar)
        answer = self._transport.write("ContactsUpdate", "PATCH", path, form=form)
        return _written(answer)

    def delete(self, contact_id: int) -> None:
        """Remove a contact."""
        path = f"/contacts/{fields.segment(contact_id)}"
        self._transport.write("ContactsDelete", "DELETE", path).one(Done)


def _form(
    properties: Mapping[str, str], groups: Sequence[int] | None, avatar: str | None
) -> dict[str, object]:
    return {**properties, "avatar": avatar, **fields.indexed("groups", groups)}


def _written(answer: Answer) -> GatewayContact:
    # The legacy answer is {"return": "152", "id": 12297236}; both hold the id.
    answer.fail_if_refused()
    data = answer.mapping()
    if not data.get("id"):
        raise answer.refusal()
    return answer.parse(GatewayContact, data)
