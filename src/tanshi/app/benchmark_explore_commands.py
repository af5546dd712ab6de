"""The commands `tanshi benchmark sweep`, `sensitivity` and `describe`, for the help text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tanshi.app.options import AsJson, EngineName, Out

Scenario = Annotated[Path, typer.Argument(help="Scenario file (TOML), section [benchmark].")]
Firms = Annotated[
    Path | None, typer.Option(help="Register of firms. Default: drawn as the scenario says.")
]
Replicates = Annotated[int | None, typer.Option(help="Runs. Default: the scenario's.", min=1)]
Seed = Annotated[int | None, typer.Option(help="Default: the scenario's.", min=0)]
Engine = Annotated[EngineName, typer.Option(help="Where the markets run.")]
Workers = Annotated[int | None, typer.Option(help="Processes. Default: one a processor.", min=1)]
Anew = Annotated[bool, typer.Option("--anew", help="Throw an unfinished run away.")]


def sweep(
    *,
    scenario: Scenario,
    out: Out,
    vary: Annotated[
        list[str] | None, typer.Option(help="Key of [benchmark]: key=value,value,…; repeat.")
    ] = None,
    firms: Firms = None,
    replicates: Replicates = None,
    seed: Seed = None,
    engine: Engine = EngineName.LOCAL,
    workers: Workers = None,
    anew: Anew = False,
    as_json: AsJson = False,
) -> None:
    """Run the market at every point of a grid over keys of the scenario."""
    from tanshi.app.benchmark_explore import ExploreRequest, run_sweep_command

    request = ExploreRequest(
        scenario=scenario,
        firms=firms,
        replicates=replicates,
        seed=seed,
        engine=engine.value,
        workers=workers,
        anew=anew,
    )
    run_sweep_command(request, vary or [], out=out, as_json=as_json)


def sensitivity(
    *,
    scenario: Scenario,
    out: Out,
    firms: Firms = None,
    replicates: Annotated[
        int | None, typer.Option(help="At every point. Default: the table's.", min=1)
    ] = None,
    seed: Seed = None,
    engine: Engine = EngineName.LOCAL,
    workers: Workers = None,
    anew: Anew = False,
    as_json: AsJson = False,
) -> None:
    """Find out which assumptions of the scenario its results depend on."""
    from tanshi.app.benchmark_explore import ExploreRequest, run_sensitivity_command

    request = ExploreRequest(
        scenario=scenario,
        firms=firms,
        replicates=replicates,
        seed=seed,
        engine=engine.value,
        workers=workers,
        anew=anew,
    )
    run_sensitivity_command(request, out=out, as_json=as_json)


def describe(*, scenario: Scenario, out: Out, firms: Firms = None, as_json: AsJson = False) -> None:
    """Describe the model with the scenario's values, after the ODD protocol."""
    from tanshi.app.benchmark_explore import run_describe_command

    run_describe_command(scenario, firms, out=out, as_json=as_json)
