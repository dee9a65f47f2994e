"""What the list of recipients can be narrowed by, and what it is narrowed to."""

from __future__ import annotations

from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import countries
from messaging import report_words
from messaging.models import Campaign, Tally
from messaging.selectors import answers, recipient_rows, recipients, troubles
from messaging.selectors.progress import Progress
from messaging.selectors.recipients import Filter
from messaging.states import MessageState
from seven_dashboard.statuses import find

Choice = tuple[str, str]


def countries_of(campaign: Campaign, wanted: Filter) -> list[Choice]:
    """Return code and name of the countries of a campaign, most recipients first."""
    rows = (
        Tally.objects.filter(campaign=campaign)
        .exclude(country="")
        .values_list("country")
        .annotate(n=Sum("messages"))
        .order_by("-n", "country")
    )
    codes = [country for country, n in rows if n]
    if wanted.country and wanted.country not in codes:
        codes.append(wanted.country)
    return [(code, countries.name_of(code)) for code in codes]


def reasons_of(campaign: Campaign, wanted: Filter) -> list[Choice]:
    """Return code and sentence of the reasons that occur in a campaign."""
    codes = recipients.codes_of(campaign)
    skipped = recipients.skip_reasons_of(campaign)
    found = [*map(str, codes), *skipped, *recipients.words_of(campaign)]
    if wanted.reason and wanted.reason not in found:
        found.append(wanted.reason)
    return [(reason, _short(reason, reason_words(reason))) for reason in found]


def reason_words(reason: str) -> str:
    """Return the sentence of a code, of a report's word or of a reason to skip."""
    if reason.isdecimal():
        return troubles.sentence_of(MessageState.REFUSED, int(reason), "")
    if report_words.is_known(reason):
        return report_words.sentence(reason)
    return troubles.sentence_of(MessageState.SKIPPED, None, reason)


def answer_words(answer: str, campaign: Campaign) -> str:
    """Return the name of an answer, also of a key that means nothing."""
    return dict(answers.choices(campaign)).get(answer, answer)


def chips(campaign: Campaign, wanted: Filter) -> list[tuple[str, str]]:
    """Return name and words of each filter that is on, without the state."""
    words = {
        "reason": wanted.reason and _short(wanted.reason, reason_words(wanted.reason)),
        "country": wanted.country and countries.name_of(wanted.country),
        "did": wanted.did and recipient_rows.did_words()[wanted.did],
        "answer": wanted.answer and answer_words(wanted.answer, campaign),
        "text": wanted.text,
    }
    return [(name, text) for name, text in words.items() if text]


def described(campaign: Campaign, criteria: dict[str, str]) -> list[Choice]:
    """Return name and words of what an export holds."""
    wanted = Filter(**criteria)
    names = {
        "reason": _("Reason"),
        "country": _("Country"),
        "did": _("What they did"),
        "answer": _("Answer by key"),
        "text": _("Search"),
    }
    found = [(names[name], text) for name, text in chips(campaign, wanted)]
    if wanted.state:
        state = find(wanted.state, channel=campaign.channel)
        found.insert(0, (_("State"), str(state.label)))
    return found


def total(found: Progress, wanted: Filter) -> int | None:
    """Return how many recipients match where the totals tell; else None."""
    if wanted == Filter(state=wanted.state):
        return found.totals.of(wanted.state) if wanted.state else found.totals.total
    return None


def _short(code: str, sentence: str) -> str:
    is_gateways = code.isdecimal() or report_words.is_known(code)
    return f"{code} · {sentence}" if is_gateways else sentence
