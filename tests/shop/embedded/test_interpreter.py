"""The floor of Pythons, which is a sentence and no refusal."""

import pytest

from shop.embedded.interpreter import describe_old_python


@pytest.mark.parametrize("version", [(3, 11, 7), (3, 11, 9), (3, 12, 5)])
def test_an_unpatched_python_is_named_in_one_sentence(version):
    sentence = describe_old_python(version)

    assert sentence.startswith(f"Python {'.'.join(map(str, version))} has")
    assert len(sentence.splitlines()) == 1


@pytest.mark.parametrize("version", [(3, 11, 10), (3, 12, 6), (3, 13, 0), (3, 14, 1)])
def test_a_patched_python_is_not_mentioned(version):
    assert describe_old_python(version) == ""
