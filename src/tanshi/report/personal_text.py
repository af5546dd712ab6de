"""Sentences about a personal market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tanshi.report.numbers import money, percent
from tanshi.report.personal_words import STATUS

if TYPE_CHECKING:
    from collections.abc import Callable

    from tanshi.study.personal_joined import PersonalRun

    Translate = Callable[[str], str]

MILLION = 1e6
LITTLE = 0.05  # of what firms are short of: credits that hardly move their price


def personal_texts(
    run: PersonalRun, _: Translate, words: Translate, *, synthetic: bool = False
) -> dict[str, Any]:
    """Return the texts of the sections on a personal market.

    Parameters
    ----------
    run : PersonalRun
    _, words : callable
        Translation, and that of names, which may have none.
    synthetic : bool, default False
        Whether a price that is taken from the study rests on synthetic data.
    """
    return {
        "personal_lead": _lead(run, _),
        "personal_cards": _cards(run, _),
        "personal_price_text": _price(run, _),
        "personal_warnings": _warnings(run, _, synthetic=synthetic),
        "personal_offset_text": _offset(run, _, words),
        "personal_gains_text": _(
            "Against no trade. Sellers keep their surplus, the platform its profit, and "
            "enterprises what they save on allowances, which Eq. 9 leaves out. Nobody who trades "
            "here can lose."
        ),
        "personal_emissions_text": _emissions(run, _),
        "personal_two_text": _two_sided(run, _),
        "personal_service_text": _service(run, _),
        "personal_adoption_text": _adoption(run, _),
        "personal_claims_text": _claims(run, _),
    }


def _first(values: Any) -> float:
    return float(values[0])


def _lead(run: PersonalRun, _: Translate) -> str:
    one = run.single
    if _first(one.volume) <= 0.0:
        return _(
            "At an allowance price of {price} CNY per tonne there is no personal market: it does "
            "not cover what a credit costs the platform, {cost} CNY."
        ).format(price=money(run.price.price_cny_per_tco2), cost=money(_unit_cost(run)))
    return _(
        "At an allowance price of {price} CNY per tonne the platform pays people {bought} CNY for "
        "a tonne and sells it to enterprises for {sold} CNY; {share} of people take part and "
        "sell {volume} million tonnes a year. Here {case}."
    ).format(
        price=money(run.price.price_cny_per_tco2),
        bought=money(_first(one.net_purchase_price)),
        sold=money(_first(one.sale_price)),
        share=percent(_first(one.participation)),
        volume=f"{_first(one.volume) / MILLION:,.2f}",
        case=_(STATUS[one.status[0]]),
    )


def _unit_cost(run: PersonalRun) -> float:
    given = run.single.inputs
    return _first(given["operating_cost"]) + _first(given["blockchain_unit_cost"])


def _cards(run: PersonalRun, _: Translate) -> list[tuple[str, str, str]]:
    """Return number, a second line and what it is; the first is the main one."""
    one, two = run.single, run.two_sided
    gains = dict(run.gains.select("group", "gain_1e6_cny").iter_rows())
    adopts = {
        (True, True): _("for both"),
        (True, False): _("for the platform only"),
        (False, True): _("for society only"),
        (False, False): _("for neither"),
    }[bool(two.adoption.platform_adopts[0]), bool(two.adoption.society_adopts[0])]
    profit = run.objectives.row(0, named=True)
    return [
        (
            money(_first(one.net_purchase_price)),
            "",
            _("CNY per tonne that people get; enterprises pay {sold}").format(
                sold=money(_first(one.sale_price))
            ),
        ),
        (
            percent(_first(one.participation)),
            "",
            _("of people sell what they save"),
        ),
        (
            f"{gains['all together']:,.1f}",
            "",
            _("million CNY a year that sellers, platform and enterprises gain against no trade"),
        ),
        (
            _("{buyers} and {sellers}").format(
                buyers=percent(profit["buyers_percent"] / 100.0),
                sellers=percent(profit["sellers_percent"] / 100.0),
            ),
            "",
            _("of buyers and of sellers join the two-sided platform that maximises its profit"),
        ),
        (adopts, "", _("the blockchain pays at the service level in use")),
    ]


def _price(run: PersonalRun, _: Translate) -> str:
    price = run.price
    if price.source == "floor":
        return _(
            "The allowance price is the floor of this study: {price} CNY, that of {year}, the last "
            "year of its path, in place of the scenario's {other}."
        ).format(
            price=money(price.price_cny_per_tco2),
            year=price.floor_year,
            other=money(price.instead_of_cny_per_tco2),
        )
    if price.lowest_cny_per_tco2 is not None and price.highest_cny_per_tco2 is not None:
        text = _(
            "The allowance price is that of the market under benchmarks: {price} CNY, the mean of "
            "its last {years} years, {low} to {high} in single replicates, in place of the "
            "scenario's {other}."
        ).format(
            price=money(price.price_cny_per_tco2),
            years=price.years,
            low=money(price.lowest_cny_per_tco2),
            high=money(price.highest_cny_per_tco2),
            other=money(price.instead_of_cny_per_tco2),
        )
        return f"{text} {_flow_back(run, _)}"
    return _("The allowance price is the scenario's own: {price} CNY.").format(
        price=money(price.price_cny_per_tco2)
    )


def _flow_back(run: PersonalRun, _: Translate) -> str:
    """Say what credits do to the market of firms."""
    settled, need = run.credits, run.price.need_tco2 or 0.0
    if settled is None:
        return _(
            "What is sold here does not act back on that market, whose firms are short of {need} "
            "million tonnes a year before they use credits."
        ).format(need=f"{need / MILLION:,.2f}")
    first, found = settled.rounds[0], settled.found
    return _(
        "What people sell is used there, {credits} million tonnes a year in place of allowances: "
        "the price falls from {before} to {after} CNY, and both markets are at that price."
    ).format(
        credits=f"{found.credits_tco2 / MILLION:,.2f}",
        before=money(first.price_cny_per_tco2),
        after=money(found.price_cny_per_tco2),
    )


def _warnings(run: PersonalRun, _: Translate, *, synthetic: bool) -> list[str]:
    """Return what a reader must know before quoting a figure of this market."""
    found = [
        _(
            "Costs and tastes of this market are the scenario's assumptions (the paper prints no "
            "numbers): change them in `[personal]` before quoting a figure, or estimate them from "
            "trading data."
        )
    ]
    if synthetic and run.price.source != "scenario":
        found.append(
            _(
                "The allowance price rests on synthetic data: it shows how the parts join, and is "
                "no finding. Run the study with `--pack` on real data."
            )
        )
    if run.credits is not None and run.credits.saturated:
        text = _(
            "The firms of the market under benchmarks need no more than {used} million tonnes of "
            "credits a year, so {unsold} million that people would sell at this price stay unsold: "
            "volume, profit and gains of this market are too large by them."
        )
        settled = run.credits.found
        found.append(
            text.format(
                used=f"{settled.credits_tco2 / MILLION:,.2f}",
                unsold=f"{-settled.excess_tco2 / MILLION:,.2f}",
            )
        )
    need = run.price.need_tco2
    volume = _first(run.single.volume)
    if run.credits is None and need is not None and volume > LITTLE * need:
        text = _(
            "People sell {share} of what the firms of the market under benchmarks are short of, as "
            "if that did not lower its price. Set `credits_to_market = true` to let it."
        )
        found.append(text.format(share=percent(volume / need) if need else "∞"))
    if run.two_sided.inputs["allowance_price"][0] != _shared_price(run):
        found.append(
            _(
                "The two sides have a sellers' price of their own (`personal.two_sided."
                "allowance_price`): they do not answer to the allowance price."
            )
        )
    return found


def _shared_price(run: PersonalRun) -> float:
    return run.price.price_cny_per_tco2 / run.section.two_sided.value_range_cny_per_tco2


def _offset(run: PersonalRun, _: Translate, words: Translate) -> str:
    one = run.single
    text = _(
        "The shade says which case holds. The offset ratio in use is {used}. By Eq. 11 as printed "
        "the best one is {printed}: {why}. With rationing in total welfare it is {exact}: "
        "{exact_why}."
    ).format(
        used=percent(_first(one.inputs["offset_ratio"])),
        printed=percent(_first(one.optimal_offset_ratio)),
        why=words(one.optimum_reason[0]),
        exact=percent(_first(one.exact_optimal_offset_ratio)),
        exact_why=words(one.exact_optimum_reason[0]),
    )
    bare = _first(one.sale_price_without_blockchain)
    more = _(
        "Without the unit cost of the blockchain the sale price would be {sold} CNY and the profit "
        "{profit} million CNY instead of {sold_with} and {profit_with}."
    ).format(
        sold=money(bare),
        profit=f"{_first(one.platform_profit_without_blockchain) / MILLION:,.1f}",
        sold_with=money(_first(one.sale_price)),
        profit_with=f"{_first(one.platform_profit) / MILLION:,.1f}",
    )
    return f"{text} {more}"


def _emissions(run: PersonalRun, _: Translate) -> str:
    volume = _first(run.single.volume) / MILLION
    if volume <= 0.0:
        return _("Nothing is traded, so emissions stay as they are.")
    return _(
        "Does trading cut emissions? Not in this case. Enterprises offset {volume} million tonnes, "
        "and the allowances that this sets free are used by others. Whatever people would have "
        "saved anyway comes on top: total emissions rise by up to {volume} million tonnes and stay "
        "as they were only if every tonne sold was saved because of the market. They fall only "
        "where more allowances are cancelled than the table says. The paper promises both, "
        "unchanged emissions in section 3 and a reduction in its abstract."
    ).format(volume=f"{volume:,.2f}")


def _two_sided(run: PersonalRun, _: Translate) -> str:
    two = run.two_sided
    text = _(
        "Buyers and sellers of surplus quota on one platform, in units of the spread of what "
        "membership is worth to them ({range} CNY per tonne traded); the sellers' price is {price} "
        "of it. A negative fee is a subsidy."
    ).format(
        range=f"{run.section.two_sided.value_range_cny_per_tco2:g}",
        price=f"{_first(two.inputs['allowance_price']):.4g}",
    )
    closed = two.payments == "closed"
    more = (
        _("The price that buyers pay reaches sellers, so it does not move the optimum.")
        if closed
        else _("As printed, the price that buyers pay reaches nobody.")
    )
    return f"{text} {more} {_break_even(run, _)}"


def _break_even(run: PersonalRun, _: Translate) -> str:
    ramsey = run.two_sided.ramsey
    if ramsey.status[0] == "infeasible":
        return _("No platform breaks even at this service level.")
    welfare = run.objectives.filter(objective="welfare").row(0, named=True)
    if welfare["profit"] >= 0.0:
        return _("The welfare maximum makes no loss, so welfare without a loss is the same.")
    return _(
        "The welfare maximum makes a loss of {loss}; without one, welfare is {ramsey} instead of "
        "{welfare}."
    ).format(
        loss=f"{-welfare['profit']:.4f}",
        ramsey=f"{_first(ramsey.welfare):.4f}",
        welfare=f"{welfare['welfare']:.4f}",
    )


def _service(run: PersonalRun, _: Translate) -> str:
    two = run.two_sided
    return _(
        "The service level in use is {used}. Profit is greatest at {profit} and welfare at "
        "{welfare}, bounds of participation included."
    ).format(
        used=f"{_first(two.inputs['service_level']):.3g}",
        profit=f"{_first(two.profit_max_service_level):.3f}",
        welfare=f"{_first(two.welfare_max_service_level):.3f}",
    )


def _adoption(run: PersonalRun, _: Translate) -> str:
    adoption = run.two_sided.adoption
    return _(
        "The blockchain brings the service level and costs its unit cost for every trade. At both "
        "as in use it changes the platform's greatest profit by {platform} and greatest welfare by "
        "{society}. Where only society gains, the platform will not adopt it by itself."
    ).format(
        platform=_signed(_first(adoption.platform_margin)),
        society=_signed(_first(adoption.society_margin)),
    )


def _signed(value: float) -> str:
    return f"{value:+.4f}".replace("-", "−")


def _claims(run: PersonalRun, _: Translate) -> str:
    here = run.claims["here"].to_list()
    verdicts = run.claims["verdict"].to_list()
    return _(
        "Of the {all} signs that the paper's Results 1 and 2 claim, {confirmed} hold in every "
        "market with participation inside its bounds, {conditional} in some and {refuted} in none. "
        "In this market {holds} hold, {fails} fail, and {flat} numbers do not respond."
    ).format(
        all=len(here),
        confirmed=verdicts.count("confirmed"),
        conditional=verdicts.count("conditional"),
        refuted=verdicts.count("refuted"),
        holds=here.count("holds"),
        fails=here.count("fails"),
        flat=here.count("flat"),
    )
