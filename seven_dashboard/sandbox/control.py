"""The control surface below ``/_sandbox``: JSON in, JSON out, loopback only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from urllib.parse import urlencode, urlsplit

from seven_dashboard.sandbox.account_settings import BadControl, change
from seven_dashboard.sandbox.accounts import Account, profile_json
from seven_dashboard.sandbox.ageing import age
from seven_dashboard.sandbox.committing import Committer
from seven_dashboard.sandbox.faults import (
    BadPlan,
    read_fault_plan,
    read_webhook_plan,
)
from seven_dashboard.sandbox.http import (
    Answer,
    Request,
    Response,
    html_response,
    json_response,
    redirect_response,
)
from seven_dashboard.sandbox.inbox import call_in, click, receive, typing
from seven_dashboard.sandbox.keys import press_now
from seven_dashboard.sandbox.oauth import OAuthServer
from seven_dashboard.sandbox.pages import handset_page, notice_page
from seven_dashboard.sandbox.params import Params, from_body, from_pairs, text_of, whole
from seven_dashboard.sandbox.records import Message
from seven_dashboard.sandbox.reports import Reporter
from seven_dashboard.sandbox.seeding import seed, set_validation
from seven_dashboard.sandbox.world import World

PREFIX = "/_sandbox"
DEFAULT_KEY = "sandbox-demo-key"
_PAGE = 1000
_PAGE_ROWS = 200


class Control:
    """Answers what tests and people ask of the sandbox itself."""

    def __init__(
        self,
        world: World,
        reporter: Reporter,
        committer: Committer,
        oauth: OAuthServer,
    ) -> None:
        self.world = world
        self.oauth = oauth
        self.reporter = reporter
        self._committer = committer
        self._routes: dict[tuple[str, str], Callable[[Params], object]] = {
            ("GET", "/health"): self.health,
            ("GET", "/accounts"): self.accounts,
            ("GET", "/account"): self.account,
            ("POST", "/account"): self.set_account,
            ("POST", "/reset"): self.reset,
            ("GET", "/messages"): self.messages,
            ("GET", "/handsets"): self.handsets,
            ("GET", "/lookups"): self.lookups,
            ("POST", "/inbound"): self.inbound,
            ("POST", "/age"): self.age,
            ("POST", "/faults"): self.faults,
            ("POST", "/webhook-plan"): self.webhook_plan,
            ("GET", "/troubles"): self.troubles,
            ("GET", "/requests"): self.requests,
            ("GET", "/deliveries"): self.deliveries,
            ("POST", "/latency"): self.latency,
            ("POST", "/oauth/expire"): self.expire_tokens,
            ("POST", "/webhooks"): self.webhooks,
            ("POST", "/click"): self.click,
            ("POST", "/typing"): self.typing,
            ("POST", "/call"): self.call_in,
            ("POST", "/press"): self.press,
            ("POST", "/contacts"): self.fill_contacts,
            ("POST", "/contact-validation"): self.set_validation,
        }

    def handle(self, request: Request, answer: Answer) -> None:
        """Answer one request after the commit of what it changed."""
        self._committer.answer(answer, self._respond(request), is_late=False)

    def _respond(self, request: Request) -> Response:
        origin = request.headers.get("origin", "")
        # A form on a stranger's page must not make handsets talk.
        if origin and urlsplit(origin).netloc != request.headers.get("host"):
            return json_response({"error": "other origin"}, status=403)
        params = from_pairs(request.query)
        content_type = request.headers.get("content-type", "")
        params |= from_body(request.body, content_type=content_type, keeps_null=True)
        try:
            return self._perform(request, params)
        except (BadControl, BadPlan, TypeError, ValueError) as error:
            return json_response({"error": str(error)}, status=400)

    def _perform(self, request: Request, params: Params) -> Response:
        if (request.method, request.path) == ("GET", "/"):
            return self._page(params)
        if (request.method, request.path) == ("POST", "/reply"):
            return self._reply(params)
        if not request.path.startswith(PREFIX):
            return html_response(notice_page("There is nothing here."), status=404)
        path = request.path.removeprefix(PREFIX).rstrip("/")
        run = self._routes.get((request.method, path))
        if run is None:
            return json_response({"error": "no such control"}, status=404)
        return json_response(run(params))

    def _page(self, params: Params) -> Response:
        keys = [key for key in self.world.by_key if key]
        page = handset_page(self._account(params), keys, rows=_PAGE_ROWS)
        return html_response(page)

    def _reply(self, params: Params) -> Response:
        account = self._account(params)
        receive(self.reporter, account, params)
        return redirect_response(f"/?{urlencode({'key': account.profile.key})}", 303)

    def _account(self, params: Params) -> Account:
        key = text_of(params.get("key")) or DEFAULT_KEY
        account = self.world.account_for_key(key) or self.world.accounts.get(key)
        if account is None:
            raise BadControl(f"No account has the key {key!r}.")
        return account

    # --- accounts

    def health(self, params: Params) -> object:
        """Say that the sandbox is up."""
        return {"ok": True, "accounts": len(self.world.accounts)}

    def accounts(self, params: Params) -> object:
        """List every account."""
        return [profile_json(a.profile) for a in self.world.accounts.values()]

    def account(self, params: Params) -> object:
        """Show one account."""
        return profile_json(self._account(params).profile)

    def set_account(self, params: Params) -> object:
        """Change settings of an account, its balance among them."""
        profile = self._account(params).profile
        change(profile, {n: value for n, value in params.items() if n != "key"})
        self.world.store.put(profile)
        return profile_json(profile)

    def reset(self, params: Params) -> object:
        """Forget what an account did, hooks, contacts and plans included."""
        account = self._account(params)
        return profile_json(self.world.reset(account).profile)

    def latency(self, params: Params) -> object:
        """Set the delay of every API answer."""
        self._committer.latency_ms = float(text_of(params.get("ms")) or 0)
        return {"ms": self._committer.latency_ms}

    def fill_contacts(self, params: Params) -> object:
        """Add made-up contacts to an account's address book."""
        return {"added": seed(self.world, self._account(params), params)}

    def set_validation(self, params: Params) -> object:
        """Set what the gateway knows about the number of a contact."""
        account = self._account(params)
        return {"state": set_validation(self.world, account, params)}

    # --- ground truth

    def messages(self, params: Params) -> object:
        """List what reached the handsets, oldest first, with what was sent."""
        account = self._account(params)
        to = text_of(params.get("to"))
        limit = whole(params.get("limit"), default=_PAGE)
        offset = whole(params.get("offset"), default=0)
        chosen = account.by_recipient.get(to, []) if to else account.messages
        found = [message for message in chosen if not message.is_deleted]
        return {
            "total": len(found),
            "messages": [_message_json(m) for m in found[offset : offset + limit]],
        }

    def handsets(self, params: Params) -> object:
        """Count accepted messages by recipient: the ground truth of a test."""
        account = self._account(params)
        counts = Counter(m.recipient for m in account.messages if not m.is_deleted)
        statuses = Counter(m.status or "" for m in account.messages if not m.is_deleted)
        return {
            "total": counts.total(),
            "recipients": counts,
            "more_than_once": {n: c for n, c in counts.items() if c > 1},
            "statuses": statuses,
        }

    def lookups(self, params: Params) -> object:
        """Count look-ups by kind and number, and what was taken for them in EUR."""
        counts: dict[str, Counter[str]] = {}
        charged = 0.0
        for lookup in self._account(params).lookups:
            counts.setdefault(lookup.kind, Counter())[lookup.number] += 1
            charged += lookup.price
        return {
            "total": sum(kind.total() for kind in counts.values()),
            "numbers": counts,
            "more_than_once": {
                kind: {n: times for n, times in numbers.items() if times > 1}
                for kind, numbers in counts.items()
            },
            "charged": round(charged, 5),
        }

    # --- trouble and traffic

    def age(self, params: Params) -> object:
        """Let time pass for what an account sent."""
        return {"s": age(self.world, self._account(params), params)}

    def inbound(self, params: Params) -> object:
        """Let a handset send a message to the account."""
        return receive(self.reporter, self._account(params), params)

    def faults(self, params: Params) -> object:
        """Set the fault plan of an account; an empty one ends its trouble."""
        account = self._account(params)
        plan = read_fault_plan(params)
        if plan.scope == "read":
            account.read_faults = plan
        else:
            account.faults = plan
        return {
            "next": [fault.name for fault in plan.queue],
            "random": {fault.name: share for fault, share in plan.chances},
        }

    def webhook_plan(self, params: Params) -> object:
        """Set how webhooks of an account are dropped, doubled and shuffled."""
        account = self._account(params)
        account.webhook_plan = read_webhook_plan(params)
        plan = asdict(account.webhook_plan)
        del plan["source"]
        return plan

    def troubles(self, params: Params) -> object:
        """Count the troubles that an account has really met so far."""
        return dict(self._account(params).troubles)

    def requests(self, params: Params) -> object:
        """Count the requests of an account by method and path."""
        return dict(self._account(params).requests)

    def expire_tokens(self, params: Params) -> object:
        """Let OAuth tokens of an account expire."""
        kind = text_of(params.get("kind")) or "access"
        account = self._account(params)
        if kind == "revoke":
            families = {
                token.family
                for token in self.world.tokens.values()
                if token.account_id == account.id
            }
            return {"ended": sum(self.oauth.end_family(f) for f in families)}
        if kind not in ("access", "refresh", "all"):
            raise BadControl("kind is access, refresh, all or revoke")
        return {"expired": self.oauth.expire(account, kind=kind)}

    def webhooks(self, params: Params) -> object:
        """Pause or release all webhook deliveries."""
        webhooks = self.reporter.webhooks
        if text_of(params.get("paused")).lower() in ("1", "true"):
            webhooks.is_paused = True
        else:
            webhooks.release()
        return {"paused": webhooks.is_paused}

    def typing(self, params: Params) -> object:
        """Let a person type an RCS message."""
        return typing(self.reporter, self._account(params), params)

    def click(self, params: Params) -> object:
        """Let a person click the tracked link of a message."""
        return click(self.reporter, self._account(params), params)

    def call_in(self, params: Params) -> object:
        """Let somebody call a number of the account."""
        return call_in(self.reporter, self._account(params), params)

    def press(self, params: Params) -> object:
        """Let somebody whom the account has called press a key."""
        return press_now(self.reporter, self._account(params), params)

    def deliveries(self, params: Params) -> object:
        """List webhook deliveries of an account, newest first."""
        account = self._account(params)
        state, event = text_of(params.get("state")), text_of(params.get("event"))
        limit = whole(params.get("limit"), default=_PAGE)
        found = [
            asdict(delivery)
            for delivery in reversed(self.reporter.webhooks.log)
            if delivery.account_id == account.id
            and (not state or delivery.state == state)
            and (not event or delivery.event == event)
        ]
        return {"total": len(found), "deliveries": found[:limit]}


def _message_json(message: Message) -> dict[str, object]:
    found = asdict(message)
    found["id"] = str(message.id)
    return found
