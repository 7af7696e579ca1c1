import keyword

from hypothesis import given, settings
from hypothesis import strategies as st

from layersmith.exporters.source.naming import Names, identifier


@settings(deadline=None)
@given(st.text(alphabet=st.characters(max_codepoint=300)))
def test_any_text_becomes_an_identifier(text):
    name = identifier(text)
    assert name.isidentifier()
    assert not keyword.iskeyword(name)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["dense", "Dense", "dense_2", "class", "x"]), max_size=12))
def test_names_are_handed_out_once(texts):
    names = Names(["x"])
    given_out = [names.new(text) for text in texts]
    assert len(set(given_out)) == len(given_out)
    assert "x" not in given_out
