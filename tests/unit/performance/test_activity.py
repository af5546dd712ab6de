"""The plain loop beside the assessment of activities finds the same credit."""

from performance.activity import our_credits, plain_credits, random_records

from tanshi.activity import load_default_rules


def test_the_plain_loop_credits_the_same_grams():
    rules, table = load_default_rules(), random_records(5000)
    lists = {name: table[name].to_list() for name in table.columns}
    ours = our_credits(table, rules)
    assert plain_credits(lists, rules) == ours
    assert len(ours) > 4000
    assert {version for _, _, version, _ in ours} == {"1", "2"}
