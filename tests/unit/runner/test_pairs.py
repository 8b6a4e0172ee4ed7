"""Two sides measured by turns: in which order, what is compared, and what the options may ask for."""

import pytest

from deploy.local import bench_options
from deploy.local.bench_options import ON_A_CLUSTER
from tests.load.bench import options_of
from tests.load.meter import Cost, part_of
from tests.load.pairs import Pairs, Row, Spread, turns


def test_the_second_side_of_a_pair_is_the_first_of_the_next() -> None:
    assert list(turns(3)) == [(0, 1), (1, 0), (0, 1)]


def test_a_ratio_is_the_median_over_pairs_beside_the_least_and_the_most() -> None:
    row = Row("read", "CPU", "ms", ([2.0, 4.0, 8.0], [4.0, 6.0, 8.0]))

    assert row.ratio == Spread(median=1.5, low=1.0, high=2.0)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(([], [1.0, 2.0]), id="one side has none"),
        pytest.param(([1.0], [1.0, 2.0]), id="a pair lacks one"),
        pytest.param(([1.0, 0.0], [1.0, 2.0]), id="a zero to divide by"),
    ],
)
def test_there_is_no_ratio_without_two_values_in_each_pair(values: tuple[list[float], list[float]]) -> None:
    row = Row("read", "CPU: etcd", "ms", values)

    assert row.ratio is None
    assert row.line.endswith("–")


def test_values_are_kept_by_job_and_measure_and_disturbed_ones_counted() -> None:
    pairs = Pairs(("before", "after"))
    for side, value, disturbed in [(0, 2.0, False), (1, 3.0, True), (1, 5.0, False), (0, 2.0, True)]:
        pairs.note(side, "read", "CPU", value, "ms", disturbed=disturbed)
    pairs.note(1, "read", "p50", 7.0, "ms")

    assert pairs.rows["read", "CPU"].values == ([2.0, 2.0], [3.0, 5.0])
    assert "2.00 (1.50–2.50)  2 of 4 NOT COMPARABLE" in pairs.rows["read", "CPU"].line
    assert pairs.rows["read", "p50"].values == ([], [7.0])


def test_the_table_says_how_the_speed_of_the_machine_changed() -> None:
    pairs = Pairs(("before", "after"), work=[200.0, 240.0, 250.0])

    assert "240.00 (200.00–250.00) CPU-ms, the last time 1.25 × the first" in pairs.table()


def test_the_machine_is_timed_by_the_processor_it_takes() -> None:
    pairs = Pairs(("before", "after"))
    pairs.time_the_machine()

    assert pairs.work[0] > 0


def test_json_holds_every_value_beside_the_ratio() -> None:
    pairs = Pairs(("before", "after"), work=[200.0])
    pairs.note(0, "read", "CPU", 2.0, "ms")
    pairs.note(1, "read", "CPU", 3.0, "ms")

    [row] = pairs.as_json()["rows"]
    assert (row["values"], row["ratio"]) == (([2.0], [3.0]), {"median": 1.5, "low": 1.5, "high": 1.5})


@pytest.mark.parametrize(
    ("process", "part"),
    [
        ("RabbitMQ", "broker"),
        ("RabbitMQ (epmd)", "broker"),
        ("rabbitmq3", "broker"),
        ("PostgreSQL", "database"),
        ("postgres2", "database"),
        ("postgresql2", "database"),
        ("etcd1", "etcd"),
        ("Stockage S3", "objects"),
        ("requests", "services"),
        ("supervision", "services"),
    ],
)
def test_the_cost_of_each_process_belongs_to_a_part(process: str, part: str) -> None:
    assert part_of(process) == part
    assert Cost(cpu={process: 1.0, "relay": 2.0}).by_part()[part] == (3.0 if part == part_of("relay") else 1.0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--pairs", "3"], "--pairs ne va qu’avec --against ou --cluster"),
        (["--against", "HEAD", "--keep"], "--keep ne va pas avec --against"),
        (["--against", "HEAD", "--cluster"], "--against ne va pas avec --cluster"),
        (["--against"], "--against\N{NO-BREAK SPACE}: une valeur est attendue"),
        (["--cluster", "--keep"], "--keep ne va pas avec --cluster"),
        (["--cluster", "--sizes", "1", "2"], "--cluster ne prend qu’un nombre pour --sizes"),
        (
            ["--cluster", "--jobs", "read", "home"],
            "--cluster ne mesure pas home\N{NO-BREAK SPACE}; ce qu’il mesure\N{NO-BREAK SPACE}: read, list",
        ),
        (["--cluster", "calls", "--jobs", "rest"], "--cluster calls ne mesure pas rest"),
        (["--cluster", "none"], "«\N{NO-BREAK SPACE}none\N{NO-BREAK SPACE}» n’est pas un choix"),
        (["--cluster", "--pairs", "0"], "0 ne convient pas, il faut au moins 1"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        options_of(arguments)
    assert ended.value.code == 2
    assert sentence in capsys.readouterr().err


def test_a_cluster_is_measured_on_fewer_jobs_at_a_gentler_rate() -> None:
    alone, cluster = options_of([]), options_of(["--cluster"])

    assert (alone.jobs, alone.sizes, alone.chain_rate) == (bench_options.USUAL, [1000, 100_000], 60.0)
    assert (cluster.jobs, cluster.sizes, cluster.pairs) == (list(ON_A_CLUSTER["all"]), [1000], 5)
    assert "rest" not in options_of(["--cluster", "calls"]).jobs
    assert cluster.chain_rate < alone.chain_rate
    assert options_of(["--cluster", "--chain-rate", "7"]).chain_rate == 7.0
