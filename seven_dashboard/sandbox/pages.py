"""The few pages a person sees: plain HTML, no script, every value escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

from seven_dashboard.sandbox.accounts import Account, Profile
from seven_dashboard.sandbox.clock import stamp
from seven_dashboard.sandbox.records import Inbound, Message

STYLE = """\
:root { color-scheme: light dark; --line: #8884; --dim: #888; --tint: #0a7a5a; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p.dim, small { color: var(--dim); }
form.row { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
label { display: grid; gap: .2rem; font-size: .85rem; }
label.wide { flex: 1 1 16rem; }
input, select, button { font: inherit; padding: .4rem .6rem; border-radius: .4rem;
  border: 1px solid var(--line); background: Canvas; color: CanvasText; }
button { background: var(--tint); color: white; border-color: var(--tint); }
button.plain { background: Canvas; color: CanvasText; border-color: var(--line); }
table { width: 100%; border-collapse: collapse; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem .4rem 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--dim); font-weight: 500; }
td.text { white-space: pre-wrap; width: 45%; }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
"""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title>"
        '<link rel="stylesheet" href="/style.css"></head>'
        f"<body>{body}</body></html>"
    )


def notice_page(text: str) -> str:
    """Return a page with one sentence."""
    return _page("Sandbox", f"<h1>Sandbox gateway</h1><p>{escape(text)}</p>")


def _hidden(values: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in values.items()
    )


def authorize_page(
    profiles: Iterable[Profile], params: Mapping[str, str], scopes: Iterable[str]
) -> str:
    """Return the question whether an application may use an account."""
    options = "".join(
        f'<option value="{escape(p.key)}">{escape(p.company or p.alias)}</option>'
        for p in profiles
    )
    client = escape(params.get("client_id", ""))
    return _page(
        "Allow access",
        f"<h1>Allow {client} to use your account?</h1>"
        f'<p class="dim">Sandbox gateway. It asks for: {escape(", ".join(scopes))}.</p>'
        f'<form method="post" action="/oauth/authorize" class="row">{_hidden(params)}'
        f'<label class="wide">Account<select name="key">{options}</select></label>'
        '<button name="allow" value="1">Allow</button>'
        '<button class="plain" name="allow" value="">Refuse</button></form>',
    )


def handset_page(account: Account, keys: Iterable[str], *, rows: int) -> str:
    """Return what reached the handsets, what came back, and a form to reply."""
    profile = account.profile
    options = "".join(
        f"<option{' selected' if key == profile.key else ''}>{escape(key)}</option>"
        for key in keys
    )
    sent = [m for m in account.messages[-rows:] if not m.is_deleted]
    outbound = "".join(_sent_row(message) for message in reversed(sent))
    inbound = "".join(_received_row(r) for r in reversed(account.inbound[-rows:]))
    return _page(
        "Sandbox gateway",
        "<h1>Sandbox gateway</h1>"
        f'<p class="dim">Nothing here reaches a real phone. Balance '
        f"{profile.balance:.3f} EUR, {len(account.messages)} messages accepted, "
        f"{len(account.hooks)} hooks.</p>"
        '<form method="get" action="/" class="row"><label class="wide">Account'
        f'<select name="key">{options}</select></label>'
        '<button class="plain">Show</button></form>'
        "<h2>Send a message from a handset</h2>"
        '<form method="post" action="/reply" class="row">'
        f'<input type="hidden" name="key" value="{escape(profile.key)}">'
        '<label>From<input name="from" required inputmode="tel" '
        f'value="{escape(sent[-1].recipient if sent else "")}"></label>'
        '<label class="wide">Text<input name="text" required></label>'
        "<button>Send</button></form>"
        "<h2>On the handsets</h2><table><thead><tr><th>Time<th>To<th>From<th>Text"
        f"<th>Status</thead><tbody>{outbound}</tbody></table>"
        "<h2>Sent by handsets</h2><table><thead><tr><th>Time<th>From<th>To<th>Text"
        f"</thead><tbody>{inbound}</tbody></table>",
    )


def _sent_row(message: Message) -> str:
    return (
        f'<tr><td class="number">{stamp(message.created_at)}'
        f'<td class="number">{escape(message.recipient)}<td>{escape(message.sender)}'
        f'<td class="text">{escape(message.text)}'
        f"<td>{escape(message.status or 'accepted')} "
        f"<small>{escape(message.channel)}</small></tr>"
    )


def _received_row(row: Inbound) -> str:
    return (
        f'<tr><td class="number">{stamp(row.at)}<td class="number">{escape(row.sender)}'
        f'<td class="number">{escape(row.system)}'
        f'<td class="text">{escape(row.text)}</tr>'
    )
