"""The catalogue: whatever the report says is in it, and nothing else."""

import ast
import re
from importlib import resources
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import tanshi
from tanshi.leontief.classification import load_detailed_sectors, product_groups
from tanshi.report.columns import LABELS, METHODS
from tanshi.report.household_figure import REST
from tanshi.report.household_text import VERDICTS
from tanshi.report.phrases import PHRASES
from tanshi.report.text import cell_translator, translator

REPORT = resources.files("tanshi.report")
CODE = [ast.parse(file.read_text("utf-8")) for file in Path(str(REPORT)).glob("*.py")]
CHINESE = re.compile(r"[一-鿿]")
PLACES = re.compile(r"{(\w+)}")


def catalogue():
    with (REPORT / "locale" / "zh.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.id}


def said_by_the_code():
    """Every text that is handed to the translator as it stands."""
    for tree in CODE:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_", "translate"}:
                (first, *_) = node.args
                if isinstance(first, ast.Constant):
                    yield first.value


def said_by_the_templates():
    for file in (REPORT / "templates").iterdir():
        if file.name.endswith(".j2"):
            text = file.read_text("utf-8")
            quoted = re.findall(r"""_\(("[^"]*"|'[^']*')\)""", text)
            yield from (one[1:-1] for one in quoted)


def constants_of_the_project():
    for file in Path(tanshi.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
                yield from node.value.split("\n")  # a figure sets them line by line


def test_whatever_the_report_says_has_a_translation():
    said = {*said_by_the_code(), *said_by_the_templates()}
    assert len(said) > 150
    said |= {*LABELS.values(), *METHODS.values(), *VERDICTS.values(), *PHRASES, REST}
    said |= set(product_groups(list(load_detailed_sectors())) or ())
    assert sorted(said - set(catalogue())) == []


def test_the_catalogue_holds_nothing_that_is_not_said():
    said = {*constants_of_the_project(), *said_by_the_templates()}
    said |= set(product_groups(list(load_detailed_sectors())) or ())
    said |= {one.replace("_", " ") for one in said}  # names of parameters in figures
    # Made of two words where they are said.
    said |= {f"province with the {word} average" for word in ("lowest", "highest")}
    assert sorted(set(catalogue()) - said) == []


def test_a_translation_has_the_places_of_its_text():
    for text, chinese in catalogue().items():
        wanted = set(PLACES.findall(text))
        # Chinese counts money in 1e8, where English has billions.
        found = {name.removesuffix("_1e8") for name in PLACES.findall(chinese)}
        assert found <= wanted, text
        assert chinese, text


def test_an_unknown_text_stops_the_report():
    with pytest.raises(KeyError):
        translator("zh")("a text that nobody translated")
    assert translator("en")("a text that nobody translated") == "a text that nobody translated"


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("yes", "是"),
        ("Inner Mongolia", "内蒙古"),
        ("average of Inner Mongolia", "内蒙古的平均值"),
        ("inventory from 2000, mean growth of 10 years", "自2000年起的永续盘存，10 年平均增速"),
        ("floor of 2019, the least cost of 2018", "2019年下限，即2018年最小成本"),
        ("{unknown}", "{unknown}"),
        ("plant 7", "plant 7"),
    ],
)
def test_words_in_tables_are_translated_where_they_are_known(text, chinese):
    assert cell_translator("zh")(text) == chinese
    assert cell_translator("en")(text) == text


def test_what_a_study_says_of_its_data_is_translated(whole_study):
    said = [*whole_study.warnings, *whole_study.accounts.notes]
    effects = whole_study.price_effects
    said += [note for note in effects.notes if note not in effects.households.notes]
    own = [text for text in said if text not in whole_study.data.pack.warnings]
    assert len(own) >= 2
    assert [text for text in own if not CHINESE.search(cell_translator("zh")(text))] == []
