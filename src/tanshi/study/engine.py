"""Where independent pieces of a computation run: processes of this machine, or a Ray cluster.

An engine calls one function on many items and yields the results in the order of the items,
each as soon as it and all before it are there. What is computed depends on the item alone,
never on the engine or on how many work at it, so the results are the same bit for bit.
Linear algebra has one thread a process: more would fight over the processors.
"""

from __future__ import annotations

import os
import socket
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from joblib import Parallel, delayed, parallel_config

from tanshi.core import Fault, InputError, TanshiError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import ModuleType

    from tanshi.study.run import Progress

ENGINES = ("local", "ray")
CLUSTER = "RAY_ADDRESS"  # names a running cluster, as for Ray itself
HERE = "local"  # Ray's name for a session of its own on this machine
PATIENCE_S = 10.0  # for a cluster to answer
AHEAD = 2  # items handed out for each processor, so that none waits

Result = TypeVar("Result")


class Engine(Protocol):
    """What runs the pieces; entered before the first and left after the last."""

    def __enter__(self) -> Self:
        """Start what has to be started."""

    def __exit__(self, *raised: object) -> None:
        """Stop what was started here."""

    def results(
        self, function: Callable[..., Result], shared: Sequence[Any], items: Sequence[Any]
    ) -> Iterator[Result]:
        """Yield ``function(*shared, item)`` for each item, in order.

        Parameters
        ----------
        function : callable
            Of a module, so that other processes can import it.
        shared : sequence
            Arguments that all calls have in common.
        items : sequence
            The last argument, one a call.
        """


def engine_named(name: str, *, workers: int | None = None) -> Engine:
    """Return an engine by its name, to be used in a ``with`` statement.

    Parameters
    ----------
    name : {"local", "ray"}
        ``local``: processes of this machine. ``ray``: the cluster that RAY_ADDRESS names,
        the session that this process is already connected to, or else one started on this
        machine for as long as the engine is entered.
    workers : int, optional
        Pieces computed at a time; by default one a processor.

    Raises
    ------
    InputError
        An unknown engine, no worker, or Ray asked for and not installed.
    """
    ray = _ray() if name == "ray" else None
    faults = []
    if name not in ENGINES:
        remedy = "use one of them"
        faults.append(Fault("unknown engine", name, ", ".join(ENGINES), remedy, column="engine"))
    if workers is not None and workers < 1:
        fault = Fault("no worker", str(workers), "1 or more", "leave it out", column="workers")
        faults.append(fault)
    if name == "ray" and ray is None:
        allowed, remedy = "an installed ray", 'pip install "tanshi[ray]", or use the engine local'
        faults.append(Fault("Ray is not installed", "no ray", allowed, remedy, column="engine"))
    if faults:
        raise InputError(faults)
    return LocalEngine(workers) if ray is None else RayEngine(ray, workers)


def reported(
    results: Iterator[Result], progress: Progress | None, *, total: int, done: int = 0
) -> Iterator[Result]:
    """Yield results and tell of each once it has been dealt with.

    Parameters
    ----------
    results : iterator
    progress : Progress or None
        None hears nothing.
    total : int
        How many results there are, those done before included.
    done : int, default 0
        Done before.
    """
    if progress is not None:
        progress.start(total)
        for _ in range(done):
            progress.step()
    for result in results:
        yield result
        if progress is not None:
            progress.step()


class LocalEngine:
    """Processes of this machine; none but this one where a single worker is enough."""

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers or os.cpu_count() or 1

    def __enter__(self) -> Self:
        """Nothing has to be started: the processes come with the first results."""
        return self

    def __exit__(self, *raised: object) -> None:
        """Leave the idle processes to joblib, which keeps them for the next call."""

    def results(
        self, function: Callable[..., Result], shared: Sequence[Any], items: Sequence[Any]
    ) -> Iterator[Result]:
        """Yield ``function(*shared, item)`` for each item, in order."""
        count = min(self._workers, len(items))
        if count <= 1:
            yield from (function(*shared, item) for item in items)
            return
        with parallel_config(backend="loky", inner_max_num_threads=1):
            jobs = (delayed(function)(*shared, item) for item in items)
            yield from Parallel(n_jobs=count, return_as="generator")(jobs)


class RayEngine:
    """A Ray cluster: shared arguments go to it once, and errors come back as they were."""

    def __init__(self, ray: ModuleType, workers: int | None = None) -> None:
        self._ray = ray
        self._workers = workers
        self._started = False

    def __enter__(self) -> Self:
        """Connect, or start Ray on this machine."""
        if not self._ray.is_initialized():
            _connect(self._ray, self._workers)
            self._started = True
        return self

    def __exit__(self, *raised: object) -> None:
        """Disconnect, and stop what was started."""
        if self._started:
            self._ray.shutdown()
            self._started = False

    def results(
        self, function: Callable[..., Result], shared: Sequence[Any], items: Sequence[Any]
    ) -> Iterator[Result]:
        """Yield ``function(*shared, item)`` for each item, in order."""
        ray = self._ray
        call = ray.remote(_in_one_thread)
        kept = [ray.put(argument) for argument in shared]
        count = self._workers or int(ray.cluster_resources().get("CPU", 1))
        waiting: deque[Any] = deque()
        left = iter(items)
        try:
            for item in left:
                waiting.append(call.remote(function, item, *kept))
                if len(waiting) >= AHEAD * count:
                    yield _fetched(ray, waiting.popleft())
            while waiting:
                yield _fetched(ray, waiting.popleft())
        finally:
            # Only after an error or an interruption is anything left to be cancelled.
            for reference in waiting:
                ray.cancel(reference)


def _in_one_thread(function: Callable[..., Result], item: Any, *shared: Any) -> Result:
    """Call the function; Ray itself limits the threads of the linear algebra library."""
    import numba

    numba.set_num_threads(1)
    return function(*shared, item)


def _fetched(ray: ModuleType, reference: Any) -> Any:
    try:
        return ray.get(reference)
    except ray.exceptions.RayTaskError as error:
        # Ray wraps what a task raised; a refusal of ours is the same on every engine.
        if isinstance(error.cause, TanshiError):
            raise error.cause from None
        raise


def _connect(ray: ModuleType, workers: int | None) -> None:
    address = os.environ.get(CLUSTER) or HERE
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    with _no_usage_statistics():
        if address == HERE:
            _start(ray, workers, quiet)
            return
        try:
            _knock(address)
            ray.init(address=address, **quiet)
        except OSError:
            allowed = "the address of a running Ray cluster"
            remedy = f"start the cluster, or unset {CLUSTER} to run on this machine"
            fault = Fault("no Ray cluster answers", address, allowed, remedy, column=CLUSTER)
            raise InputError([fault]) from None


def _start(ray: ModuleType, workers: int | None, quiet: dict[str, Any]) -> None:
    try:
        ray.init(address=HERE, num_cpus=workers, include_dashboard=False, **quiet)
    except Exception as error:
        # Ray gives itself half a minute and then raises an Exception of no particular kind.
        what, remedy = "Ray did not start", "use the engine local, or try with less else running"
        allowed = "a machine on which Ray starts within 30 s"
        raise InputError([Fault(what, str(error), allowed, remedy, column="engine")]) from error


def _knock(address: str) -> None:
    """Raise OSError where nobody listens; Ray itself would go on trying for many minutes."""
    host, _, port = address.rpartition("/")[2].rpartition(":")
    if host and port.isdigit():
        socket.create_connection((host, int(port)), timeout=PATIENCE_S).close()


@contextmanager
def _no_usage_statistics() -> Iterator[None]:
    """Start Ray without its reports to its makers; the environment is then as it was."""
    name = "RAY_USAGE_STATS_ENABLED"
    before = os.environ.get(name)
    os.environ[name] = "0"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _ray() -> ModuleType | None:
    try:
        import ray
    except ImportError:
        return None
    module: ModuleType = ray
    return module
