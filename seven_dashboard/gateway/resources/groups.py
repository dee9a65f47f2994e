"""Groups of the gateway's address book."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from seven_dashboard.gateway import fields
from seven_dashboard.gateway.parsing import MomentOrNone, Text, Whole
from seven_dashboard.gateway.resources.base import Done, Resource
from seven_dashboard.gateway.resources.paging import Numbered, Page, iter_pages

PAGE_SIZE: Final = 100


class GatewayGroup(Numbered):
    """One group at the gateway."""

    name: Text = ""
    members_count: Whole = 0
    created_at: MomentOrNone = Field(default=None, alias="created")


class Groups(Resource):
    """Operations of /groups."""

    def page(self, *, limit: int = PAGE_SIZE, offset: int = 0) -> Page[GatewayGroup]:
        """Return one page of groups."""
        query = {"limit": limit, "offset": offset or None}
        answer = self._transport.read("GroupsList", "/groups", query=query)
        return answer.one(Page[GatewayGroup])

    def iter_all(self, *, limit: int = PAGE_SIZE) -> Iterator[GatewayGroup]:
        """Yield every group."""
        for page in iter_pages(lambda offset: self.page(limit=limit, offset=offset)):
            yield from page.items

    def get(self, group_id: int) -> GatewayGroup:
        """Return one group, or raise NotFound."""
        path = f"/groups/{fields.segment(group_id)}"
        return self._transport.read("GroupsGet", path).one(GatewayGroup)

    def create(self, name: str) -> GatewayGroup:
        """Add a group and return it."""
        form = {"name": name}
        answer = self._transport.write("GroupsCreate", "POST", "/groups", form=form)
        return answer.one(GatewayGroup)

    def update(self, group_id: int, *, name: str) -> GatewayGroup:
        """Rename a group and return it."""
        path = f"/groups/{fields.segment(group_id)}"
        form = {"name": name}
        answer = self._transport.write("GroupsUpdate", "PATCH", path, form=form)
        return answer.one(GatewayGroup)

    def delete(self, group_id: int, *, with_contacts: bool = False) -> None:
        """Remove a group, and its members from the address book if asked."""
        path = f"/groups/{fields.segment(group_id)}"
        form = {"delete_contacts": fields.chosen(with_contacts)}
        self._transport.write("GroupsDelete", "DELETE", path, form=form).one(Done)
