"""Every verb in any order against a small model: the laws hold after each step.

`make model-test STEPS=20000` runs 20,000 steps; `make test` a few hundred.
"""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.journeys.stock_model.comings_and_goings import ComingsAndGoings
from tests.journeys.stock_model.customers import Customers
from tests.journeys.stock_model.fulfilment import Fulfilment
from tests.journeys.stock_model.goods import Goods

STEPS = int(os.environ.get("STEPS", "400"))
STEPS_A_RUN = 40


class Shop(Goods, Customers, Fulfilment, ComingsAndGoings):
    """All rules together."""


@pytest.mark.django_db
def test_the_law_holds_after_every_step_of_any_story():
    run_state_machine_as_test(
        Shop,
        settings=settings(
            max_examples=max(1, STEPS // STEPS_A_RUN),
            stateful_step_count=STEPS_A_RUN,
            deadline=None,
            print_blob=True,
            phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
