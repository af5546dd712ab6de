"""Games made to rest at a state of one's choice."""

from dataclasses import replace

from tanshi.personal.game import advantages


def made_to_rest(game, state):
    """Return the game with costs that leave nothing to gain at a state; None where one is negative.

    Set are the cost of service, of supervision, and both joining costs.
    """
    gain = advantages(game, state)
    costs = {
        "supervision_cost": game.supervision_cost + gain[0],
        "service_cost": game.service_cost + gain[1] * 2 / game.service**2,
        "join_sell": game.join_sell + gain[2],
        "join_buy": game.join_buy + gain[3],
    }
    if min(costs["supervision_cost"], costs["service_cost"]) < 0:
        return None
    return replace(game, **costs)
