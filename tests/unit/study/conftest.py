"""A market so small that it takes no time."""

import pytest

TINY = """
[benchmark]
rule = "uniform"
years = 6
replicates = 2

[[benchmark.industries]]
name = "power"
entities = 16
emissions_tco2 = 4e7
benchmark_tco2_per_unit = 0.823
reduction_potential = 0.0878
cap_cost_cny_per_tco2 = 250.0
product_price_cny = 400.0

[[benchmark.industries]]
name = "steel"
entities = 12
emissions_tco2 = 3e7
benchmark_tco2_per_unit = 2.0
reduction_potential = 0.062
intensity_deviation = 0.09
product_price_cny = 3600.0
"""


@pytest.fixture
def tiny_market(tmp_path):
    """A scenario file of 28 firms, two industries, six years and two replicates."""
    file = tmp_path / "tiny.toml"
    file.write_text(TINY, encoding="utf-8")
    return file
